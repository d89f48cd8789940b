import { UnitError } from "./unit-error.ts";

const largest = 2n ** 63n - 1n;

/**
 * The number that JSON prints with the same digits as the exact value. A 64-bit integer that a `number` would round
 * is refused here: the server would store another value than the one declared, and every later run would see drift.
 */
export function wireNumber(exact: bigint, text: string): number {
  if (exact > largest) throw new UnitError(`"${text}" is more than the server can hold (a 64-bit integer).`);
  const number = Number(exact);
  if (JSON.stringify(number) !== exact.toString()) {
    throw new UnitError(
      `"${text}" is ${exact} on the wire, which JSON numbers cannot hold exactly: write a rounder value.`,
    );
  }
  return number;
}
