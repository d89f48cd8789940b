import { describe, expect, it } from "vitest";
import type { Account } from "../../../lib/export/account.ts";
import { type ExportOptions, exportTopology } from "../../../lib/export/export.ts";
import { mayMatchConsumers } from "../../../lib/export/only.ts";
import type { ConsumerInfo, StreamConfig, StreamInfo } from "../../../lib/jetstream/types.ts";

const server = { version: "2.15.2", apiLevel: 5, cluster: null };
const stream = (config: StreamConfig) => ({ config, state: { consumer_count: 0 } }) as unknown as StreamInfo;
const consumer = (stream: string, name: string): ConsumerInfo => ({
  stream_name: stream,
  name,
  config: { durable_name: name, name, ack_policy: "explicit" },
});
const kv = (name: string): StreamConfig => ({
  ...{ name: `KV_${name}`, subjects: [`$KV.${name}.>`], max_msgs_per_subject: 1, discard: "new" },
  allow_rollup_hdrs: true,
});

const account: Account = {
  streams: [stream({ name: "A", subjects: ["a.>"] }), stream({ name: "B" }), stream(kv("x"))],
  consumers: new Map([["A", [consumer("A", "two"), consumer("A", "one")]]]),
  unread: [{ id: "stream/SILENT", reason: "No answer." }],
};
const exported = (more: Partial<ExportOptions> = {}, of = account) =>
  exportTopology(of, { name: "n", server, ...more });

describe("an export", () => {
  it("has resources in one order, and only what is not the default", () => {
    expect(exported().topology).toEqual({
      name: "n",
      streams: [{ name: "A", subjects: ["a.>"] }, { name: "B" }],
      kvBuckets: [{ name: "x" }],
      consumers: [
        { stream: "A", name: "one", ackPolicy: "explicit" },
        { stream: "A", name: "two", ackPolicy: "explicit" },
      ],
    });
  });

  it("is narrowed by ids, and names the patterns that match nothing", () => {
    const { topology, remarks, unmatched } = exported({ only: ["kv/*", "consumer/*/one", "object/*"] });

    expect(topology).toEqual({
      name: "n",
      kvBuckets: [{ name: "x" }],
      consumers: [{ stream: "A", name: "one", ackPolicy: "explicit" }],
    });
    expect(remarks.join()).not.toContain("SILENT");
    expect(unmatched).toEqual(["object/*"]);
  });

  it("is without consumers where none are wanted", () => {
    expect(exported({ consumers: false }).topology.consumers).toBeUndefined();
  });

  it("says what could not be read", () => {
    expect(exported().remarks).toContain("stream/SILENT: No answer.");
  });

  it("leaves out what breaks a rule beside the rest, and not the rest", () => {
    const overlapping = stream({ name: "C", subjects: ["a.b"] });

    const { topology, remarks } = exported({}, { ...account, streams: [...account.streams, overlapping] });

    expect(topology.streams?.map(({ name }) => name)).toEqual(["A", "B"]);
    expect(remarks).toContainEqual(expect.stringMatching(/^stream\/C: "a\.b" overlaps "a\.>"/));
  });

  it("names a few of many buckets whose client set other values than most do", () => {
    const streams = ["a", "b", "c", "d", "e", "f", "g"].map((name) => stream(kv(name)));

    const { remarks } = exported({}, { ...account, streams, unread: [] });

    const ids = "kv/a, kv/b, kv/c, kv/d, kv/e and 2 others";
    expect(remarks).toEqual([
      `denyDelete (false) of ${ids}: left open, as the client that makes a bucket sets it.`,
      `allowDirect (false) of ${ids}: left open, as the client that makes a bucket sets it.`,
    ]);
  });
});

it.each([
  [undefined, true],
  [["consumer/A/*"], true],
  [["consumer/*"], true],
  [["*"], true],
  [["c*/one"], true],
  [["consumer/A/one"], true],
  [["consumer/AB/*"], false],
  [["stream/A", "kv/*"], false],
])("consumers of A are read for --only %j: %s", (only, expected) => {
  expect(mayMatchConsumers(only, "A")).toBe(expected);
});
