import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defineTopology, type Topology, TopologyError } from "../../../lib/topology/index.ts";
import { consumerSchema } from "../../../lib/topology/schema/consumer.ts";
import { streamSchema } from "../../../lib/topology/schema/stream.ts";
import { mistakes, told } from "./cases.ts";

const unknownField = { name: "R", subjects: ["r.>"], maxAgee: "90d" };
const badUnit = { name: "U", subjects: ["u.>"], maxAge: "90 days" };
const overlapping = { name: "O", subjects: ["r.*"] };
const badName = { name: "bad name!" };

describe("a mistake", () => {
  test.each([
    [
      "an unknown field",
      { streams: [unknownField] },
      'streams[0].maxAgee: There is no such field: did you mean "maxAge"?',
    ],
    ["a bad unit", { streams: [badUnit] }, 'streams[0].maxAge: "90 days" is not a duration: write it "90d".'],
    [
      "overlapping subjects",
      { streams: [{ name: "R", subjects: ["r.>"] }, overlapping] },
      'streams[1].subjects[0]: "r.*" overlaps "r.>" of streams[0] "R": a message may belong to one stream only.',
    ],
    [
      "a bucket's bad name",
      { kvBuckets: [badName] },
      "kvBuckets[0].name: \"bad name!\" is not a name it can have: only letters, digits, '_' and '-'.",
    ],
  ])("is told with its path: %s", (_, lists, mistake) => {
    expect(told({ name: "t", ...lists })).toEqual([mistake]);
  });

  test("does not hide another: all four are told in one message, each on a line with the resource's name", () => {
    const input = { name: "t", streams: [unknownField, badUnit, overlapping], kvBuckets: [badName] };

    const define = () => defineTopology(input as Topology);

    expect(define).toThrow(TopologyError);
    expect(define).toThrow(
      [
        "The topology has 4 mistakes:",
        '  streams[0] "R".maxAgee: There is no such field: did you mean "maxAge"?',
        '  streams[1] "U".maxAge: "90 days" is not a duration: write it "90d".',
        "  kvBuckets[0] \"bad name!\".name: \"bad name!\" is not a name it can have: only letters, digits, '_' and '-'.",
        '  streams[2] "O".subjects[0]: "r.*" overlaps "r.>" of streams[0] "R": a message may belong to one stream only.',
      ].join("\n"),
    );
  });

  test("in a nested field leaves the rest of the resource to be checked", () => {
    const stream = { name: "A", subjects: ["a.>", "a.b"], mirror: { name: "B", filterSubjects: ["x"] } };
    expect(told({ name: "t", streams: [stream] })).toEqual([
      'streams[0].mirror.filterSubjects: There is no such field: did you mean "filterSubject"?',
      'streams[0].subjects[1]: "a.b" overlaps "a.>".',
    ]);
  });
});

describe("a value of the wrong form", () => {
  const stream = (fields: object) => ({ name: "t", streams: [{ name: "A", ...fields }] });

  test.each([
    ["no name", { streams: [] }, "name: It is missing."],
    ["an empty name", { name: "" }, "name: It is empty."],
    ["no list", { name: "t", streams: {} }, "streams: {} is not a list."],
    ["no object", { name: "t", streams: ["A"] }, 'streams[0]: "A" is not an object with fields.'],
    ["no name of a stream", { name: "t", streams: [{}] }, "streams[0].name: It is missing."],
    ["no stream of a consumer", { name: "t", consumers: [{ name: "c" }] }, "consumers[0].stream: It is missing."],
    ["an unknown choice", stream({ discard: "newest" }), 'streams[0].discard: "newest" is not one of "old", "new".'],
    ["too many replicas", stream({ numReplicas: 7 }), "streams[0].numReplicas: 7 is too big: at most 5."],
    ["no replica", stream({ numReplicas: 0 }), "streams[0].numReplicas: 0 is too small: at least 1."],
    [
      "half a message",
      stream({ maxMsgs: 1.5 }),
      'streams[0].maxMsgs: 1.5 is not a limit: write a whole number, or "unlimited" (-1).',
    ],
    [
      "a number for a duration",
      stream({ maxAge: 90 }),
      'streams[0].maxAge: 90 is not a duration: write a text with its unit, like "90d", "2m" or "500ms".',
    ],
    [
      "a list for a size",
      stream({ maxBytes: [1] }),
      'streams[0].maxBytes: [1] is not a size: write a text like "512MiB", or whole bytes.',
    ],
    [
      "a bigint for a size",
      stream({ maxBytes: 5n }),
      'streams[0].maxBytes: 5n is not a size: write a text like "512MiB", or whole bytes.',
    ],
    ["a text for a flag", stream({ sealed: "yes" }), 'streams[0].sealed: "yes" is not true or false.'],
    ["a number in metadata", stream({ metadata: { team: 5 } }), "streams[0].metadata.team: 5 is not a text."],
    [
      "a date for an instant",
      stream({ mirror: { name: "B", optStartTime: "2026-01-31" } }),
      'streams[0].mirror.optStartTime: "2026-01-31" is not an instant: write it like "2026-01-31T00:00:00Z".',
    ],
    [
      "no approval",
      stream({ allowLoss: "maxAge" }),
      'streams[0].allowLoss: "maxAge" is neither true or false, nor a list of fields.',
    ],
    [
      "an empty approval",
      stream({ allowOneWay: [1] }),
      "streams[0].allowOneWay: [1] is neither true or false, nor a list of fields.",
    ],
    [
      "a history too long",
      { name: "t", kvBuckets: [{ name: "k", history: 65 }] },
      "kvBuckets[0].history: 65 is too big: at most 64.",
    ],
    [
      "a sequence JSON would round",
      stream({ firstSeq: 2 ** 53 }),
      "streams[0].firstSeq: 9007199254740992 is too big: at most 9007199254740991.",
    ],
    ["nothing at all", null, ": This is no topology: null is not an object with fields."],
    ["a text", "kanade", ': This is no topology: "kanade" is not an object with fields.'],
  ])("is told in a sentence: %s", (_, input, mistake) => {
    expect(told(input)).toEqual([mistake]);
  });
});

