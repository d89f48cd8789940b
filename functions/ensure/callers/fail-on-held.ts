import { isPartial } from "../../../lib/report/next-steps.ts";
import type { ReportedResource, Result } from "../../../lib/report/result.ts";
import { EnsureFailed } from "../ensure-failed.ts";
import { logFailure } from "../telemetry/log-result.ts";

/** How many resources the sentence names at most. */
const MAX_NAMED = 10;

/**
 * Fails the caller if the run held anything, for `failOn: "held"`.
 *
 * The run itself did what it could, and its report and metrics say so. Only the deployment or the pipeline's job fails.
 *
 * @throws EnsureFailed that names what is held, and says what to do
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

/** Lists what is held: `stream/ORDERS (storage), kv/carts (history)`. Returns `undefined` if nothing is held. */
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
