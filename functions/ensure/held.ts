import type { ReportedResource, Result } from "../../lib/report/result.ts";

/** Most resources that the sentence names. */
const MAX_NAMED = 10;

/** Why a deployment with `failOn: "held"` is refused: what is held, and what to do. `undefined` where nothing is. */
export function heldSentence(result: Result): string | undefined {
  const held = result.resources.filter(({ outcome }) => outcome === "held");
  if (held.length === 0) return undefined;
  const named = held.slice(0, MAX_NAMED).map(nameOf).join(", ");
  const more = held.length > MAX_NAMED ? ` and ${held.length - MAX_NAMED} more` : "";
  return (
    `${held.length} of ${result.resources.length} resources held, and this deployment fails on that: ${named}${more}. ` +
    `Plan, then invoke with "approve", or allow it in the topology, or declare what is live; what was not held is done.`
  );
}

function nameOf({ id, differences }: ReportedResource): string {
  const fields = differences.flatMap(({ field, outcome }) => (outcome === "held" ? field : []));
  return fields.length > 0 ? `${id} (${fields.join(", ")})` : id;
}
