import type { ExecutionDetails, FailureDetails } from "@aws-sdk/client-codepipeline";
import { messageOf } from "../../../lib/jetstream/errors/broker-error.ts";
import type { Result } from "../../../lib/report/result.ts";
import { outcomesText } from "../../../lib/report/sentences.ts";
import { heldText } from "./fail-on-held.ts";

/**
 * Characters of the summary. The service takes 2048; but it is a variable as well, which a manual approval shows, and
 * no value of an action's configuration may have more than 1000.
 */
const LONGEST_SUMMARY = 500;

/** Characters of a failure's message that the service takes. */
const LONGEST_MESSAGE = 5000;

export interface JobSuccess {
  executionDetails: ExecutionDetails;
  outputVariables: Record<string, string>;
}

/**
 * What a pipeline is told of a run.
 *
 * A plan that finds differences is a success: it did what it was asked to. In front of an approval it is the gate's
 * question, so everything that a later action may need is a variable: `#{namespace.planId}` for its "approve",
 * `#{namespace.summary}` for the person who decides, `#{namespace.converged}` for a condition. All of them are always
 * there, in every mode, because a reference to one that is not fails the action that has it. Only `planId` is missing
 * where there is no plan, and there it must: nothing can be approved.
 *
 * @param result absent where the run failed before it had one
 */
export function jobSuccess(result: Result | undefined, requestId: string): JobSuccess {
  const summary = result ? summaryOf(result) : "The run failed before it had a result: see the function's log.";
  const { toCreate = 0, toUpdate = 0, created = 0, updated = 0, ...counted } = result?.summary ?? NOTHING;
  const { held, failed, settling, unmanaged } = counted;
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

const NOTHING: Result["summary"] = { unchanged: 0, held: 0, failed: 0, settling: 0, unmanaged: 0 };

export function jobFailure(error: unknown, requestId: string): FailureDetails {
  return {
    // Of the event, the environment or the package: what fails until somebody changes it.
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
