import { chmod, copyFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../package.json" with { type: "json" };
import { bundleLambda } from "./bundle-lambda.ts";
import { compile } from "./compile.ts";
import { noticesOf } from "./notices.ts";
import { reportBuildError } from "./told.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");

/** The JSON Schemas that the package exports beside its code. */
const SCHEMAS = [
  "lib/topology/topology.schema.json",
  "lib/report/result.schema.json",
  "functions/ensure/event/event.schema.json",
];

/** `npm run build`: removes `dist`, and builds everything that the package contains. */
await reportBuildError(async () => {
  await rm(dist, { recursive: true, force: true });
  await compile(root);
  const { bytes, packages } = await bundleLambda(join(dist, "lambda"));
  await writeFile(join(dist, "third-party-licences.txt"), await noticesOf(packages));
  for (const schema of SCHEMAS) await copyFile(join(root, schema), join(dist, schema));
  // The compiler copies the whole package.json. The command line needs only the version, for --version. The file has no
  // name, because the package has its own package.json.
  const { type, version } = manifest;
  await writeFile(join(dist, "package.json"), `${JSON.stringify({ type, version }, null, 2)}\n`);
  await chmod(join(dist, "functions/cli/main.js"), 0o755);
  process.stdout.write(`dist: JavaScript, declarations, and the Lambda's bundle of ${bytes} bytes\n`);
});
