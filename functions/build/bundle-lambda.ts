import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { checkBundle } from "./check-bundle.ts";

/** A bundle of the Lambda's code. */
export interface LambdaBundle {
  /** The path of `index.mjs`, which exports `handler`. */
  file: string;
  bytes: number;
  /** The folders of the packages in the bundle. */
  packages: string[];
}

/**
 * Bundles the Lambda's code and everything that it imports into `index.mjs`.
 *
 * The bundle contains the AWS SDK, because the runtime's own copy loads slower and changes without a deployment. It has
 * no source map, which would slow each cold start. The bundler keeps names, so that the stack of an unexpected error is
 * readable.
 *
 * @param outdir the folder of the bundle, created if it is missing
 * @throws BuildError if the bundle contains a package that it must not need, or is too large
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
    // Prefer a package's ES modules. They are smaller than its CommonJS, and load faster.
    mainFields: ["module", "main"],
    alias: { "@aws-sdk/credential-provider-node": "./functions/build/lambda-credentials.ts" },
    minify: true,
    keepNames: true,
    charset: "utf8",
    // The build writes the licences into a separate file.
    legalComments: "none",
    // The NATS client is CommonJS and requires Node's modules, but an ES module has no `require`.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    metafile: true,
    logLevel: "warning",
  });
  const { bytes, folders } = checkBundle(metafile);
  return { file, bytes, packages: folders.map((folder) => join(root, folder)) };
}
