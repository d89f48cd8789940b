import { describe, expect, test } from "vitest";
import { mistakes } from "./cases.ts";
import { acceptedConsumers, neverEqualConsumers, refusedConsumers } from "./consumer-cases.ts";

const withConsumer = (fields: object) => ({ name: "t", consumers: [{ stream: "S", name: "c", ...fields }] });

describe("a consumer", () => {
  test.each([...refusedConsumers, ...neverEqualConsumers])("is refused: %s", (_, fields, path, sentence) => {
    const found = mistakes(withConsumer(fields));

    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ path: `consumers[0].${path}`, resource: "c" });
    expect(found[0]?.message).toContain(sentence);
  });

  test.each(acceptedConsumers)("is taken: %s", (_, fields) => {
    expect(mistakes(withConsumer(fields))).toEqual([]);
  });
});

describe("a consumer that the server makes for a mirror or a source", () => {
  test.each(["JS_SRC_2pK11JZx", "JS_MIRROR_ih8eMwqr", "JS_SRC_2pK11JZx-Ab3dEf9h", "JS_MIRROR_ih8eMwqr_Ab3dEf9h"])(
    "is refused, with the reason: %s",
    (name) => {
      expect(mistakes(withConsumer({ name }))).toEqual([
        {
          path: "consumers[0].name",
          resource: name,
          message: expect.stringContaining("the server gives the consumers it makes for mirrors and sources"),
        },
      ]);
    },
  );

  test.each(["JS_SRC_mine", "JS_MIRROR_of-orders", "my_JS_SRC_2pK11JZx"])("is not a user's: %s", (name) => {
    expect(mistakes(withConsumer({ name }))).toEqual([]);
  });
});

describe("a consumer of a declared stream", () => {
  const on = (stream: object, ...consumers: object[]) => ({
    name: "t",
    streams: [{ name: "S", ...stream }],
    consumers: consumers.map((fields, at) => ({ stream: "S", name: `c${at}`, ...fields })),
  });

  test.each([
    ["more replicas", on({}, { numReplicas: 3 }), "consumers[0].numReplicas", '3 is more than the 1 of "S"'],
    [
      "fewer replicas on interest",
      on({ retention: "interest", numReplicas: 3 }, { numReplicas: 1 }),
      "consumers[0].numReplicas",
      "must be that of",
    ],
    [
      "more pending than allowed",
      on({ consumerLimits: { maxAckPending: 10 } }, { maxAckPending: 11 }),
      "consumers[0].maxAckPending",
      "allow: 10",
    ],
    [
      "idle for longer than allowed",
      on({ consumerLimits: { inactiveThreshold: "1h" } }, { inactiveThreshold: "2h" }),
      "consumers[0].inactiveThreshold",
      '2h is longer than the consumerLimits of "S" allow: 1h',
    ],
    [
      "delivery into its stream",
      on({ subjects: ["a.>"] }, { deliverSubject: "a.b" }),
      "consumers[0].deliverSubject",
      '"S" stores "a.>"',
    ],
    [
      "a work queue, not acknowledged",
      on({ retention: "workqueue" }, { ackPolicy: "none" }),
      "consumers[0].ackPolicy",
      'needs "explicit", not "none"',
    ],
    [
      "a work queue from new",
      on({ retention: "workqueue" }, { deliverPolicy: "new" }),
      "consumers[0].deliverPolicy",
      'needs "all", not "new"',
    ],
    [
      "a work queue read twice",
      on({ retention: "workqueue" }, {}, {}),
      "consumers[1].filterSubject",
      'consumers[0] "c0" reads too',
    ],
    [
      "a work queue shared unclearly",
      on({ retention: "workqueue" }, { filterSubjects: ["a", "b"] }, { filterSubjects: ["b"] }),
      "consumers[1].filterSubjects",
      "Give each its own subjects",
    ],
    [
      "too many of them",
      on({ maxConsumers: 1 }, {}, {}),
      "streams[0].maxConsumers",
      "2 consumers are declared on it, more than 1",
    ],
    ["the same twice", on({}, { name: "c" }, { name: "c" }), "consumers[1].name", "already: consumers[0]"],
  ])("is refused: %s", (_, topology, path, sentence) => {
    const found = mistakes(topology);

    expect(found).toHaveLength(1);
    expect(found[0]?.path).toBe(path);
    expect(found[0]?.message).toContain(sentence);
  });

  test.each([
    ["a work queue in shares", on({ retention: "workqueue" }, { filterSubject: "a" }, { filterSubject: "b" })],
    ["as many replicas", on({ retention: "interest", numReplicas: 3 }, { numReplicas: 3 }, { numReplicas: 0 })],
    ["within the limits", on({ consumerLimits: { maxAckPending: 10 } }, { maxAckPending: 10 })],
  ])("is taken: %s", (_, topology) => {
    expect(mistakes(topology)).toEqual([]);
  });

  test("of one behind a bucket, or of none that is declared, is taken", () => {
    const consumers = [
      { stream: "KV_jobs", name: "c" },
      { stream: "ELSEWHERE", name: "c" },
    ];
    expect(mistakes({ name: "t", kvBuckets: [{ name: "jobs" }], consumers })).toEqual([]);
  });
});
