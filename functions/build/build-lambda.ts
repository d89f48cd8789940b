import { fileURLToPath } from "node:url";
import { bundleLambda } from "./bundle-lambda.ts";
import { reportBuildError } from "./told.ts";

/** `npm run build:lambda`: builds only the function's bundle, which `cdk synth` needs. */
await reportBuildError(async () => {
  const { bytes } = await bundleLambda(fileURLToPath(new URL("../../dist/lambda", import.meta.url)));
  process.stdout.write(`dist/lambda/index.mjs: ${bytes} bytes\n`);
});
