import { BrokerError } from "../../jetstream/errors/broker-error.ts";
import type { ServerFacts } from "../../jetstream/server.ts";
import type { StreamConfig } from "../../jetstream/types.ts";
import type { Action } from "../../plan/action.ts";
import type { Difference } from "../../plan/decide.ts";
import { same } from "../../plan/fields/canonical.ts";
import { canonicalConfig, type Fields } from "../../plan/fields/tables.ts";
import type { Handover } from "../../plan/handover/handovers.ts";
import type { StreamWrite } from "../../plan/stream-write.ts";
import { shellWord } from "../../text/text.ts";
import type { WriteOutcome } from "../write-resource.ts";

/** What is known of a stream in a handover that failed, beside what its own write came to. */
export interface Aftermath {
  /** What the stream has now; `undefined` where it does not exist or could not be read. */
  live: StreamConfig | undefined;
  /** The subjects that it has, where they are known though it could not be read. */
  subjects: string[] | undefined;
  /** Why it keeps subjects that it was to release. */
  kept: string | undefined;
  /** It released subjects that may be stored by nobody now. */
  unstored: BrokerError | undefined;
}

/** What became of an action, by what is there now. */
export function truthAbout(
  action: Action,
  written: WriteOutcome,
  server: ServerFacts,
  aftermath: Aftermath,
): WriteOutcome {
  const { live, subjects, kept, unstored } = aftermath;
  const now = live && canonicalConfig(action.table, live as unknown as Fields, server);
  const known: Fields = now ?? (subjects ? { subjects: subjects.toSorted() } : {});
  if (action.does === "create")
    return now && written.error?.answerLost ? created(action, now, written, server) : written;
  if (action.does !== "update") return written;

  const because = (difference: Difference): string | undefined => {
    const late = written.held.find(({ field }) => field === difference.field)?.verdict.reason;
    return late ?? (difference.field === "subjects" ? kept : undefined);
  };
  const [applied, held]: [Difference[], Difference[]] = [[], []];
  for (const difference of action.decision.differences) {
    if (difference.held) continue;
    const { field, declared, adopts } = difference;
    const wasApplied = written.applied.some((each) => each.field === field);
    // Only the owner in the metadata differs there: the values are the same before and after.
    const isApplied = field in known && !adopts ? same(known[field], declared) : wasApplied;
    if (isApplied) applied.push(unstored && field === "subjects" ? withReason(difference, UNSTORED) : difference);
    else {
      const reason = because(difference) ?? written.error?.message ?? "it was not reached: run again";
      const live = field in known ? known[field] : difference.live;
      held.push({ ...withReason(difference, reason), live, held: true });
    }
  }
  const error = unstored ?? (held.length > 0 ? written.error : undefined);
  return { applied, held, ...(error ? { error } : {}), ...(unstored ? { unstored: true } : {}) };
}

/** In place of the plan's reason, which says that another stream takes the subjects over. */
const UNSTORED = "the stream let go of what no other stream has taken";

function withReason(difference: Difference, reason: string): Difference {
  return { ...difference, verdict: { ...difference.verdict, reason } };
}

function created(
  { table, config, missing }: Extract<Action, { does: "create" }>,
  now: Fields,
  written: WriteOutcome,
  server: ServerFacts,
): WriteOutcome {
  const asked = canonicalConfig(table, config, server);
  const isAsAsked = Object.keys(config).every((field) => same(asked[field], now[field]));
  return isAsAsked ? { applied: [], held: missing } : written;
}

/**
 * Says loudly that messages may be stored by nobody, and how to put that right.
 *
 * @param has the subjects that the old owner has now, as far as is known
 */
export function unstoredError(
  owner: StreamWrite,
  handovers: Handover[],
  has: string[],
  cause: BrokerError,
): BrokerError {
  const released = [...new Set(handovers.map((handover) => handover.released))];
  const heirs = [...new Set(handovers.map(({ to }) => to.resource.id))].join(", ");
  const subjects = [...new Set([...has, ...released])].map((subject) => `--subjects ${shellWord(subject)}`).join(" ");
  const message =
    `NO STREAM MAY STORE ${released.join(", ")} NOW: ${owner.resource.id} let go of it for ${heirs}, which did not ` +
    `take it, and giving it back failed. ${cause.message} Run again as soon as you can, or give it back by hand: ` +
    `nats stream edit ${shellWord(owner.config.name)} --force ${subjects}`;
  return new BrokerError(message, { class: cause.class, code: cause.code, cause });
}
