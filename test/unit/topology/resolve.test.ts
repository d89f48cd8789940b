import { describe, expect, test } from "vitest";
import { resolveTopology, type Topology } from "../../../lib/topology/index.ts";

const second = 1_000_000_000;
const only = (topology: Omit<Topology, "name">) => {
  const { resources } = resolveTopology({ name: "t", ...topology });
  expect(resources).toHaveLength(1);
  return resources[0];
};

describe("a stream", () => {
  test("is its declared fields in the server's names and units, and no other", () => {
    expect(
      only({
        streams: [
          {
            name: "ORDERS",
            subjects: ["orders.>"],
            maxAge: "1h30m",
            maxBytes: "1.5GiB",
            maxMsgs: "unlimited",
            consumerLimits: { inactiveThreshold: "1m", maxAckPending: 5 },
            sources: [{ name: "X", optStartSeq: 3, subjectTransforms: [{ src: "a", dest: "b" }] }],
            republish: { src: "orders.>", dest: "copy.>", headersOnly: true },
            metadata: { someTeam: "a_b" },
          },
        ],
      }),
    ).toEqual({
      id: "stream/ORDERS",
      kind: "stream",
      name: "ORDERS",
      stream: "ORDERS",
      enforced: {
        name: "ORDERS",
        subjects: ["orders.>"],
        max_age: 5400 * second,
        max_bytes: 1536 * 1024 ** 2,
        max_msgs: -1,
        consumer_limits: { inactive_threshold: 60 * second, max_ack_pending: 5 },
        sources: [{ name: "X", opt_start_seq: 3, subject_transforms: [{ src: "a", dest: "b" }] }],
        republish: { src: "orders.>", dest: "copy.>", headers_only: true },
        metadata: { someTeam: "a_b" },
      },
      createDefaults: {},
      policy: { manage: "ensure", exact: false, allowLoss: false, allowDisruption: false, allowOneWay: false },
    });
  });
});

describe("a KV bucket", () => {
  test("is a stream with what makes it one; what clients merely set is for its birth", () => {
    expect(only({ kvBuckets: [{ name: "jobs" }] })).toEqual({
      id: "kv/jobs",
      kind: "kv",
      name: "jobs",
      stream: "KV_jobs",
      enforced: {
        name: "KV_jobs",
        subjects: ["$KV.jobs.>"],
        allow_rollup_hdrs: true,
        max_msgs_per_subject: 1,
        discard: "new",
      },
      createDefaults: { deny_delete: true, allow_direct: true },
      policy: { manage: "ensure", exact: false, allowLoss: false, allowDisruption: false, allowOneWay: false },
    });
  });

  test("enforces what it declares, also where clients would set it at birth", () => {
    const bucket = only({
      kvBuckets: [
        { name: "jobs", history: 5, denyDelete: false, allowDirect: true, discard: "old", maxValueSize: "1MiB" },
      ],
    });
    expect(bucket?.enforced).toMatchObject({
      max_msgs_per_subject: 5,
      deny_delete: false,
      allow_direct: true,
      discard: "old",
      max_msg_size: 1024 ** 2,
    });
    expect(bucket?.createDefaults).toEqual({});
  });

  test("with limit markers lets messages have a time to live", () => {
    const bucket = only({ kvBuckets: [{ name: "jobs", limitMarkerTtl: "1h" }] });
    expect(bucket?.enforced).toMatchObject({ subject_delete_marker_ttl: 3600 * second, allow_msg_ttl: true });
  });

  test.each(["origin", "KV_origin"])("that mirrors %s has that bucket's stream, and no subjects of its own", (name) => {
    const bucket = only({ kvBuckets: [{ name: "copy", mirror: { name } }] });
    expect(bucket?.enforced).toMatchObject({ mirror: { name: "KV_origin" } });
    expect(bucket?.enforced).not.toHaveProperty("subjects");
    expect(bucket?.createDefaults).toMatchObject({ mirror_direct: true });
  });

  test("with sources moves their keys under its own subjects", () => {
    const external = { api: "$JS.hub.API" };
    const sources = [
      { name: "a" },
      { name: "KV_b" },
      { name: "all", external },
      { name: "c", external },
      { name: "d", subjectTransforms: [{ src: "$KV.d.x.>", dest: "$KV.all.x.>" }] },
    ];
    expect(only({ kvBuckets: [{ name: "all", sources }] })?.enforced).toMatchObject({
      subjects: ["$KV.all.>"],
      sources: [
        { name: "KV_a", subject_transforms: [{ src: "$KV.a.>", dest: "$KV.all.>" }] },
        { name: "KV_b", subject_transforms: [{ src: "$KV.b.>", dest: "$KV.all.>" }] },
        { name: "KV_all", external },
        { name: "KV_c", external, subject_transforms: [{ src: "$KV.c.>", dest: "$KV.all.>" }] },
        { name: "KV_d", subject_transforms: [{ src: "$KV.d.x.>", dest: "$KV.all.x.>" }] },
      ],
    });
  });

  test("that is sealed does not ask for the roll-ups that the server then turns off", () => {
    expect(only({ kvBuckets: [{ name: "k", sealed: true }] })?.enforced).not.toHaveProperty("allow_rollup_hdrs");
  });
});

describe("an object store", () => {
  test("is a stream of chunks and metadata", () => {
    expect(only({ objectStores: [{ name: "o", maxAge: "30d" }] })).toEqual({
      id: "object/o",
      kind: "object",
      name: "o",
      stream: "OBJ_o",
      enforced: {
        name: "OBJ_o",
        subjects: ["$O.o.C.>", "$O.o.M.>"],
        allow_rollup_hdrs: true,
        discard: "new",
        max_age: 30 * 86_400 * second,
      },
      createDefaults: { allow_direct: true },
      policy: { manage: "ensure", exact: false, allowLoss: false, allowDisruption: false, allowOneWay: false },
    });
  });

  test("with a source moves its chunks and its metadata", () => {
    expect(only({ objectStores: [{ name: "all", sources: [{ name: "a" }] }] })?.enforced).toMatchObject({
      sources: [
        {
          name: "OBJ_a",
          subject_transforms: [
            { src: "$O.a.C.>", dest: "$O.all.C.>" },
            { src: "$O.a.M.>", dest: "$O.all.M.>" },
          ],
        },
      ],
    });
  });
});

describe("a consumer", () => {
  test("is durable under its name, and is born acknowledging each message", () => {
    const backoff = ["1s", "5s"];
    expect(
      only({ consumers: [{ stream: "S", name: "c", backoff, maxBytes: "1MiB", maxDeliver: "unlimited" }] }),
    ).toEqual({
      id: "consumer/S/c",
      kind: "consumer",
      name: "c",
      stream: "S",
      enforced: { name: "c", durable_name: "c", backoff: [second, 5 * second], max_bytes: 1024 ** 2, max_deliver: -1 },
      createDefaults: { ack_policy: "explicit" },
      policy: { manage: "ensure", exact: false, allowLoss: false, allowDisruption: false, allowOneWay: false },
    });
  });

  test("enforces the acknowledgement it declares", () => {
    const consumer = only({ consumers: [{ stream: "S", name: "c", ackPolicy: "none", maxBytes: "unlimited" }] });
    expect(consumer?.enforced).toMatchObject({ ack_policy: "none", max_bytes: 0 });
    expect(consumer?.createDefaults).toEqual({});
  });
});
