import { BrokerError } from "../../jetstream/errors/broker-error.ts";
import type { StreamConfig, StreamSource } from "../../jetstream/types.ts";
import type { BrokerState } from "../../observe/broker-state.ts";
import { streamNamed, unreadStreams } from "../../observe/live.ts";
import { SubjectIndex } from "../../subjects/subject-index.ts";
import { intersection } from "../../subjects/subjects.ts";
import { idOfStream } from "../../topology/fields/names.ts";
import type { ResolvedResource, ResolvedStream } from "../../topology/resolve/resolved.ts";
import * as canonical from "../fields/canonical.ts";
import type { Copies, Copy, Move, MovesFrom } from "../fields/field.ts";
import { canonicalConfig, type Fields, overlaid, STREAM_TABLE } from "../fields/tables.ts";
import { storedOf } from "../stored.ts";
import { subjectsOf } from "../stream-write.ts";

/** The subjects that move between streams, and the streams that copy other streams. */
export interface Moves {
  from(giver: ResolvedStream): MovesFrom;
}

type KnownState = Pick<BrokerState, "live" | "server" | "evidence" | "undeclaredStreams">;

/**
 * Finds the moves among the resources that a run looks at. Each index is made when it is first asked for, because few
 * plans move a subject. A stream that the run does not look at takes nothing over, so the preflight keeps the subject
 * where it is.
 */
export function movesAmong(resources: ResolvedResource[], broker: KnownState): Moves {
  const streams = resources.filter((resource) => resource.kind !== "consumer");
  let takers: SubjectIndex<ResolvedStream> | undefined;
  let copies: { byOrigin: ReadonlyMap<string, Copy[]>; unread: Copies["unread"] } | undefined;
  return {
    from: (giver) => ({
      of(subject) {
        takers ??= takersAmong(streams);
        const others = takers.everyOverlap(subject).filter(({ owner }) => owner.id !== giver.id);
        return others.map((entry) => moveTo(entry.owner, intersection(entry.subject, subject) ?? subject, broker));
      },
      copies() {
        copies ??= { byOrigin: copiesByOrigin(streams, broker), unread: unreadCopies(broker) };
        return { known: copies.byOrigin.get(giver.stream) ?? [], unread: copies.unread };
      },
    }),
  };
}

function takersAmong(streams: ResolvedStream[]): SubjectIndex<ResolvedStream> {
  const index = new SubjectIndex<ResolvedStream>();
  for (const stream of streams) {
    if (stream.policy.manage === "observe") continue;
    for (const subject of subjectsOf({ name: stream.stream, ...stream.enforced })) index.add(subject, stream);
  }
  return index;
}

function moveTo(resource: ResolvedStream, subject: string, broker: KnownState): Move {
  const { id, kind, stream } = resource;
  const info = streamNamed(broker.live, stream);
  const config = canonicalConfig(STREAM_TABLE, wantedFields(resource, info?.config), broker.server);
  const about = { subject, to: id, kind, stream, config: config as unknown as StreamConfig };
  return info ? { ...about, stored: storedOf(info, broker) } : about;
}

function wantedFields(
  { stream, enforced, createDefaults, policy }: ResolvedStream,
  live: StreamConfig | undefined,
): Fields {
  if (live === undefined) return overlaid(STREAM_TABLE, { name: stream, ...createDefaults }, enforced as Fields);
  const base = policy.exact ? { name: stream } : { ...live };
  // The server unseals no stream, whatever the topology declares.
  return { ...overlaid(STREAM_TABLE, base, enforced as Fields), ...(live.sealed ? { sealed: true } : {}) };
}

/** The streams that take messages from a stream of this account, by the origin's name. */
function copiesByOrigin(
  streams: ResolvedStream[],
  { live, undeclaredStreams }: KnownState,
): ReadonlyMap<string, Copy[]> {
  const declared = new Map(streams.map((each) => [each.stream, each]));
  const read = [...live.streams.values()].flatMap((info): [string, Origins][] => {
    return info === undefined || info instanceof BrokerError ? [] : [[info.config.name, info.config]];
  });
  const byOrigin = new Map<string, Copy[]>();
  for (const [name, config] of new Map<string, Origins>([...undeclaredStreams, ...read])) {
    const copy = copyOf(name, config, declared.get(name));
    for (const origin of new Set(copy.now.map((source) => source.name))) {
      const others = byOrigin.get(origin);
      if (others) others.push(copy);
      else byOrigin.set(origin, [copy]);
    }
  }
  return byOrigin;
}

interface Origins {
  mirror?: StreamSource | undefined;
  sources?: StreamSource[] | undefined;
}

function copyOf(stream: string, live: Origins, declared: ResolvedStream | undefined): Copy {
  const isWritten = declared !== undefined && declared.policy.manage === "ensure";
  const { mirror = live.mirror, sources = live.sources } = isWritten ? declared.enforced : {};
  return {
    id: declared?.id ?? idOfStream(stream),
    stream,
    isMirror: live.mirror !== undefined,
    now: originsIn(live),
    after: originsIn({ mirror, sources }),
  };
}

/** The origins in this account. A stream that is reached through another API belongs to another account or domain. */
function originsIn({ mirror, sources = [] }: Origins): StreamSource[] {
  const origins = mirror ? [mirror, ...sources] : sources;
  return (canonical.sources(origins) as StreamSource[]).filter(({ external }) => !external);
}

function unreadCopies({ live, undeclaredStreams }: KnownState): Copies["unread"] {
  return unreadStreams(live)?.filter((name) => !undeclaredStreams.has(name));
}
