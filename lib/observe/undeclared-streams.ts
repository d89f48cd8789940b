import type { JetStreamApi } from "../jetstream/api.ts";
import { isAtLeast, type ServerFacts } from "../jetstream/server.ts";
import type { StreamInfo, StreamSource } from "../jetstream/types.ts";
import { count } from "../text/text.ts";
import { ownerOf } from "../topology/owner.ts";
import type { ResolvedTopology } from "../topology/resolve/resolved.ts";
import { type Live, optional, unreadStreams } from "./live.ts";
import type { ReadLimit } from "./read-limit.ts";
import { undeclaredNames } from "./undeclared-names.ts";

/** What a run knows about a live stream that the topology does not declare. */
export interface UndeclaredStream {
  owner: string | undefined;
  holds: { messages: number; bytes: number; consumers: number };
  allowDirect: boolean;
  /** The origins that the stream takes messages from. */
  mirror?: StreamSource | undefined;
  sources?: StreamSource[] | undefined;
}

/**
 * Up to this number, streams are read one by one, all at once. More streams are read from the list of all streams, page
 * by page.
 */
const MOST_ASKED = 32;

/**
 * The number of pages of the list that are read: 5,120 streams. A run must not read a whole account for something that
 * it only reports.
 */
const MOST_PAGES = 20;

/**
 * Reads the undeclared streams, by name. Their owners are in their metadata, which a list of names does not have. The
 * run reads nothing if every live stream is declared, or if the server is older than 2.10 and keeps no metadata. A
 * stream that could not be read is left out, and is then reported as a stream without an owner.
 *
 * If the plan moves a subject, any stream may copy the stream that releases it. So every live stream that was not read
 * is read here, even one that the topology ignores, or one that the topology declares and this run does not look at.
 */
export async function readUndeclaredStreams(
  api: JetStreamApi,
  limit: ReadLimit,
  topology: ResolvedTopology,
  { live, server, isCopyInQuestion }: { live: Live; server: ServerFacts; isCopyInQuestion: boolean },
): Promise<ReadonlyMap<string, UndeclaredStream>> {
  const mayHaveOwner = isAtLeast(server, "2.10.0") ? undeclaredNames(topology, live.streamNames ?? []) : [];
  const possibleCopies = isCopyInQuestion ? (unreadStreams(live) ?? []) : [];
  const names = [...new Set([...mayHaveOwner, ...possibleCopies])];
  if (names.length === 0) return new Map();
  const errors: string[] = [];
  const infos = names.length <= MOST_ASKED ? await readEach(api, limit, names, errors) : await readList(api, errors);
  const found = new Map(infos.map((info) => [info.config.name, undeclaredStream(info)]));
  const unread = mayHaveOwner.filter((name) => !found.has(name)).length;
  const [why] = errors;
  if (why !== undefined && unread > 0) {
    live.warnings.push(`Which topology ${count(unread, "undeclared stream")} may belong to is not known: ${why}`);
  }
  return found;
}

async function readEach(api: JetStreamApi, limit: ReadLimit, names: string[], errors: string[]): Promise<StreamInfo[]> {
  const reads = names.map((name) => limit(() => optional(errors, name, api.streamInfo(name))));
  return (await Promise.all(reads)).flatMap((info) => info ?? []);
}

async function readList(api: JetStreamApi, errors: string[]): Promise<StreamInfo[]> {
  const list = await optional(errors, "the list of streams", api.streamList(MOST_PAGES));
  if (list === undefined) return [];
  errors.push(
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
