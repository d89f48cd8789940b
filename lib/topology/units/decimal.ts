/**
 * A decimal text times a whole factor, exactly; `undefined` where the product is not whole (`0.5` nanoseconds).
 * In `bigint`, because 0.1 * 3 in floating point is not what a person wrote.
 */
export function exactProduct(decimal: string, factor: bigint): bigint | undefined {
  const [whole = "", fraction = ""] = decimal.split(".");
  const scale = 10n ** BigInt(fraction.length);
  const product = BigInt(whole + fraction) * factor;
  return product % scale === 0n ? product / scale : undefined;
}
