import type { BadCase } from "./cases.ts";

const mirror = { name: "B" };

/** Mirrors and sources that the server refuses. */
export const refusedCopies: BadCase[] = [
  [
    "a mirror with subjects",
    { mirror, subjects: ["a"] },
    "subjects",
    'A mirror cannot have it: mirror makes this a copy of "B"',
  ],
  ["a mirror with sources", { mirror, sources: [{ name: "C" }] }, "sources", "A mirror cannot have it"],
  ["a mirror with a first sequence", { mirror, firstSeq: 5 }, "firstSeq", "A mirror cannot have it"],
  [
    "a mirror with markers",
    { mirror, subjectDeleteMarkerTtl: "1m" },
    "subjectDeleteMarkerTtl",
    "A mirror cannot have it",
  ],
  ["a mirror with counters", { mirror, allowMsgCounter: true }, "allowMsgCounter", "A mirror cannot have it"],
  ["a mirror with batches", { mirror, allowAtomic: true }, "allowAtomic", "A mirror cannot have it"],
  ["a mirror with fast batches", { mirror, allowBatched: true }, "allowBatched", "A mirror cannot have it"],
  ["a mirror with schedules", { mirror, allowMsgSchedules: true }, "allowMsgSchedules", "A mirror cannot have it"],
  ["a mirror of no name", { mirror: { name: "a.b" } }, "mirror.name", '"a.b" is no name'],
  [
    "a mirror that filters twice",
    { mirror: { name: "B", filterSubject: "a", subjectTransforms: [{ src: "a", dest: "b" }] } },
    "mirror.filterSubject",
    "cannot go with subjectTransforms",
  ],
  ["a source of no name", { sources: [{ name: "" }] }, "sources[0].name", '"" is no name'],
  [
    "the same source twice",
    { sources: [{ name: "B" }, { name: "B", filterSubject: ">" }] },
    "sources[1]",
    'The same part of "B" is there twice',
  ],
  [
    "transforms that overlap",
    {
      sources: [
        {
          name: "B",
          subjectTransforms: [
            { src: "a.>", dest: "b.>" },
            { src: "a.*", dest: "c.$1" },
          ],
        },
      ],
    },
    "sources[0].subjectTransforms[1].src",
    '"a.*" overlaps "a.>"',
  ],
  [
    "a source's transform to nowhere",
    { sources: [{ name: "B", subjectTransforms: [{ src: "a", dest: "b.>" }] }] },
    "sources[0].subjectTransforms[0]",
    'must both end in ">"',
  ],
  [
    "this account's own API",
    { sources: [{ name: "B", external: { api: "$JS.API" } }] },
    "sources[0].external.api",
    "is this account's own API",
  ],
  [
    "a prefix with a wildcard",
    { mirror: { name: "B", external: { api: "$JS.*.API" } } },
    "mirror.external.api",
    "it has a wildcard",
  ],
  [
    "a consumer that starts elsewhere",
    { mirror: { name: "B", optStartSeq: 5, consumer: { name: "c", deliverSubject: "d" } } },
    "mirror.consumer",
    "decides where to start",
  ],
  [
    "a consumer that delivers nowhere",
    { sources: [{ name: "B", consumer: { name: "c", deliverSubject: "d.*" } }] },
    "sources[0].consumer.deliverSubject",
    "it has a wildcard",
  ],
  [
    "a consumer of no name",
    { sources: [{ name: "B", consumer: { name: "c.d", deliverSubject: "d" } }] },
    "sources[0].consumer.name",
    '"c.d" is no name',
  ],
];
