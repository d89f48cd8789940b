import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Stack, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { app } from "./synth.ts";

/**
 * The rules that both packs of cdk-nag, and CDK itself, find broken in an app. Warnings too, for which a synth does not
 * throw.
 *
 * @param within where the path of a construct begins that counts; default: every construct
 */
export function findings(fill: (stack: Stack) => unknown, within = ""): string[] {
  const at = app();
  Validations.of(at).addPlugins(new AwsSolutionsChecks(at), new ServerlessChecks(at));
  fill(new Stack(at, "Stack"));
  try {
    at.synth();
  } catch {
    // It throws what the report has.
  }
  const report: Report = JSON.parse(readFileSync(join(at.outdir, "validation-report.json"), "utf8"));
  return report.pluginReports
    .flatMap(({ violations }) => violations)
    .filter(({ violatingConstructs }) =>
      violatingConstructs.some(({ constructPath }) => constructPath.startsWith(within)),
    )
    .map(({ ruleName }) => ruleName);
}

interface Report {
  pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[];
}
