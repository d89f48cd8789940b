import { describe, expect, it } from "vitest";
import * as canonical from "../../../lib/plan/fields/canonical.ts";

describe("one spelling for one meaning", () => {
  it("of metadata, sorted, without the server's names and the owner's", () => {
    const servers = { "_nats.ver": "2.15", "_nats.level": "5", "_nats.req.level": "0" };
    const metadata = { c: "3", a: "1", b: "2", "_nats.own": "4", "jetstream-ensure.topology": "t", ...servers };

    const own = [
      ["_nats.own", "4"],
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
    ];
    expect(Object.entries(canonical.metadata(metadata))).toEqual(own);
    expect(canonical.metadata(undefined)).toEqual({});
  });

  it("of a set, sorted and each once", () => {
    expect(canonical.set(["b", "a", "b"])).toEqual(["a", "b"]);
    expect(canonical.set(undefined)).toEqual([]);
  });

  it("of an instant, in UTC; Go's zero time is none", () => {
    expect(canonical.instant("2026-01-01T02:00:00+02:00")).toBe("2026-01-01T00:00:00.000Z");
    expect(canonical.instant("0001-01-01T00:00:00Z")).toBeUndefined();
    expect(canonical.instant("0001-01-01T01:00:00+01:00")).toBeUndefined();
    expect(canonical.instant("0001-01-01T00:00:01Z")).toBe("0001-01-01T00:00:01.000Z");
    expect(canonical.instant("")).toBeUndefined();
    expect(canonical.instant(undefined)).toBeUndefined();
  });

  it("of a source, without what says nothing", () => {
    const external = { api: "$JS.x.API", deliver: "" };
    const source = { name: "A", opt_start_seq: 0, filter_subject: ">", external, subject_transforms: [] };
    expect(canonical.source(source)).toEqual({ name: "A", external: { api: "$JS.x.API" } });
    expect(canonical.source({ name: "A", filter_subject: "a", opt_start_seq: 5 })).toEqual({
      name: "A",
      filter_subject: "a",
      opt_start_seq: 5,
    });
    const transformed = { name: "A", subject_transforms: [{ src: "", dest: "b" }] };
    expect(canonical.source(transformed)).toEqual({ name: "A", subject_transforms: [{ src: ">", dest: "b" }] });
    expect(canonical.source(undefined)).toBeUndefined();
  });

  it("of sources, in one order, also with sequences that only a bigint holds", () => {
    const [a, b, c] = [{ name: "A", opt_start_seq: 2n ** 60n + 1n }, { name: "B" }, { name: "C" }];
    for (const order of [
      [a, b, c],
      [c, b, a],
      [b, c, a],
    ])
      expect(canonical.sources(order)).toEqual([a, b, c]);
    expect(canonical.sources(undefined)).toEqual([]);
  });

  it("of a transform, a republish, a placement and limits of consumers", () => {
    expect(canonical.transform({ dest: "b" })).toEqual({ src: ">", dest: "b" });
    expect(canonical.republish({ dest: "b", headers_only: false })).toEqual({ src: ">", dest: "b" });
    expect(canonical.republish({ src: "a", dest: "b", headers_only: true })).toEqual({
      src: "a",
      dest: "b",
      headers_only: true,
    });
    expect(canonical.republish(undefined)).toBeUndefined();
    expect(canonical.placement({ cluster: "", tags: ["b", "a"] })).toEqual({ tags: ["a", "b"] });
    expect(canonical.placement({ cluster: "", tags: [] })).toBeUndefined();
    expect(canonical.placement(undefined)).toBeUndefined();
    expect(canonical.consumerLimits({ max_ack_pending: 0, inactive_threshold: 5 })).toEqual({ inactive_threshold: 5 });
    expect(canonical.consumerLimits(undefined)).toEqual({});
  });
});

describe("values are the same", () => {
  const [big, next] = [2n ** 60n, 2n ** 60n + 1n];
  it.each([
    [5, 5n, true],
    [5, 6n, false],
    [[1n, { a: 2n }], [1, { a: 2 }], true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    // Two that a number cannot tell apart.
    [big, next, false],
    [big, 2n ** 60n, true],
    [null, undefined, false],
    [["a"], ["a"], true],
    ["a", "b", false],
  ])("%o and %o: %s", (a, b, expected) => {
    expect(canonical.same(a, b)).toBe(expected);
    expect(canonical.same(b, a)).toBe(expected);
  });

  it.each([
    [0, true],
    [0n, true],
    [undefined, true],
    [1, false],
    [-1n, false],
  ])("zero is %s: %s", (value, expected) => {
    expect(canonical.isZero(value)).toBe(expected);
  });
});
