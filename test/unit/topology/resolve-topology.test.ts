import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readResolved, resolveTopology, TopologyError, writeResolved } from "../../../lib/topology/index.ts";

describe("a topology", () => {
  test("lists streams, KV buckets, object stores, then consumers, whatever order they are written in", () => {
    const { resources } = resolveTopology({
      consumers: [{ stream: "B", name: "c" }],
      objectStores: [{ name: "o" }],
      kvBuckets: [{ name: "k" }],
      streams: [{ name: "B" }, { name: "A" }],
      name: "t",
    });
    expect(resources.map(({ id }) => id)).toEqual(["stream/B", "stream/A", "kv/k", "object/o", "consumer/B/c"]);
  });

  test("hands each resource its policy, and its own exactness where that has none", () => {
    const { resources, ignore } = resolveTopology({
      name: "t",
      exact: true,
      ignore: ["stream/tmp-*"],
      streams: [
        { name: "A" },
        {
          name: "B",
          exact: false,
          manage: "observe",
          allowLoss: ["maxAge"],
          allowDisruption: ["subjects"],
          allowOneWay: true,
        },
      ],
    });
    expect(ignore).toEqual(["stream/tmp-*"]);
    expect(resources.map(({ policy }) => policy)).toEqual([
      { manage: "ensure", exact: true, allowLoss: false, allowDisruption: false, allowOneWay: false },
      { manage: "observe", exact: false, allowLoss: ["maxAge"], allowDisruption: ["subjects"], allowOneWay: true },
    ]);
  });

  test("with a mistake is not resolved", () => {
    expect(() => resolveTopology({ name: "t", streams: [{ name: "A", maxAge: "1x" }] })).toThrow(TopologyError);
  });

  test("is plain JSON once resolved: written and read back it is the same", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
    const maxBytes = fc.option(fc.constantFrom("1GiB", 512, "unlimited"), { nil: undefined });
    const common = fc.record({
      maxBytes,
      maxAge: fc.constantFrom("1d", "unlimited", undefined),
      sealed: fc.constantFrom(true, undefined),
    });
    const named = fc.uniqueArray(name, { maxLength: 4 });
    fc.assert(
      fc.property(named, named, named, common, (streams, buckets, stores, { maxBytes, maxAge, sealed }) => {
        const fields = { maxBytes, sealed, ...(sealed ? {} : { maxAge }) };
        const topology = resolveTopology({
          name: "t",
          streams: streams.map((each) => ({ name: `S${each}`, ...fields })),
          kvBuckets: buckets.map((each) => ({ name: each, ...fields })),
          objectStores: stores.map((each) => ({ name: each, ...fields })),
          consumers: buckets.map((each) => ({ stream: `KV_${each}`, name: each })),
        });
        expect(readResolved(JSON.parse(writeResolved(topology)))).toStrictEqual(topology);
      }),
    );
  });
});
