import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors/broker-error.ts";
import { filtersOf } from "../jetstream/filters.ts";
import type { Int64, StreamState } from "../jetstream/types.ts";
import { consumerUsage } from "./consumer-usage.ts";
import { type Live, optional } from "./live.ts";
import type { ReadLimit } from "./read-limit.ts";

/** Beyond it subjects are not counted: the server pages them by 100,000, and a page is large. */
const COUNTABLE_SUBJECTS = 100_000;

/** Beyond it the deleted messages in between are not counted either: they come as a list of all. */
const COUNTABLE_GAPS = 10_000;

/** What reading more of the stream would tell, where the state alone does not. It costs requests. */
export type Evidence = "subjects" | "age" | "consumers" | "storedOn";

/** What a plan lacks of one stream: for its forecasts to be exact, and to know what of it is in use. */
export interface EvidenceGap {
  stream: string;
  state: StreamState;
  needs: Evidence[];
  /** The age that the plan would set, in nanoseconds. */
  maxAge: Int64;
  /** Subjects of which it matters whether messages are stored on them. */
  storedOn: string[];
}

/** What a forecast asked to be read of one stream. */
export interface StreamEvidence {
  /** How many messages each subject holds. */
  perSubject?: number[];
  /** How many messages are older than the declared age. */
  expired?: { messages: number; certainty: "exact" | "at most" };
  /** For each consumer, how many messages it has still to get or to have acknowledged. */
  outstanding?: number[];
  /** Its consumers, what each gets, and whether it ever got any of it or somebody waits for it now. */
  consumers?: { name: string; filters: string[]; isUsed: boolean }[];
  /** What is stored on some subjects, by what was asked for. */
  storedOn?: ReadonlyMap<string, StoredSubjects>;
}

/** What is stored on the subjects that a filter covers. */
export interface StoredSubjects {
  /** Messages by subject: of all, or of as many as were counted. */
  subjects: ReadonlyMap<string, number>;
  complete: boolean;
  /** The last message of all of them, where the user may read it. */
  last?: { subject: string; time: string };
}

/**
 * Reads what a plan lacks. Reading only: it takes no permission to create or to change, touches no consumer and
 * leaves nothing behind. What may not be read, or would be too much to read, stays as rough as it is.
 */
export async function readEvidence(
  api: JetStreamApi,
  bounded: ReadLimit,
  lacks: EvidenceGap[],
  live: Live,
): Promise<Map<string, StreamEvidence>> {
  const read = lacks.map(async (lack): Promise<[string, StreamEvidence]> => {
    const parts = await Promise.all(
      lack.needs.map((need) =>
        bounded(() =>
          optional(live.warnings, `What ${lack.stream} holds is not certain`, READERS[need](api, lack, live)),
        ),
      ),
    );
    return [lack.stream, Object.assign({}, ...parts)];
  });
  return new Map(await Promise.all(read));
}

type Reader = (api: JetStreamApi, lack: EvidenceGap, live: Live) => Promise<StreamEvidence>;

const READERS: Record<Evidence, Reader> = {
  async subjects(api, { stream, state }) {
    if ((state.num_subjects ?? Number.POSITIVE_INFINITY) > COUNTABLE_SUBJECTS) return {};
    return { perSubject: await api.subjectCounts(stream) };
  },
  async age(api, lack, { readAt, account }) {
    const cutoff = readAt - Number(lack.maxAge) / 1e6;
    return { expired: await countOlder(api, lack, cutoff, account?.api?.level ?? null) };
  },
  async consumers(api, { stream }, { readAt }) {
    const consumers = await api.consumerList(stream);
    return {
      outstanding: consumers.map(({ num_pending = 0, num_ack_pending = 0 }) => num_pending + num_ack_pending),
      consumers: consumers.map((info) => {
        return { name: info.name, filters: filtersOf(info.config), isUsed: consumerUsage(info, readAt) !== undefined };
      }),
    };
  },
  async storedOn(api, { stream, storedOn }) {
    const read = storedOn.map(
      async (filter): Promise<[string, StoredSubjects]> => [filter, await storedSubjects(api, stream, filter)],
    );
    return { storedOn: new Map(await Promise.all(read)) };
  },
};

/** The time of the last message is told where the user may read one: that it is stored is known without it. */
async function storedSubjects(api: JetStreamApi, stream: string, filter: string): Promise<StoredSubjects> {
  const { subjects, total } = await api.messagesBySubject(stream, filter);
  const counts = new Map(Object.entries(subjects));
  const found = { subjects: counts, complete: counts.size >= total };
  if (counts.size === 0) return found;
  const last = await api.lastMessage(stream, filter).catch((error: unknown) => {
    if (error instanceof BrokerError && error.class === "auth") return undefined;
    throw error;
  });
  return last ? { ...found, last: { subject: last.subject, time: last.time } } : found;
}

/**
 * How many messages are older than an instant.
 *
 * 1. Find the first message that is not: its sequence less the stream's first one is how many there can be at most.
 * 2. Less those that are no longer there: none are gone, or their list is short enough to be counted.
 */
async function countOlder(
  api: JetStreamApi,
  { stream, state }: EvidenceGap,
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
