import type { StreamConfig } from "../../lib/jetstream/types.ts";
import { covers } from "../../lib/subjects/subjects.ts";
import type { Topology } from "../../lib/topology/index.ts";

/** Streams that hand subjects to one another. */
export interface HandoverCase {
  title: string;
  live: (StreamConfig & { subjects: string[] })[];
  topology: Topology;
  /** Subjects of messages that some stream stores before and after. */
  subjects: string[];
  /** The writes of a run that nothing troubles, without `STREAM.`. */
  writes: string[];
}

/** The same with names and subjects of its own, so that many can be on one broker. */
export function handoverOf(at: number, prefix: string): HandoverCase {
  const chosen = HANDOVERS[at % HANDOVERS.length];
  if (!chosen) throw new Error("there are no handovers");
  const own = <Stream extends { name: string; subjects?: string[] | undefined }>(stream: Stream) => ({
    ...stream,
    name: `${prefix}${stream.name}`,
    subjects: (stream.subjects ?? []).map((subject) => `${prefix}.${subject}`),
  });
  return {
    ...chosen,
    live: chosen.live.map(own),
    topology: { ...chosen.topology, streams: (chosen.topology.streams ?? []).map(own) },
    subjects: chosen.subjects.map((subject) => `${prefix}.${subject}`),
  };
}

/** `{ A: ["a", "S1"] }` as streams. */
const streams = (subjects: Record<string, string[]>) =>
  Object.entries(subjects).map(([name, its]) => ({ name, subjects: its }));

/** One that a subject matches. */
const literal = (subject: string) => subject.replace(/[*>]/g, "one");

function handover(
  title: string,
  live: Record<string, string[]>,
  declared: Record<string, string[]>,
  writes: string[],
): HandoverCase {
  const [before, after] = [Object.values(live).flat(), Object.values(declared).flat()];
  const isStored = (subject: string) =>
    [before, after].every((patterns) => patterns.some((pattern) => covers(pattern, subject)));
  const subjects = [...new Set([...before, ...after].map(literal))].filter(isStored);
  return { title, live: streams(live), topology: { name: "handover", streams: streams(declared) }, subjects, writes };
}

/** Every way in which subjects move. */
export const HANDOVERS: HandoverCase[] = [
  handover("a move", { A: ["a", "S1"], B: ["b"] }, { A: ["a"], B: ["b", "S1"] }, ["UPDATE.A", "UPDATE.B"]),
  handover("a move to a stream that is created", { A: ["a", "S1"] }, { B: ["S1"], A: ["a"] }, ["UPDATE.A", "CREATE.B"]),
  handover("a swap", { A: ["a", "S1"], B: ["b", "S2"] }, { A: ["a", "S2"], B: ["b", "S1"] }, [
    "UPDATE.A",
    "UPDATE.B",
    "UPDATE.A",
  ]),
  handover(
    "a chain of three, the last one created",
    { A: ["a", "S1"], B: ["b", "S2"] },
    { C: ["S2"], B: ["b", "S1"], A: ["a"] },
    ["UPDATE.A", "UPDATE.B", "CREATE.C"],
  ),
  handover(
    "a circle of three, of which one has a subject that it keeps",
    { A: ["S1"], B: ["b", "S2"], C: ["S3"] },
    { A: ["S3"], B: ["b", "S1"], C: ["S2"] },
    ["UPDATE.B", "UPDATE.C", "UPDATE.A", "UPDATE.B"],
  ),
  handover(
    "an exchange of all subjects, two each, of streams of which one has one more until then",
    { A: ["S1", "S2", "more"], B: ["S3", "S4"] },
    { A: ["S3", "S4"], B: ["S1", "S2"] },
    ["UPDATE.A", "UPDATE.B", "UPDATE.A"],
  ),
  handover(
    "one stream divided among three",
    { A: ["a", "orders.>"] },
    { A: ["a", "orders.eu.>"], B: ["orders.us.>"], C: ["orders.jp.>"] },
    ["UPDATE.A", "CREATE.B", "CREATE.C"],
  ),
  handover(
    "two streams gathered in one",
    { A: ["a", "orders.eu"], B: ["b", "orders.us"] },
    { C: ["orders.*"], A: ["a"], B: ["b"] },
    ["UPDATE.A", "UPDATE.B", "CREATE.C"],
  ),
];