describe("a value that has no string form", () => {
  const bare = (fields: object) => Object.assign(Object.create(null), fields);
  const circle: Record<string, unknown> = bare({});
  circle.again = circle;
  const textless = {
    toJSON: () => {
      throw new Error("no JSON");
    },
    toString: () => {
      throw new Error("no text");
    },
  };

  test.each([
    ["an object without a prototype, in a circle", circle, "(a value that has no text) is not a text."],
    ["an object whose toJSON and toString throw", textless, "(a value that has no text) is not a text."],
    ["an object whose toString gives an object", bare({ toJSON: 5n }), "(a value that has no text) is not a text."],
    ["a symbol", Symbol("s"), "Symbol(s) is not a text."],
    ["a symbol without a name", Symbol(), "Symbol() is not a text."],
    ["a function", () => 1, "() => 1 is not a text."],
    ["a date that is none", new Date(Number.NaN), "null is not a text."],
    ["a long list", Array(500).fill(1), `[${"1,".repeat(99)}1… is not a text.`],
  ])("is told in a sentence: %s", (_, value, message) => {
    expect(told({ name: value })).toContain(`name: ${message}`);
    expect(told({ name: "t", streams: [{ name: "A", metadata: { team: value } }] })).toContain(
      `streams[0].metadata.team: ${message}`,
    );
    expect(mistakes({ name: "t", streams: value, exact: value, ignore: [value] }).length).toBeGreaterThan(0);
    expect(mistakes(value).length).toBeGreaterThan(0);
  });
});

describe("a field that throws when it is read", () => {
  const boom = () => {
    throw new Error("boom.");
  };
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const getter = (field: string) => Object.defineProperty({}, field, { get: boom, enumerable: true });
  class Stream {
    readonly name = "A";
    get maxAge(): string {
      return boom();
    }
  }

  test.each([
    ["of the topology", getter("name"), "name: It cannot be read: boom."],
    ["of a stream", { name: "t", streams: [getter("name")] }, "streams[0].name: It cannot be read: boom."],
    ["of a class", { name: "t", streams: [new Stream()] }, "streams[0].maxAge: It cannot be read: boom."],
    ["of a proxy", { name: "t", streams: new Proxy([], { ownKeys: boom }) }, "streams: It cannot be read: boom."],
    [
      "of a revoked proxy",
      { name: "t", streams: revoked() },
      "streams: It cannot be read: Cannot perform 'ownKeys' on a proxy that has been revoked.",
    ],
    [
      "of a transform",
      { name: "t", streams: [{ name: "A", sources: [{ name: "B", subjectTransforms: [getter("dest")] }] }] },
      "streams[0].sources[0].subjectTransforms[0].dest: It cannot be read: boom.",
    ],
  ])("is told with its path: %s", (_, input, mistake) => {
    expect(told(input)).toEqual([mistake]);
  });
});

describe("whatever it is", () => {
  const names = fc.constantFrom(
    ...Object.keys(streamSchema.shape),
    ...Object.keys(consumerSchema.shape),
    "history",
    "limitMarkerTtl",
  );
  const plausible = fc.constantFrom<unknown>(
    "1d",
    "1GiB",
    5,
    -1,
    true,
    "new",
    ["a.>"],
    { name: "B" },
    [{ name: "B" }],
    5n,
    null,
  );
  /** Values that JSON cannot say, some of them without a string form; each made anew. */
  const strange = fc.constantFrom<() => unknown>(
    () => Symbol("s"),
    () => Object.create(null),
    () => Object.assign(Object.create(null), { toJSON: 1, again: 5n }),
    () => ({
      get name() {
        throw Object.create(null);
      },
    }),
    () => ({ toString: 5, toJSON: () => Object.create(null) }),
    () => {
      const circle: Record<string, unknown> = Object.create(null);
      circle.name = circle;
      return circle;
    },
    () => {
      const list: unknown[] = [];
      list.push(list, list);
      return list;
    },
    () => () => "a",
    () => new Date(Number.NaN),
    () => Number.NaN,
    () =>
      new (class {
        get streams() {
          throw new Error("boom");
        }
      })(),
  );
  const anything = fc.oneof(
    fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    }),
    strange.map((make) => make()),
  );
  const value = fc.oneof(plausible, anything);
  const resource = fc.oneof(fc.dictionary(names, value), anything);
  const lists = ["streams", "kvBuckets", "objectStores", "consumers"].map((list) => [
    list,
    fc.array(resource, { maxLength: 3 }),
  ]);

  test("a topology is taken, or its mistakes are told; nothing else is thrown", () => {
    fc.assert(
      fc.property(fc.record(Object.fromEntries(lists)), (topology) => mistakes({ name: "t", ...topology }).length >= 0),
    );
  });

  test("what is no topology has mistakes, and nothing else is thrown", () => {
    fc.assert(fc.property(anything, (input) => mistakes(input).length > 0));
  });
});

test("what is right is returned as it was given", () => {
  const topology: Topology = { name: "t", streams: [{ name: "A", subjects: ["a.>"], maxAge: "90d" }] };
  expect(defineTopology(topology)).toBe(topology);
});
