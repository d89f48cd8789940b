import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors/broker-error.ts";
import { filtersOf } from "../jetstream/filters.ts";
import type { Int64, StreamState } from "../jetstream/types.ts";
import { consumerUsage } from "./consumer-usage.ts";
import { type Live, optional } from "./live.ts";
import type { ReadLimit } from "./read-limit.ts";

/** The most subjects that are counted: the server pages them by 100,000, and a page is large. */
const COUNTABLE_SUBJECTS = 100_000;

/** The most deleted messages that are counted: the server answers with a list of all of them. */
const COUNTABLE_GAPS = 10_000;

/** Kinds of evidence that a stream's state alone does not give. Reading them costs requests. */
export type Evidence = "subjects" | "age" | "consumers" | "storedOn";

/** The evidence that a plan lacks about one stream: it makes forecasts exact, and tells what is in use. */
export interface EvidenceGap {
  stream: string;
  state: StreamState;
  needs: Evidence[];
  /** The age that the plan would set, in nanoseconds. */
  maxAge: Int64;
  /** Subjects for which the plan depends on whether messages are stored. */
  storedOn: string[];
}

/** The evidence that was read about one stream. */
export interface StreamEvidence {
  /** The number of messages on each subject. */
  perSubject?: number[];
  /** The number of messages that are older than the declared age. */
  expired?: { messages: number; certainty: "exact" | "at most" };
  /** For each consumer, the number of messages that it has still to get or to have acknowledged. */
  outstanding?: number[];
  /** The stream's consumers: what each gets, and whether it ever got a message or somebody waits for one now. */
  consumers?: { name: string; filters: string[]; isUsed: boolean }[];
  /** What is stored on some subjects, keyed by the subject that the plan asked for. */
  storedOn?: ReadonlyMap<string, StoredSubjects>;
}

/** The messages on the subjects that a filter covers. */
export interface StoredSubjects {
  /** The number of messages by subject, for all subjects or for those that were counted. */
  subjects: ReadonlyMap<string, number>;
  complete: boolean;
  /** The last message on any of the subjects, if the user may read it. */
  last?: { subject: string; time: string };
}

/**
 * Reads the evidence that a plan lacks. It needs no permission to create or change anything, touches no consumer and
 * leaves nothing behind. If something may not be read or is too much to read, its forecast stays rough.
 */
export async function readEvidence(
  api: JetStreamApi,
  limit: ReadLimit,
  gaps: EvidenceGap[],
  live: Live,
): Promise<Map<string, StreamEvidence>> {
  const read = gaps.map(async (gap): Promise<[string, StreamEvidence]> => {
    const parts = await Promise.all(
      gap.needs.map((need) =>
        limit(() => optional(live.warnings, `What ${gap.stream} holds is not certain`, READERS[need](api, gap, live))),
      ),
    );
    return [gap.stream, Object.assign({}, ...parts)];
  });
  return new Map(await Promise.all(read));
}

type Reader = (api: JetStreamApi, gap: EvidenceGap, live: Live) => Promise<StreamEvidence>;

const READERS: Record<Evidence, Reader> = {
  async subjects(api, { stream, state }) {
    if ((state.num_subjects ?? Number.POSITIVE_INFINITY) > COUNTABLE_SUBJECTS) return {};
    return { perSubject: await api.subjectCounts(stream) };
  },
  async age(api, gap, { readAt, account }) {
    const cutoff = readAt - Number(gap.maxAge) / 1e6;
    return { expired: await countOlder(api, gap, cutoff, account?.api?.level ?? null) };
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
      async (filter): Promise<[string, StoredSubjects]> => [filter, await readStoredSubjects(api, stream, filter)],
    );
    return { storedOn: new Map(await Promise.all(read)) };
  },
};

/**
 * Counts the messages on a filter's subjects. The last message is added if the user may read it: the counts do not need
 * it.
 */
async function readStoredSubjects(api: JetStreamApi, stream: string, filter: string): Promise<StoredSubjects> {
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
 * Counts the messages that are older than an instant.
 *
 * 1. Find the first message that is not older. Its sequence minus the stream's first sequence is the highest possible
 *    count.
 * 2. Subtract the deleted messages, if their list is short enough to be read. Without deleted messages the count is
 *    exact.
 */
async function countOlder(
  api: JetStreamApi,
  { stream, state }: EvidenceGap,
  cutoff: number,
  apiLevel: number | null,
): Promise<NonNullable<StreamEvidence["expired"]>> {
  const firstKept = await firstSince(api, stream, state, cutoff, apiLevel);
  const most = Math.min(state.messages, Number(BigInt(firstKept) - BigInt(state.first_seq)));
  const gone = state.num_deleted ?? 0;
  if (gone === 0) return { messages: most, certainty: "exact" };
  if (gone > COUNTABLE_GAPS) return { messages: most, certainty: "at most" };
  const deleted = await api.deletedSequences(stream);
  const span = Number(BigInt(firstKept) - BigInt(state.first_seq));
  return { messages: span - deleted.filter((sequence) => sequence < firstKept).length, certainty: "exact" };
}

/**
 * The sequence at which the messages stored at or after an instant begin. Servers before 2.11 do not look up a time:
 * the run halves the range of sequences until it finds it.
 */
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
