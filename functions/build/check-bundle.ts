import type { Metafile } from "esbuild";
import { BuildError } from "./build-error.ts";

/**
 * Bytes of the bundle at most. Lambda loads the bundle at each cold start, and users of the construct download it with
 * the package. In November 2026 it has 718,000 bytes. Two thirds of them are the clients of AWS and NATS, and the rest
 * is this project's code.
 */
export const BUNDLE_LIMIT = 800_000;

/**
 * Packages that the function does not need at run time. The construct parses, validates and resolves the topology at
 * synth, and Lambda's environment contains the AWS credentials. The SDK's other ways to get credentials add more
 * clients.
 */
const NOT_AT_RUN_TIME = [
  "zod",
  "yaml",
  "commander",
  "string-width",
  "aws-cdk-lib",
  "constructs",
  "@aws-sdk/credential-provider-node",
  "@aws-sdk/nested-clients",
];

/**
 * Checks the content of the Lambda's bundle. Returns its bytes, and the sorted folders of its packages.
 *
 * @throws BuildError
 */
export function checkBundle({ inputs, outputs }: Metafile): { bytes: number; folders: string[] } {
  const [output] = Object.values(outputs);
  if (!output) throw new BuildError("The Lambda's bundle is empty.");
  const bytesOf = new Map<string, number>();
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    const folder = packageFolder(input);
    if (folder !== undefined && bytesInOutput > 0) bytesOf.set(folder, (bytesOf.get(folder) ?? 0) + bytesInOutput);
  }
  const folders = [...bytesOf.keys()].sort();
  for (const folder of folders) {
    const name = packageName(folder);
    if (!NOT_AT_RUN_TIME.includes(name)) continue;
    throw new BuildError(
      `The Lambda's bundle has ${name} in it (${bytesOf.get(folder)} bytes), which it must not need: ` +
        `${importersOf(folder, inputs).join(", ")} imports it. Import what the function uses from a module without it.`,
    );
  }
  if (output.bytes > BUNDLE_LIMIT) {
    const largest = [...bytesOf].sort(([, one], [, other]) => other - one).slice(0, 5);
    throw new BuildError(
      `The Lambda's bundle has ${output.bytes} bytes, more than the ${BUNDLE_LIMIT} it may have. The largest in it: ` +
        `${largest.map(([folder, bytes]) => `${packageName(folder)} ${bytes}`).join(", ")}.`,
    );
  }
  return { bytes: output.bytes, folders };
}

/** The folder of the package that contains a file: `…/node_modules/@scope/name`. */
function packageFolder(input: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function packageName(folder: string): string {
  return folder.replace(/^.*node_modules\//, "");
}

/** The files outside a package that import it. */
function importersOf(folder: string, inputs: Metafile["inputs"]): string[] {
  return Object.entries(inputs)
    .filter(([input, { imports }]) => {
      return packageFolder(input) !== folder && imports.some(({ path }) => packageFolder(path) === folder);
    })
    .map(([input]) => input);
}
