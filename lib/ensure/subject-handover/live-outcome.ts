import { BrokerError } from "../../jetstream/errors/broker-error.ts";
import type { ServerFacts } from "../../jetstream/server.ts";
import type { StreamConfig } from "../../jetstream/types.ts";
import type { Action } from "../../plan/action.ts";
import type { Difference } from "../../plan/decide.ts";
import { same } from "../../plan/fields/canonical.ts";
import { canonicalConfig, type Fields } from "../../plan/fields/tables.ts";
import type { StreamWrite } from "../../plan/stream-write.ts";
import type { Handover } from "../../plan/subject-handover/handovers.ts";
import { shellWord } from "../../text/text.ts";
import type { WriteOutcome } from "../write-resource.ts";

/** What is known about a stream after a failed handover, beside the outcome of its own write. */
export interface Aftermath {
  /** The stream's live config. `undefined` if it does not exist or could not be read. */
  live: StreamConfig | undefined;
  /** The subjects that were given back, if any. They are known even if the stream could not be read. */
  subjects: string[] | undefined;
  /** Why the stream keeps subjects that it should have released. */
  kept: string | undefined;
  /** The error of a stream that released subjects which no stream may store now. */
  unstored: BrokerError | undefined;
}

/** Corrects the outcome of an action by what the stream has now. */
export function truthAbout(
  action: Action,
  outcome: WriteOutcome,
  server: ServerFacts,
  aftermath: Aftermath,
): WriteOutcome {
  const { live, subjects, kept, unstored } = aftermath;
  const now = live && canonicalConfig(action.table, live as unknown as Fields, server);
  const known: Fields = now ?? (subjects ? { subjects: subjects.toSorted() } : {});
  if (action.does === "create")
    return now && outcome.error?.answerLost ? outcomeOfCreate(action, now, outcome, server) : outcome;
  if (action.does !== "update") return outcome;

  const heldReason = (difference: Difference): string | undefined => {
    const late = outcome.held.find(({ field }) => field === difference.field)?.verdict.reason;
    return late ?? (difference.field === "subjects" ? kept : undefined);
  };
  const [applied, held]: [Difference[], Difference[]] = [[], []];
  for (const difference of action.decision.differences) {
    if (difference.held) continue;
    const { field, declared, adopts } = difference;
    const wasApplied = outcome.applied.some((each) => each.field === field);
    // A difference that adopts only changes the owner in the metadata, which the canonical values leave out.
    const isApplied = field in known && !adopts ? same(known[field], declared) : wasApplied;
    if (isApplied) applied.push(unstored && field === "subjects" ? withReason(difference, UNSTORED) : difference);
    else {
      const reason = heldReason(difference) ?? outcome.error?.message ?? "it was not reached: run again";
      const live = field in known ? known[field] : difference.live;
      held.push({ ...withReason(difference, reason), live, held: true });
    }
  }
  const error = unstored ?? (held.length > 0 ? outcome.error : undefined);
  return { applied, held, ...(error ? { error } : {}), ...(unstored ? { unstored: true } : {}) };
}

/** Replaces the plan's reason, which says that another stream takes the subjects over. */
const UNSTORED = "the stream let go of what no other stream has taken";

function withReason(difference: Difference, reason: string): Difference {
  return { ...difference, verdict: { ...difference.verdict, reason } };
}

/** The outcome of a create whose answer was lost: a success if the live stream is as requested. */
function outcomeOfCreate(
  { table, config, missing }: Extract<Action, { does: "create" }>,
  now: Fields,
  outcome: WriteOutcome,
  server: ServerFacts,
): WriteOutcome {
  const target = canonicalConfig(table, config, server);
  const isAsRequested = Object.keys(config).every((field) => same(target[field], now[field]));
  return isAsRequested ? { applied: [], held: missing } : outcome;
}

/**
 * The error that warns loudly that no stream may store a subject, and says how to correct that.
 *
 * @param ownSubjects the subjects that the releasing stream has now, as far as is known
 */
export function unstoredError(
  releaser: StreamWrite,
  handovers: Handover[],
  ownSubjects: string[],
  cause: BrokerError,
): BrokerError {
  const released = [...new Set(handovers.map((handover) => handover.released))];
  const heirs = [...new Set(handovers.map(({ to }) => to.resource.id))].join(", ");
  const subjects = [...new Set([...ownSubjects, ...released])]
    .map((subject) => `--subjects ${shellWord(subject)}`)
    .join(" ");
  const message =
    `NO STREAM MAY STORE ${released.join(", ")} NOW: ${releaser.resource.id} let go of it for ${heirs}, which did not ` +
    `take it, and giving it back failed. ${cause.message} Run again as soon as you can, or give it back by hand: ` +
    `nats stream edit ${shellWord(releaser.config.name)} --force ${subjects}`;
  return new BrokerError(message, { class: cause.class, code: cause.code, cause });
}
