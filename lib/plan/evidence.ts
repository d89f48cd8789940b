import type { JetStreamApi } from "../jetstream/api.ts";
import type { Int64, StreamState } from "../jetstream/types.ts";
import type { Bounded } from "./bounded.ts";
import type { StreamEvidence } from "./field.ts";
import type { Evidence } from "./forecast.ts";
import type { Plan } from "./plan.ts";
import { type Live, optional } from "./read.ts";

/** Beyond it subjects are not counted: the server pages them by 100,000, and a page is large. */
const COUNTABLE_SUBJECTS = 100_000;

/** Beyond it the deleted messages in between are not counted either: they come as a list of all. */
const COUNTABLE_GAPS = 10_000;

/** What a plan's forecasts lack to be exact, of one stream. */
interface Lack {
  stream: string;
  state: StreamState;
  needs: Evidence[];
  /** The age that the plan would set, in nanoseconds. */
  maxAge: Int64;
}

/** What the forecasts of a plan lack. */
export function lacking(plan: Plan): Lack[] {
  return plan.actions.flatMap((action) => {
    if (action.does !== "update" && action.does !== "hold") return [];
    const { decision, question, resource } = action;
    const state = question.stored?.state;
    const needs = new Set(decision.differences.flatMap(({ verdict }) => verdict.needs ?? []));
    if (!state || needs.size === 0) return [];
    const age = decision.differences.find(({ field }) => field === "max_age")?.declared;
    return [{ stream: resource.stream, state, needs: [...needs], maxAge: (age ?? 0) as Int64 }];
  });
}

/**
 * Reads what the forecasts lack. Reading only: it takes no permission to create or to change, touches no consumer and
 * leaves nothing behind. What may not be read, or would be too much to read, stays as rough as it is.
 */
export async function readEvidence(
  api: JetStreamApi,
  bounded: Bounded,
  lacks: Lack[],
  live: Live,
): Promise<Map<string, StreamEvidence>> {
  const read = lacks.map(async (lack): Promise<[string, StreamEvidence]> => {
    const parts = await Promise.all(
      lack.needs.map((need) =>
        bounded(() => optional(live.warnings, `Forecast of ${lack.stream}`, READERS[need](api, lack, live))),
      ),
    );
    return [lack.stream, Object.assign({}, ...parts)];
  });
  return new Map(await Promise.all(read));
}

type Reader = (api: JetStreamApi, lack: Lack, live: Live) => Promise<StreamEvidence>;

const READERS: Record<Evidence, Reader> = {
  async subjects(api, { stream, state }) {
    if ((state.num_subjects ?? Number.POSITIVE_INFINITY) > COUNTABLE_SUBJECTS) return {};
    return { perSubject: await api.subjectCounts(stream) };
  },
  async age(api, lack, { readAt, account }) {
    const cutoff = readAt - Number(lack.maxAge) / 1e6;
    return { expired: await countOlder(api, lack, cutoff, account?.api?.level ?? null) };
  },
  async consumers(api, { stream }) {
    const consumers = await api.consumerList(stream);
    return {
      outstanding: consumers.map(({ num_pending = 0, num_ack_pending = 0 }) => num_pending + num_ack_pending),
    };
  },
};

/**
 * How many messages are older than an instant.
 *
 * 1. Find the first message that is not: its sequence less the stream's first one is how many there can be at most.
 * 2. Less those that are no longer there: none are gone, or their list is short enough to be counted.
 */
async function countOlder(
  api: JetStreamApi,
  { stream, state }: Lack,
  cutoff: number,
  apiLevel: number | null,
): Promise<NonNullable<StreamEvidence["expired"]>> {
  const survivor = await firstSince(api, stream, state, cutoff, apiLevel);
  const most = Math.min(state.messages, Number(BigInt(survivor) - BigInt(state.first_seq)));
  const gone = state.num_deleted ?? 0;
  if (gone === 0) return { messages: most, certainty: "exact" };
  if (gone > COUNTABLE_GAPS) return { messages: most, certainty: "at most" };
  const deleted = await api.deletedSequences(stream);
  const span = Number(BigInt(survivor) - BigInt(state.first_seq));
  return { messages: span - deleted.filter((sequence) => sequence < survivor).length, certainty: "exact" };
}

/** Where the messages stored at or after an instant begin. Servers before 2.11 are asked by halving the range. */
async function firstSince(
  api: JetStreamApi,
  stream: string,
  state: StreamState,
  cutoff: number,
  apiLevel: number | null,
): Promise<bigint> {
  if (apiLevel !== null && apiLevel >= 1) {
    const message = await api.messageSince(stream, new Date(cutoff));
    return message ? BigInt(message.seq) : BigInt(state.last_seq) + 1n;
  }
  let [low, high] = [BigInt(state.first_seq), BigInt(state.last_seq) + 1n];
  while (low < high) {
    const middle = (low + high) / 2n;
    const message = await api.messageFrom(stream, middle);
    if (!message) high = middle;
    else if (Date.parse(message.time) >= cutoff) high = middle;
    else low = BigInt(message.seq) + 1n;
  }
  return low;
}
