import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeJson, encodeJson } from "../../../lib/jetstream/json.ts";

describe("JSON that keeps 64-bit integers", () => {
  it.each([
    "9007199254740993",
    "18446744073709551615",
    "-9223372036854775808",
    "7776000000000000",
    "31536000000000001",
    "0",
  ])("reads and writes %s as it was", (digits) => {
    expect(encodeJson(decodeJson(`{"n":[${digits}]}`))).toBe(`{"n":[${digits}]}`);
  });

  it("keeps to numbers where a number prints the same digits", () => {
    expect(decodeJson("[31536000000000000, 1.5, 1e3]")).toEqual([31536000000000000, 1.5, 1000]);
    expect(decodeJson("[9007199254740993]")).toEqual([9007199254740993n]);
  });

  it("reads and writes every 64-bit integer unchanged", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (integer) => {
        expect(encodeJson(decodeJson(integer.toString()))).toBe(integer.toString());
      }),
    );
  });

  it("reads and writes every other JSON unchanged", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(encodeJson(decodeJson(JSON.stringify(value)))).toBe(JSON.stringify(JSON.parse(JSON.stringify(value))));
      }),
    );
  });
});
