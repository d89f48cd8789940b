import { fileURLToPath } from "node:url";
import { bundleLambda } from "./bundle-lambda.ts";
import { told } from "./told.ts";

/** `npm run build:lambda`: the function's bundle alone, which `cdk synth` needs. */
await told(async () => {
  const { bytes } = await bundleLambda(fileURLToPath(new URL("../../dist/lambda", import.meta.url)));
  process.stdout.write(`dist/lambda/index.mjs: ${bytes} bytes\n`);
});
