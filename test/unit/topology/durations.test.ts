import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { durationToWire, parseDuration, showDuration, UnitError } from "../../../lib/topology/index.ts";

const second = 1_000_000_000n;

describe("a duration", () => {
  test.each([
    ["90d", 90n * 86_400n * second],
    ["2w", 14n * 86_400n * second],
    ["2m", 120n * second],
    ["1h30m", 5_400n * second],
    ["1.5h", 5_400n * second],
    ["0.1s", second / 10n],
    ["250ms", 250_000_000n],
    ["3us", 3_000n],
    ["7ns", 7n],
    ["1d12h30m15s5ms", (129_600n + 1_815n) * second + 5_000_000n],
    ["0s", 0n],
    ["unlimited", 0n],
  ])("%s is %d nanoseconds", (text, nanos) => {
    expect(parseDuration(text)).toBe(nanos);
  });

  test.each([
    ["90 days", 'write it "90d".'],
    ["2 weeks", 'write it "2w".'],
    ["1 hour 30 minutes", 'write it "1h30m".'],
    ["30 sec", 'write it "30s".'],
    ["5min", 'write it "5m".'],
    ["10D", 'write it "10d".'],
    ["5 µs", 'write it "5us".'],
    ["3 months", "months and years have no fixed length"],
    ["1y", "months and years have no fixed length"],
    ["90", 'the unit is missing; write "90s" for seconds'],
    ["-1d", "it cannot be negative"],
    ["", "write numbers with w, d, h"],
    ["soon", "write numbers with w, d, h"],
    ["5 parsecs", "write numbers with w, d, h"],
    ["30m1h", "write the larger unit first and each once"],
    ["1d1d", "write the larger unit first and each once"],
    ["0.1ns", "0.1ns is not a whole number of nanoseconds"],
    ["1.0000000001s", "is not a whole number of nanoseconds"],
  ])("%j is refused: %s", (text, sentence) => {
    expect(() => parseDuration(text)).toThrow(UnitError);
    expect(() => parseDuration(text)).toThrow(sentence);
    expect(() => parseDuration(text)).toThrow(`"${text}"`);
  });

  test("that JSON would round is refused, not changed", () => {
    expect(() => durationToWire("200d1ns")).toThrow("JSON numbers cannot hold exactly");
    expect(durationToWire("200d")).toBe(17_280_000_000_000_000);
  });

  test("of more than 64 bits is refused", () => {
    expect(() => durationToWire("200000d")).toThrow("more than the server can hold");
  });

  test.each([
    [7_776_000_000_000_000, "90d"],
    [14n * 86_400n * second, "14d"],
    [5_400_000_000_000, "1h30m"],
    [120_000_000_000, "2m"],
    [1_500_000_000, "1s500ms"],
    [1, "1ns"],
    [0, "0s"],
    [2n ** 63n - 1n, "106751d23h47m16s854ms775us807ns"],
  ])("of %d nanoseconds is shown as %s", (nanos, shown) => {
    expect(showDuration(nanos)).toBe(shown);
  });

  test("that is shown reads back as the same", () => {
    const nanos = fc.oneof(
      fc.bigInt(0n, 2n ** 63n - 1n),
      fc.bigInt(0n, 10_000n).map((days) => days * 86_400n * second),
    );
    fc.assert(fc.property(nanos, (value) => parseDuration(showDuration(value)) === value));
  });

  test("survives the way to the wire and back, whatever unit it was written in", () => {
    const unit = fc.constantFrom("w", "d", "h", "m", "s", "ms");
    const text = fc.tuple(fc.integer({ min: 1, max: 500 }), unit).map(([count, name]) => `${count}${name}`);
    fc.assert(
      fc.property(text, (written) => durationToWire(showDuration(durationToWire(written))) === durationToWire(written)),
    );
  });
});
