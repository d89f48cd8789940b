import { isPartial } from "../../../lib/report/next-steps.ts";
import type { ReportedResource, Result } from "../../../lib/report/result.ts";
import { EnsureFailed } from "../ensure-failed.ts";
import { logFailure } from "../telemetry/log-result.ts";

/** Most resources that the sentence names. */
const MAX_NAMED = 10;

/**
 * For `failOn: "held"`. The run itself has done what it could, and its report and metrics say so: only the deployment,
 * or the pipeline's job, fails.
 *
 * @throws EnsureFailed where anything is held: what it is, and what to do
 */
export function refuseHeld(result: Result, what: string): void {
  const held = heldText(result);
  if (held === undefined) return;
  const done = result.mode === "ensure" ? "; what was not held is done" : "";
  const sentence =
    `${result.summary.held} of ${result.resources.length} resources${isPartial(result) ? " looked at" : ""} held, and this ${what} fails on that: ${held}. ` +
    `Plan, then invoke with "approve", or allow it in the topology, or declare what is live${done}.`;
  logFailure("held", sentence);
  throw new EnsureFailed(sentence, result);
}

/** What is held: `stream/ORDERS (storage), kv/carts (history)`. `undefined` where nothing is. */
export function heldText({ resources }: Result): string | undefined {
  const held = resources.filter(({ outcome }) => outcome === "held");
  if (held.length === 0) return undefined;
  const more = held.length > MAX_NAMED ? ` and ${held.length - MAX_NAMED} more` : "";
  return held.slice(0, MAX_NAMED).map(nameOf).join(", ") + more;
}

function nameOf({ id, differences }: ReportedResource): string {
  const fields = differences.flatMap(({ field, outcome }) => (outcome === "held" ? field : []));
  return fields.length > 0 ? `${id} (${fields.join(", ")})` : id;
}
