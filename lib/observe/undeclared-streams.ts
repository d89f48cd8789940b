import type { JetStreamApi } from "../jetstream/api.ts";
import { isAtLeast, type ServerFacts } from "../jetstream/server.ts";
import type { StreamInfo, StreamSource } from "../jetstream/types.ts";
import { count } from "../text/text.ts";
import { ownerOf } from "../topology/owner.ts";
import type { ResolvedTopology } from "../topology/resolve/resolved.ts";
import { type Live, optional, unreadStreams } from "./live.ts";
import type { ReadLimit } from "./read-limit.ts";
import { undeclaredNames } from "./undeclared-names.ts";

/** What a live stream that the topology does not declare tells of itself. */
export interface UndeclaredStream {
  owner: string | undefined;
  holds: { messages: number; bytes: number; consumers: number };
  allowDirect: boolean;
  /** Where it takes messages from. */
  mirror?: StreamSource | undefined;
  sources?: StreamSource[] | undefined;
}

/** So many are asked one by one, at once. More are read from the list of all streams, page after page. */
const MOST_ASKED = 32;

/** Pages of the list that are read: 5,120 streams. A run must not read a whole account for what it only tells. */
const MOST_PAGES = 20;

/**
 * The undeclared streams, by name: whose they are is in their metadata, which a list of names does not have. Nothing is
 * read where every live stream is declared, and from servers before 2.10, which keep no metadata. One that could not be
 * read is left out: it is then told as nobody's.
 *
 * Where the plan moves a subject, any stream may copy the one that gives it up. Every live stream that was not read is
 * then read here, also one that the topology ignores, or declares while this run does not look at it.
 */
export async function readUndeclaredStreams(
  api: JetStreamApi,
  bounded: ReadLimit,
  topology: ResolvedTopology,
  { live, server, isCopyInQuestion }: { live: Live; server: ServerFacts; isCopyInQuestion: boolean },
): Promise<ReadonlyMap<string, UndeclaredStream>> {
  const ownable = isAtLeast(server, "2.10.0") ? undeclaredNames(topology, live.streamNames ?? []) : [];
  const possibleCopies = isCopyInQuestion ? (unreadStreams(live) ?? []) : [];
  const names = [...new Set([...ownable, ...possibleCopies])];
  if (names.length === 0) return new Map();
  const troubles: string[] = [];
  const infos = names.length <= MOST_ASKED ? await asked(api, bounded, names, troubles) : await listed(api, troubles);
  const found = new Map(infos.map((info) => [info.config.name, undeclaredStream(info)]));
  const unread = ownable.filter((name) => !found.has(name)).length;
  const [why] = troubles;
  if (why !== undefined && unread > 0) {
    live.warnings.push(`Which topology ${count(unread, "undeclared stream")} may belong to is not known: ${why}`);
  }
  return found;
}

async function asked(
  api: JetStreamApi,
  bounded: ReadLimit,
  names: string[],
  troubles: string[],
): Promise<StreamInfo[]> {
  const reads = names.map((name) => bounded(() => optional(troubles, name, api.streamInfo(name))));
  return (await Promise.all(reads)).flatMap((info) => info ?? []);
}

async function listed(api: JetStreamApi, troubles: string[]): Promise<StreamInfo[]> {
  const list = await optional(troubles, "the list of streams", api.streamList(MOST_PAGES));
  if (list === undefined) return [];
  troubles.push(
    list.missing.length > 0
      ? `${list.missing.join(", ")} did not answer.`
      : `only the first ${MOST_PAGES} pages of the account's list of streams are read.`,
  );
  return list.streams;
}

function undeclaredStream({ config, state }: StreamInfo): UndeclaredStream {
  const { messages, bytes, consumer_count } = state;
  const holds = { messages: Number(messages), bytes: Number(bytes), consumers: consumer_count };
  const { mirror, sources, allow_direct = false } = config;
  return { owner: ownerOf(config), holds, allowDirect: allow_direct, mirror, sources };
}
