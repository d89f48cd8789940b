import type { Int64 } from "../../jetstream/types.ts";
import { exactProduct } from "./decimal.ts";
import { UnitError } from "./unit-error.ts";
import { wireNumber } from "./wire-number.ts";

/** Bytes per unit, smallest first. */
const units = { B: 1n, KiB: 2n ** 10n, MiB: 2n ** 20n, GiB: 2n ** 30n, TiB: 2n ** 40n, PiB: 2n ** 50n, EiB: 2n ** 60n };
type Unit = keyof typeof units;
const order = Object.keys(units) as Unit[];

/** What a size looks like, for editors. */
export const sizePattern = "^(?:\\d+(?:\\.\\d+)?(?:B|KiB|MiB|GiB|TiB|PiB|EiB)|unlimited)$";

/**
 * Bytes, exactly. `"512MiB"`, `"1.5GiB"`, `1024`; `"unlimited"` and `-1` are -1, the server's "no limit".
 * @throws UnitError with a sentence that says how to write it.
 */
export function parseSize(size: string | number): bigint {
  if (typeof size === "number") {
    if (Number.isSafeInteger(size) && size >= -1) return BigInt(size);
    throw new UnitError(`${size} is not a size: write whole bytes, a text like "512MiB", or "unlimited".`);
  }
  if (size === "unlimited") return -1n;
  const [, decimal, unit] = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|TiB|PiB|EiB)$/.exec(size) ?? [];
  if (decimal === undefined) throw new UnitError(`"${size}" is not a size: ${hint(size)}`);
  const exact = exactProduct(decimal, units[unit as Unit]);
  if (exact === undefined) throw new UnitError(`"${size}" is not a whole number of bytes.`);
  return exact;
}

/** The value on the wire: bytes, as a number that prints the same digits. */
export function sizeToWire(size: string | number): number {
  return wireNumber(parseSize(size), String(size));
}

/** Exact, in the largest unit that divides it: `"1536MiB"`, `"1001B"`; -1 is `"unlimited"`. `parseSize` reads it back. */
export function showSize(bytes: Int64): string {
  const exact = BigInt(bytes);
  if (exact < 0n) return "unlimited";
  const unit = exact === 0n ? "B" : (order.findLast((each) => exact % units[each] === 0n) ?? "B");
  return `${exact / units[unit]}${unit}`;
}

function hint(text: string): string {
  const [, decimal = "", letters = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  if (decimal === "") return `write it like "512MiB" or "1GiB", as a number of bytes, or "unlimited".`;
  if (letters === "") return `write ${decimal} without quotes, or "${decimal}B", for bytes.`;
  const binary = order.find((unit) => unit.toLowerCase() === letters.toLowerCase());
  if (binary) return `write it "${decimal}${binary}".`;
  const power = /^([kmgtpe])b?$/i.exec(letters)?.[1];
  if (power === undefined) return `"${letters}" is no unit; write B, KiB, MiB, GiB or TiB.`;
  const unit = order.find((each) => each.startsWith(power.toUpperCase())) ?? "B";
  const thousands = exactProduct(decimal, 1000n ** BigInt(order.indexOf(unit)));
  const bytes = exactProduct(decimal, units[unit]);
  return `it could mean ${bytes} bytes, written "${decimal}${unit}", or ${thousands} bytes, written ${thousands}.`;
}
