import { describe, expect, test } from "vitest";
import { mistakes } from "./cases.ts";
import { refusedCopies } from "./copy-cases.ts";
import { acceptedStreams, neverEqualStreams, refusedStreams } from "./stream-cases.ts";

const withStream = (fields: object) => ({ name: "t", streams: [{ name: "S", ...fields }] });

describe("a stream", () => {
  test.each([...refusedStreams, ...refusedCopies])("the server refuses is refused: %s", (_, fields, path, sentence) => {
    const found = mistakes(withStream(fields));

    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ path: `streams[0].${path}`, resource: "S" });
    expect(found[0]?.message).toContain(sentence);
  });

  test.each(neverEqualStreams)("the server changes into something else is refused: %s", (_, fields, path, sentence) => {
    const found = mistakes(withStream(fields));

    expect(found).toHaveLength(1);
    expect(found[0]?.path).toBe(`streams[0].${path}`);
    expect(found[0]?.message).toContain(sentence);
  });

  test.each(acceptedStreams)("is taken: %s", (_, fields) => {
    expect(mistakes(withStream(fields))).toEqual([]);
  });
});

describe("a bucket", () => {
  test.each([
    ["the age in its words", { limitMarkerTtl: "10ms" }, "limitMarkerTtl", "10ms is too short: at least 1s"],
    ["counters, for buckets discard new", { allowMsgCounter: true }, "allowMsgCounter", 'declare discard: "old"'],
    [
      "a filter that leaves subjects behind",
      { sources: [{ name: "b", filterSubject: "$KV.b.x" }] },
      "sources[0].filterSubject",
      "write subjectTransforms",
    ],
    ["values of 2GiB", { maxValueSize: "2GiB" }, "maxValueSize", "more than the server can hold"],
  ])("follows the rules of streams, told in its own words: %s", (_, fields, path, sentence) => {
    const found = mistakes({ name: "t", kvBuckets: [{ name: "k", ...fields }] });

    expect(found).toHaveLength(1);
    expect(found[0]?.path).toBe(`kvBuckets[0].${path}`);
    expect(found[0]?.message).toContain(sentence);
  });

  test.each([
    ["a per-key limit, with history", { history: 5, discardNewPerSubject: true }],
    ["sealed", { sealed: true }],
    ["a mirror", { mirror: { name: "other" } }],
    [
      "a filter on the same bucket elsewhere",
      { sources: [{ name: "k", filterSubject: "$KV.k.x", external: { api: "$JS.hub.API" } }] },
    ],
  ])("is taken: %s", (_, fields) => {
    expect(mistakes({ name: "t", kvBuckets: [{ name: "k", ...fields }] })).toEqual([]);
  });
});
