import { describe, expect, test } from "vitest";
import { consumerUnits, streamUnits } from "../../../lib/topology/fields/fields.ts";
import { declaredName, resolveTopology, shownValue, wireName } from "../../../lib/topology/index.ts";
import { everyField } from "./every-field.ts";

describe("a name", () => {
  test.each([
    ["stream", "max_msgs_per_subject", "maxMsgsPerSubject"],
    ["stream", "allow_rollup_hdrs", "allowRollupHdrs"],
    ["kv", "max_msgs_per_subject", "history"],
    ["kv", "max_msg_size", "maxValueSize"],
    ["kv", "subject_delete_marker_ttl", "limitMarkerTtl"],
    ["kv", "max_bytes", "maxBytes"],
    ["object", "max_msg_size", "maxValueSize"],
    ["object", "max_msgs_per_subject", "maxMsgsPerSubject"],
    ["consumer", "max_ack_pending", "maxAckPending"],
    ["consumer", "durable_name", "durableName"],
  ] as const)("of a %s: %s is declared as %s", (kind, wire, declared) => {
    expect(declaredName(kind, wire)).toBe(declared);
    expect(wireName(kind, declared)).toBe(wire);
  });
});

describe("a value on the wire", () => {
  test.each([
    ["stream", "max_age", 2_592_000_000_000_000, "30d"],
    ["stream", "max_age", 0, "unlimited"],
    ["stream", "max_bytes", 1024 ** 3, "1GiB"],
    ["stream", "max_bytes", -1, "unlimited"],
    ["stream", "max_bytes", 2n ** 63n - 1n, "9223372036854775807B"],
    ["stream", "max_msgs", -1, "unlimited"],
    ["stream", "max_msgs", 5, 5],
    ["stream", "max_msgs", 2n ** 63n - 1n, "9223372036854775807"],
    ["stream", "duplicate_window", 120_000_000_000, "2m"],
    ["stream", "duplicate_window", 0, "0s"],
    ["stream", "subjects", ["a.>", "b"], ["a.>", "b"]],
    ["stream", "sealed", false, false],
    ["stream", "description", undefined, null],
    ["stream", "mirror", null, null],
    [
      "stream",
      "consumer_limits",
      { inactive_threshold: 60_000_000_000, max_ack_pending: 3 },
      { inactiveThreshold: "1m", maxAckPending: 3 },
    ],
    [
      "stream",
      "republish",
      { src: ">", dest: "b.>", headers_only: true },
      { src: ">", dest: "b.>", headersOnly: true },
    ],
    ["stream", "metadata", { some_key: "1" }, { some_key: "1" }],
    [
      "stream",
      "mirror",
      { name: "KV_a", opt_start_time: "2026-01-01T00:00:00Z" },
      { name: "KV_a", optStartTime: "2026-01-01T00:00:00Z" },
    ],
    ["kv", "mirror", { name: "KV_a", filter_subject: "x" }, { name: "a", filterSubject: "x" }],
    ["object", "sources", [{ name: "OBJ_a" }, { name: "b" }], [{ name: "a" }, { stream: "b" }]],
    ["kv", "mirror", { name: "a" }, { stream: "a" }],
    ["kv", "max_msgs_per_subject", 5, 5],
    ["consumer", "backoff", [1_000_000_000, 60_000_000_000], ["1s", "1m"]],
    ["consumer", "max_bytes", 0, "unlimited"],
    ["consumer", "max_deliver", -1, "unlimited"],
    ["consumer", "num_replicas", 0, 0],
    ["stream", "field_of_tomorrow", { some_key: 2n ** 60n }, { some_key: "1152921504606846976" }],
  ] as const)("of a %s: %s %o is shown as %o", (kind, field, value, shown) => {
    expect(shownValue(kind, field, value)).toEqual(shown);
  });
});

describe("a source of a bucket is shown by what would declare it", () => {
  const moved = { subject_transforms: [{ src: "$KV.a.>", dest: "$KV.b.>" }] };
  const external = { api: "$JS.hub.API" };

  test.each([
    [
      "a bucket whose entries are moved",
      { name: "KV_a", ...moved },
      { name: "a", subjectTransforms: [{ src: "$KV.a.>", dest: "$KV.b.>" }] },
    ],
    ["a bucket whose entries are not", { name: "KV_a" }, { stream: "KV_a" }],
    ["the bucket of the same name elsewhere", { name: "KV_b", external }, { name: "b", external }],
    ["a stream that is no bucket's", { name: "a" }, { stream: "a" }],
  ])("%s", (_, live, declared) => {
    expect(shownValue("kv", "sources", [live], "b")).toEqual([declared]);
    const kvBuckets = [{ name: "b", sources: [declared] }];
    const [bucket] = resolveTopology({ name: "t", kvBuckets }).resources;
    expect(bucket?.enforced).toMatchObject({ sources: [live] });
  });
});

describe("every field", () => {
  const { streams = [], kvBuckets = [], objectStores = [], consumers = [] } = everyField;
  const declarations: object[] = [...streams, ...kvBuckets, ...objectStores, ...consumers];
  const cases = resolveTopology(everyField).resources.map((resource, at) => ({ resource, declared: declarations[at] }));

  test.each(cases)("of $resource.id is shown as it was declared", ({ resource: { kind, enforced }, declared }) => {
    const shown = Object.entries(enforced).map(([field, value]) => [
      declaredName(kind, field),
      shownValue(kind, field, value),
    ]);

    // The name on the wire is that of the stream behind a bucket; a consumer's stream is not in its config.
    const { name: _, stream: __, ...fields } = declared as { name: string; stream?: string };
    expect(Object.fromEntries(shown)).toEqual(expect.objectContaining(fields));
  });

  test("can be declared, for each kind", () => {
    const declared = (kind: "stream" | "kv" | "object") => {
      const list = { stream: streams, kv: kvBuckets, object: objectStores }[kind];
      return new Set(list.flatMap((each) => Object.keys(each)).map((name) => wireName(kind, name)));
    };
    const all = Object.keys(streamUnits);
    const copies = ["mirror", "sources", "mirror_direct"];

    expect(all.filter((field) => !declared("stream").has(field))).toEqual([]);
    expect(all.filter((field) => !declared("kv").has(field))).toEqual(["subjects", "deny_purge", "allow_rollup_hdrs"]);
    expect(all.filter((field) => !declared("object").has(field) && !copies.includes(field))).toEqual([
      ...["subjects", "max_msgs_per_subject", "deny_purge", "allow_rollup_hdrs"],
    ]);
    const onConsumers = new Set(
      consumers.flatMap((each) => Object.keys(each)).map((name) => wireName("consumer", name)),
    );
    expect(Object.keys(consumerUnits).filter((field) => !onConsumers.has(field))).toEqual([
      "durable_name",
      "pause_until",
    ]);
  });
});
