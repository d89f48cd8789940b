import { describe, expect, test } from "vitest";
import { told } from "./cases.ts";

const streams = (...list: object[]) => ({ name: "t", streams: list });

describe("the streams and buckets of a topology", () => {
  test.each([
    [
      "two streams of one name",
      streams({ name: "A" }, { name: "A" }),
      'streams[1].name: That name is taken by streams[0] "A": each resource needs a stream of its own.',
    ],
    [
      "a stream that is a bucket's",
      { name: "t", streams: [{ name: "KV_jobs", subjects: ["$KV.jobs.>"] }], kvBuckets: [{ name: "jobs" }] },
      'kvBuckets[0].name: Its stream "KV_jobs" is taken by streams[0] "KV_jobs": each resource needs a stream of its own.',
    ],
    [
      "a stream that is an object store's",
      { name: "t", streams: [{ name: "OBJ_o" }], objectStores: [{ name: "o" }] },
      'objectStores[0].name: Its stream "OBJ_o" is taken by streams[0] "OBJ_o": each resource needs a stream of its own.',
    ],
    [
      "two object stores of one name",
      { name: "t", objectStores: [{ name: "o" }, { name: "o", maxAge: "1d" }] },
      'objectStores[1].name: That name is taken by objectStores[0] "o": each resource needs a stream of its own.',
    ],
    [
      "streams that overlap",
      streams({ name: "A", subjects: ["a.>"] }, { name: "B", subjects: ["b", "a.*.c"] }),
      'streams[1].subjects[1]: "a.*.c" overlaps "a.>" of streams[0] "A": a message may belong to one stream only.',
    ],
    [
      "a stream's default subject that overlaps",
      streams({ name: "A", subjects: ["B"] }, { name: "B" }),
      'streams[1].name: "B" overlaps "B" of streams[0] "A": a message may belong to one stream only.',
    ],
    [
      "a stream that stores a bucket's subjects",
      { name: "t", streams: [{ name: "A", subjects: ["$KV.jobs.x"] }], kvBuckets: [{ name: "jobs" }] },
      'kvBuckets[0].name: "$KV.jobs.>" overlaps "$KV.jobs.x" of streams[0] "A": a message may belong to one stream only.',
    ],
    [
      "a stream that stores an object store's metadata",
      { name: "t", streams: [{ name: "A", subjects: ["$O.*.M.>"] }], objectStores: [{ name: "o" }] },
      'objectStores[0].name: "$O.o.M.>" overlaps "$O.*.M.>" of streams[0] "A": a message may belong to one stream only.',
    ],
    [
      "a mirror with smaller messages than its origin",
      streams({ name: "A", maxMsgSize: "2MiB" }, { name: "B", mirror: { name: "A" }, maxMsgSize: "1MiB" }),
      'streams[1].maxMsgSize: 1MiB is less than the 2MiB of streams[0] "A", which it copies.',
    ],
    [
      "a mirror of itself",
      streams({ name: "A", mirror: { name: "A" } }),
      'streams[0].mirror: "A" gets its messages from "A": they would go round in a circle.',
    ],
  ])("are refused: %s", (_, topology, mistake) => {
    expect(told(topology)).toEqual([mistake]);
  });

  test("that copy from one another are refused, at each end", () => {
    const copies = streams(
      { name: "A", sources: [{ name: "B" }] },
      { name: "B", sources: [{ name: "C" }] },
      { name: "C", sources: [{ name: "A" }] },
    );
    expect(told(copies)).toEqual([
      'streams[0].sources[0]: "B" gets its messages from "A": they would go round in a circle.',
      'streams[1].sources[0]: "C" gets its messages from "B": they would go round in a circle.',
      'streams[2].sources[0]: "A" gets its messages from "C": they would go round in a circle.',
    ]);
  });

  test.each([
    ["neighbours", streams({ name: "A", subjects: ["a.>"] }, { name: "B", subjects: ["a", "b.>"] })],
    ["a mirror, which has no subjects", streams({ name: "A", subjects: ["a"] }, { name: "B", mirror: { name: "A" } })],
    [
      "sources in a line",
      streams({ name: "A" }, { name: "B", sources: [{ name: "A" }] }, { name: "C", sources: [{ name: "B" }] }),
    ],
    [
      "sources of each other's own part",
      streams(
        { name: "A", subjects: ["a"], sources: [{ name: "B", filterSubject: "b" }] },
        { name: "B", subjects: ["b"], sources: [{ name: "A", filterSubject: "a" }] },
      ),
    ],
    ["the same name elsewhere", streams({ name: "A", mirror: { name: "A", external: { api: "$JS.hub.API" } } })],
    [
      "one name for each kind",
      { name: "t", streams: [{ name: "x" }], kvBuckets: [{ name: "x" }], objectStores: [{ name: "x" }] },
    ],
  ])("are taken: %s", (_, topology) => {
    expect(told(topology)).toEqual([]);
  });
});

describe("an approval", () => {
  test("of a field that is none is refused, with the one meant", () => {
    const buckets = [
      {
        name: "k",
        allowLoss: ["history", "maxmsgs", "nonsense"],
        allowDisruption: ["republish", "sourcess"],
        allowOneWay: ["max_age"],
      },
    ];
    expect(told({ name: "t", kvBuckets: buckets })).toEqual([
      'kvBuckets[0].allowLoss[1]: "maxmsgs" is no field of it: did you mean "maxMsgs"?',
      'kvBuckets[0].allowLoss[2]: "nonsense" is no field of it: write the topology\'s own names, like "maxAge".',
      'kvBuckets[0].allowDisruption[1]: "sourcess" is no field of it: did you mean "sources"?',
      'kvBuckets[0].allowOneWay[0]: "max_age" is no field of it: did you mean "maxAge"?',
    ]);
  });

  test("of all, of none or of some fields is taken", () => {
    const list = [
      { name: "A", allowLoss: true, allowDisruption: true, allowOneWay: false },
      { name: "B", allowLoss: ["maxAge", "retention"], allowDisruption: ["subjects"], allowOneWay: ["sealed"] },
    ];
    expect(told(streams(...list))).toEqual([]);
  });
});
