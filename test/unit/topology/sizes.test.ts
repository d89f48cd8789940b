import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSize, showSize, sizeToWire, UnitError } from "../../../lib/topology/index.ts";

describe("a size", () => {
  test.each([
    ["512MiB", 512n * 1024n ** 2n],
    ["1GiB", 1024n ** 3n],
    ["1.5GiB", 1536n * 1024n ** 2n],
    ["2TiB", 2n * 1024n ** 4n],
    ["4KiB", 4096n],
    ["100B", 100n],
    [1_000_000_000, 1_000_000_000n],
    [0, 0n],
    [-1, -1n],
    ["unlimited", -1n],
  ])("%s is %d bytes", (size, bytes) => {
    expect(parseSize(size)).toBe(bytes);
  });

  test.each([
    ["1GB", 'could mean 1073741824 bytes, written "1GiB", or 1000000000 bytes, written 1000000000.'],
    ["1G", 'could mean 1073741824 bytes, written "1GiB", or 1000000000 bytes, written 1000000000.'],
    ["1.5 MB", 'could mean 1572864 bytes, written "1.5MiB", or 1500000 bytes, written 1500000.'],
    ["64k", 'could mean 65536 bytes, written "64KiB", or 64000 bytes, written 64000.'],
    ["512 MiB", 'write it "512MiB".'],
    ["1gib", 'write it "1GiB".'],
    ["512", 'write 512 without quotes, or "512B", for bytes.'],
    ["1bit", '"bit" is no unit'],
    ["-5MiB", "write it like"],
    ["", "write it like"],
    ["0.3B", "is not a whole number of bytes"],
  ])("%j is refused: %s", (text, sentence) => {
    expect(() => parseSize(text)).toThrow(UnitError);
    expect(() => parseSize(text)).toThrow(sentence);
    expect(() => parseSize(text)).toThrow(`"${text}"`);
  });

  test.each([1.5, -2, Number.NaN, 2 ** 53])("the number %d is refused", (size) => {
    expect(() => parseSize(size)).toThrow(UnitError);
  });

  test("that JSON would round, or that has more than 64 bits, is refused", () => {
    expect(() => sizeToWire("9007199254740993B")).toThrow("JSON numbers cannot hold exactly");
    expect(() => sizeToWire("8EiB")).toThrow("more than the server can hold");
    expect(() => sizeToWire("4EiB")).toThrow("JSON numbers cannot hold exactly");
    expect(sizeToWire("4PiB")).toBe(2 ** 52);
  });

  test.each([
    [1024 ** 3, "1GiB"],
    [1536 * 1024 ** 2, "1536MiB"],
    [1_000_000, "1000000B"],
    [1_024_000, "1000KiB"],
    [1, "1B"],
    [0, "0B"],
    [-1, "unlimited"],
    [2n ** 64n - 1n, "18446744073709551615B"],
  ])("of %d bytes is shown as %s", (bytes, shown) => {
    expect(showSize(bytes)).toBe(shown);
  });

  test("that is shown reads back as the same", () => {
    const bytes = fc.oneof(
      fc.bigInt(-1n, 2n ** 64n - 1n),
      fc.tuple(fc.bigInt(1n, 2000n), fc.integer({ min: 0, max: 5 })).map(([n, power]) => n * 1024n ** BigInt(power)),
    );
    fc.assert(fc.property(bytes, (value) => parseSize(showSize(value)) === value));
  });
});
