import type { StreamConfig } from "../../jetstream/types.ts";
import { SubjectIndex } from "../../subjects/subject-index.ts";
import { overlap } from "../../subjects/subjects.ts";
import { circles } from "../circles.ts";
import { declaredName } from "../fields/names.ts";
import type { ResolvedStream } from "../resolve/resolved.ts";
import { showSize } from "../units/sizes.ts";
import type { Placed, TopologyRule } from "./rule.ts";

/** `streams[0] "RESULTS"` */
const called = ({ place, resource }: Placed<ResolvedStream>) => `${place} "${resource.name}"`;

const oneStreamEach: TopologyRule = function* ({ streams }) {
  const declared = new Map<string, Placed<ResolvedStream>>();
  for (const each of streams) {
    const same = declared.get(each.resource.stream);
    if (!same) {
      declared.set(each.resource.stream, each);
      continue;
    }
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
  const earlier = new Map<string, Placed<ResolvedStream>>();
  const index = new SubjectIndex<string>();
  for (const each of streams) {
    const { stream, kind, enforced } = each.resource;
    const subjects = subjectsOf(enforced);
    for (const [at, subject] of subjects.entries()) {
      // Two resources on one stream have one mistake, not two.
      const theirs = index.firstOverlap(subject, stream);
      const other = theirs && earlier.get(theirs.owner);
      if (!other) continue;
      const message = `"${subject}" overlaps "${theirs.subject}" of ${called(other)}: a message may belong to one stream only.`;
      const written = kind === "stream" && enforced.subjects !== undefined;
      yield { path: written ? `${each.place}.subjects[${at}]` : `${each.place}.name`, message };
    }
    // A pair is reported once, at the later one.
    for (const subject of subjects) index.add(subject, stream);
    if (!earlier.has(stream)) earlier.set(stream, each);
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
  const carrying = ({ resource: { enforced } }: Placed<ResolvedStream>) =>
    localOrigins(enforced).filter(({ source: { filter_subject: filter } }) => {
      return !filter || subjectsOf(enforced).some((subject) => overlap(subject, filter));
    });
  const circleOf = circles(byStream.keys(), (stream) => {
    const each = byStream.get(stream);
    return each ? carrying(each).map(({ source }) => source.name) : [];
  });
  for (const each of streams) {
    const own = each.resource.stream;
    for (const { at, source } of carrying(each)) {
      if (circleOf.get(source.name) !== circleOf.get(own)) continue;
      const message = `"${source.name}" gets its messages from "${own}": they would go round in a circle.`;
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
