import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Code } from "aws-cdk-lib/aws-lambda";
import { DISABLE_ASSET_STAGING_CONTEXT } from "aws-cdk-lib/cx-api";
import type { Construct } from "constructs";
import { type ResolvedTopology, writeResolved } from "../../../lib/topology/index.ts";
import { UsageError } from "../usage-error.ts";

const PACKAGE = "jetstream-ensure";

/** The bundle's entry file, which `npm run build:lambda` writes. */
const ENTRY = "index.mjs";

/** Lambda's name of the handler: the entry file and the export. */
export const HANDLER = "index.handler";

/**
 * The CDK context that names another directory with the bundle, for tests without a build. It is not part of the API,
 * and not for users.
 */
export const BUNDLE_CONTEXT = "jetstream-ensure:bundle";

/** The function's code in a temporary directory. CDK copies the code when it creates the function. */
export interface StagedCode extends Disposable {
  code: Code;
}

/**
 * Puts the resolved topology beside the bundle.
 *
 * A changed topology is then changed code, and so a new version, for which the deploy hook runs. The same bundle and
 * topology give the same asset.
 */
export function stageCode(scope: Construct, topology: ResolvedTopology): StagedCode {
  const bundle: string = scope.node.tryGetContext(BUNDLE_CONTEXT) ?? packagedBundle();
  if (!existsSync(join(bundle, ENTRY))) {
    throw new UsageError(
      `The function's bundle is missing: there is no ${join(bundle, ENTRY)}. In a clone of ${PACKAGE}, run ` +
        "`npm run build:lambda`; an installed package has it, so install that again.",
    );
  }
  const directory = mkdtempSync(join(realpathSync(tmpdir()), `${PACKAGE}-`));
  cpSync(bundle, directory, { recursive: true });
  writeFileSync(join(directory, "topology.json"), writeResolved(topology));
  return {
    code: Code.fromAsset(directory),
    [Symbol.dispose]: () => {
      // Without staging, the cloud assembly refers to the directory, and other tools read it later.
      if (!isStagingOff(scope)) rmSync(directory, { recursive: true, force: true });
    },
  };
}

function isStagingOff(scope: Construct): boolean {
  return Boolean(scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT));
}

/** The bundle's directory in the package that contains this file. A build may put this file at any depth. */
function packagedBundle(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!isPackage(directory)) {
    const parent = dirname(directory);
    if (parent === directory) throw new UsageError(`The package ${PACKAGE} is not whole: it has no package.json.`);
    directory = parent;
  }
  return join(directory, "dist", "lambda");
}

function isPackage(directory: string): boolean {
  const file = join(directory, "package.json");
  return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).name === PACKAGE;
}
