import type { Metafile } from "esbuild";
import { BuildError } from "./build-error.ts";

/**
 * Bytes. Lambda loads them at each cold start, and whoever uses the construct downloads them with the package. Of
 * 718,000 in November 2026 the clients of AWS and NATS are two thirds, what this project wrote is the rest.
 */
export const BUNDLE_LIMIT = 800_000;

/**
 * What a deployment has no use for at run time: the topology was parsed, validated and resolved at synth, and the AWS
 * credentials are in Lambda's environment. The SDK's other ways to get them come with clients of their own.
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
 * Looks at what is in the Lambda's bundle: its bytes, and the folders of the packages, sorted.
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

/** `…/node_modules/@scope/name` of a file in a package. */
function packageFolder(input: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function packageName(folder: string): string {
  return folder.replace(/^.*node_modules\//, "");
}

/** The files outside the package that import it. */
function importersOf(folder: string, inputs: Metafile["inputs"]): string[] {
  return Object.entries(inputs)
    .filter(([input, { imports }]) => {
      return packageFolder(input) !== folder && imports.some(({ path }) => packageFolder(path) === folder);
    })
    .map(([input]) => input);
}
