import type { StreamConfig } from "../../jetstream/types.ts";
import { declaredName } from "../names.ts";
import type { ResolvedStream } from "../resolved.ts";
import { overlap } from "../subjects.ts";
import { showSize } from "../units/sizes.ts";
import type { Placed, TopologyRule } from "./rule.ts";

/** `streams[0] "RESULTS"` */
const called = ({ place, resource }: Placed<ResolvedStream>) => `${place} "${resource.name}"`;

/** Each with those declared before it: a pair is reported once, at the later one. */
function* withEarlier<T>(all: T[]): Generator<[T, T[]]> {
  for (const [at, each] of all.entries()) yield [each, all.slice(0, at)];
}

const oneStreamEach: TopologyRule = function* ({ streams }) {
  for (const [each, earlier] of withEarlier(streams)) {
    const same = earlier.find(({ resource }) => resource.stream === each.resource.stream);
    if (!same) continue;
    const how =
      same.resource.kind === each.resource.kind
        ? "That name is taken"
        : `Its stream "${each.resource.stream}" is taken`;
    yield {
      path: `${each.place}.name`,
      message: `${how} by ${called(same)}: each resource needs a stream of its own.`,
    };
  }
};

/** What it stores, also where that is left to the server: its name, unless it only copies. */
export function subjectsOf({ name = "", subjects, mirror, sources }: Partial<StreamConfig>): string[] {
  return subjects ?? (mirror || sources?.length ? [] : [name]);
}

const subjectsAreApart: TopologyRule = function* ({ streams }) {
  for (const [each, earlier] of withEarlier(streams)) {
    // Two resources on one stream have one mistake, not two.
    const others = earlier.filter(({ resource }) => resource.stream !== each.resource.stream);
    for (const [at, subject] of subjectsOf(each.resource.enforced).entries()) {
      for (const other of others) {
        const theirs = subjectsOf(other.resource.enforced).find((their) => overlap(their, subject));
        if (theirs === undefined) continue;
        const written = each.resource.kind === "stream" && each.resource.enforced.subjects !== undefined;
        const message = `"${subject}" overlaps "${theirs}" of ${called(other)}: a message may belong to one stream only.`;
        yield { path: written ? `${each.place}.subjects[${at}]` : `${each.place}.name`, message };
        break;
      }
    }
  }
};

/** The streams it copies from within this broker, by their names on the wire. */
function localOrigins({ mirror, sources = [] }: Partial<StreamConfig>) {
  const listed = sources.map((source, at) => ({ at: `sources[${at}]`, source }));
  return [...(mirror ? [{ at: "mirror", source: mirror }] : []), ...listed].filter(({ source }) => !source.external);
}

/** As the server checks it: a source that filters what the loop would bring back is none. */
const nothingFlowsInCircles: TopologyRule = function* ({ streams }) {
  const byStream = new Map(streams.map((each) => [each.resource.stream, each]));
  const comesBack = (to: Placed<ResolvedStream>, from: string, seen: Set<string>): boolean => {
    if (from === to.resource.stream) return true;
    const origin = byStream.get(from);
    if (!origin || seen.has(from)) return false;
    seen.add(from);
    return localOrigins(origin.resource.enforced).some(({ source }) => {
      const filter = source.filter_subject;
      const carries = !filter || subjectsOf(origin.resource.enforced).some((each) => overlap(each, filter));
      return carries && comesBack(to, source.name, seen);
    });
  };
  for (const each of streams) {
    for (const { at, source } of localOrigins(each.resource.enforced)) {
      const filter = source.filter_subject;
      const carries = !filter || subjectsOf(each.resource.enforced).some((subject) => overlap(subject, filter));
      if (!carries || !comesBack(each, source.name, new Set())) continue;
      const message = `"${source.name}" gets its messages from "${each.resource.stream}": they would go round in a circle.`;
      yield { path: `${each.place}.${at}`, message };
    }
  }
};

const copiesFit: TopologyRule = function* ({ streams }) {
  const byStream = new Map(streams.map((each) => [each.resource.stream, each]));
  for (const { place, resource } of streams) {
    const takes = Number(resource.enforced.max_msg_size ?? -1);
    for (const { source } of localOrigins(resource.enforced)) {
      const origin = byStream.get(source.name);
      const gives = Number(origin?.resource.enforced.max_msg_size ?? -1);
      if (!origin || takes <= 0 || takes >= gives) continue;
      const message = `${showSize(takes)} is less than the ${showSize(gives)} of ${called(origin)}, which it copies.`;
      yield { path: `${place}.${declaredName(resource.kind, "max_msg_size")}`, message };
    }
  }
};

export const amongStreams: TopologyRule[] = [oneStreamEach, subjectsAreApart, nothingFlowsInCircles, copiesFit];
