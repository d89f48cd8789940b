import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { checkBundle } from "./check-bundle.ts";

export interface LambdaBundle {
  /** `index.mjs`, which exports `handler`. */
  file: string;
  bytes: number;
  /** The folders of the packages in it. */
  packages: string[];
}

/**
 * Bundles the Lambda's code with all that it imports, the AWS SDK included (what the runtime brings loads slower, and
 * changes without a deployment), into `index.mjs`. Without a source map, which would cost each cold start; names are
 * kept, so that the stack of an unexpected error tells something.
 *
 * @param outdir made where missing
 * @throws BuildError where something is in it that does not belong there, or where it is too large
 */
export async function bundleLambda(outdir: string): Promise<LambdaBundle> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  await mkdir(outdir, { recursive: true });
  const file = join(outdir, "index.mjs");
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["functions/ensure/handler.ts"],
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // ESM where a package has it: smaller, and faster to load than its CommonJS.
    mainFields: ["module", "main"],
    alias: { "@aws-sdk/credential-provider-node": "./functions/build/lambda-credentials.ts" },
    minify: true,
    keepNames: true,
    charset: "utf8",
    // They are in the notices that the build writes.
    legalComments: "none",
    // The NATS client is CommonJS and requires Node's modules; an ES module has no `require` of its own.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    metafile: true,
    logLevel: "warning",
  });
  const { bytes, folders } = checkBundle(metafile);
  return { file, bytes, packages: folders.map((folder) => join(root, folder)) };
}
