import type { ExecutionDetails, FailureDetails } from "@aws-sdk/client-codepipeline";
import { messageOf } from "../../../lib/jetstream/errors/broker-error.ts";
import type { Result } from "../../../lib/report/result.ts";
import { outcomesText } from "../../../lib/report/sentences.ts";
import { heldText } from "./fail-on-held.ts";

/**
 * Characters of the summary. CodePipeline takes 2048 characters. But the summary is also a variable that a manual
 * approval shows, and a value in an action's configuration may have at most 1000.
 */
const LONGEST_SUMMARY = 500;

/** Characters that CodePipeline takes for a failure's message. */
const LONGEST_MESSAGE = 5000;

export interface JobSuccess {
  executionDetails: ExecutionDetails;
  outputVariables: Record<string, string>;
}

/**
 * Builds what CodePipeline learns about a run that did not fail the job.
 *
 * A plan that finds differences is a success, because it did what it was asked to do. If an approval follows, the plan
 * is what the user approves. So every value that a later action may need is a variable: `#{namespace.planId}` for its
 * "approve", `#{namespace.summary}` for the user who decides, `#{namespace.converged}` for a condition.
 *
 * Every mode sets all variables, because a reference to a missing variable fails the action that contains it. Only
 * `planId` is missing if there is no plan. That is intended: without a plan, a user cannot approve anything.
 *
 * @param result absent if the run failed before it had a result
 */
export function jobSuccess(result: Result | undefined, requestId: string): JobSuccess {
  const summary = result ? summaryOf(result) : "The run failed before it had a result: see the function's log.";
  const { toCreate = 0, toUpdate = 0, created = 0, updated = 0, ...others } = result?.summary ?? EMPTY_SUMMARY;
  const { held, failed, settling, unmanaged } = others;
  const counts = Object.entries({ toCreate, toUpdate, created, updated, held, failed, settling, unmanaged });
  return {
    executionDetails: { summary, externalExecutionId: requestId },
    outputVariables: {
      ...(result?.planId ? { planId: result.planId } : {}),
      converged: String(result?.converged ?? false),
      summary,
      ...Object.fromEntries(counts.map(([name, count]) => [name, String(count)])),
    },
  };
}

const EMPTY_SUMMARY: Result["summary"] = { unchanged: 0, held: 0, failed: 0, settling: 0, unmanaged: 0 };

/** Builds what CodePipeline learns about a failed run. */
export function jobFailure(error: unknown, requestId: string): FailureDetails {
  return {
    // The event, the environment or the package is wrong, so the job fails until somebody changes that.
    type: isConfigError(error) ? "ConfigurationError" : "JobFailed",
    message: cut(messageOf(error), LONGEST_MESSAGE),
    externalExecutionId: requestId,
  };
}

function isConfigError(error: unknown): boolean {
  return error instanceof Error && "class" in error && error.class === "config";
}

function summaryOf(result: Result): string {
  if (result.error) return cut(result.error.message, LONGEST_SUMMARY);
  const held = heldText(result);
  return cut(`${outcomesText(result)}${held === undefined ? "" : ` Held: ${held}.`}`, LONGEST_SUMMARY);
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
