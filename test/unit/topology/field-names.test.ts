import { describe, expect, test } from "vitest";
import { mistakes, told } from "./cases.ts";

describe("a name", () => {
  const a = (length: number) => "a".repeat(length);

  test.each([
    ["streams", a(255), true],
    ["streams", a(256), false],
    ["streams", "käse!", true],
    ["streams", "a.b", false],
    ["streams", "a/b", false],
    ["streams", "a\\b", false],
    ["streams", "a b", false],
    ["streams", "a>", false],
    ["streams", "", false],
    ["kvBuckets", a(252), true],
    ["kvBuckets", a(253), false],
    ["kvBuckets", "käse", false],
    ["kvBuckets", "a_B-9", true],
    ["objectStores", a(251), true],
    ["objectStores", a(252), false],
    ["objectStores", "a!", false],
  ])("in %s: %s is taken: %s", (list, name, taken) => {
    expect(mistakes({ name: "t", [list]: [{ name }] }).map(({ path }) => path)).toEqual(
      taken ? [] : [`${list}[0].name`],
    );
  });

  test("too long says how long, with the prefix it gets", () => {
    expect(told({ name: "t", objectStores: [{ name: a(252) }] })).toEqual([
      "objectStores[0].name: The name has 256 bytes with the prefix OBJ_ of its stream, and the server takes 255.",
    ]);
  });
});

describe("a field that is not there", () => {
  test.each([
    ["streams", "max_age", 'did you mean "maxAge"?'],
    ["streams", "ttl", 'did you mean "maxAge"?'],
    ["streams", "replicas", 'did you mean "numReplicas"?'],
    ["streams", "history", 'on a stream write "maxMsgsPerSubject"'],
    ["streams", "maxValueSize", 'on a stream write "maxMsgSize"'],
    ["streams", "xyzzy", "There is no such field."],
    ["kvBuckets", "subjects", "a bucket's subjects follow from its name"],
    ["kvBuckets", "allowRollupHdrs", "it is always on for a bucket"],
    ["kvBuckets", "denyPurge", "a bucket must be able to purge"],
    ["kvBuckets", "maxMsgsPerSubject", 'on a KV bucket write "history"'],
    ["kvBuckets", "max_msgs_per_subject", 'on a KV bucket write "history"'],
    ["kvBuckets", "maxMsgSize", 'on a bucket write "maxValueSize"'],
    ["kvBuckets", "subjectDeleteMarkerTtl", 'on a bucket write "limitMarkerTtl"'],
    ["objectStores", "history", "only a KV bucket has a history"],
    ["objectStores", "maxMsgsPerSubject", "would cut objects to pieces"],
    ["consumers", "durableName", 'a declared consumer is durable, under its "name"'],
    ["consumers", "pauseUntil", "the server ignores it in an update"],
    ["consumers", "filterSubjectz", 'did you mean "filterSubject'],
  ])("in %s: %s is told what to write: %s", (list, field, sentence) => {
    const found = mistakes({ name: "t", [list]: [{ name: "x", stream: "S", [field]: 1 }] }).filter(({ path }) =>
      path.endsWith(field),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.path).toBe(`${list}[0].${field}`);
    expect(found[0]?.message).toContain(sentence);
  });

  test.each(["toString", "constructor", "hasOwnProperty"])("%s, as each object has it, is no field either", (field) => {
    expect(told({ name: "t", streams: [{ name: "S", [field]: 1 }] })).toEqual([
      `streams[0].${field}: There is no such field.`,
    ]);
  });

  test("at the top is told what to write", () => {
    expect(told({ name: "t", buckets: [], stream: [] })).toEqual([
      'buckets: There is no such field here: write "kvBuckets".',
      'stream: There is no such field: did you mean "streams"?',
    ]);
  });
});
