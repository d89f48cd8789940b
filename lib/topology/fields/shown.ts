import type { BucketKind, ResourceKind } from "../resolve/resolved.ts";
import { showDuration } from "../units/durations.ts";
import { showSize } from "../units/sizes.ts";
import { consumerUnits, streamUnits, type Unit, type ValueUnit } from "./fields.ts";
import { bucketName, camelCase, streamPrefix } from "./names.ts";

/**
 * A value on the wire as the topology would declare it: `"30d"`, `"1GiB"`, `"unlimited"`, the bucket behind `KV_jobs`;
 * `null` where it is absent. Plain JSON, whatever the value. A field this version does not know is shown as it is.
 *
 * @param bucket the name of the bucket that has the value, which tells what its sources would be declared as
 */
export function shownValue(kind: ResourceKind, wireField: string, value: unknown, bucket?: string): unknown {
  if (value === undefined || value === null) return null;
  const units: Readonly<Record<string, Unit>> = kind === "consumer" ? consumerUnits : streamUnits;
  const shown = show(units[wireField] ?? "plain", value);
  if (kind === "consumer" || kind === "stream") return shown;
  if (wireField === "mirror") return withBucketName(kind, shown);
  if (wireField === "sources" && Array.isArray(shown)) {
    return shown.map((each) => (isMovedHere(kind, each, bucket) ? withBucketName(kind, each) : withStreamName(each)));
  }
  return shown;
}

/** By the bucket's name; what no bucket of this kind has as its stream, by the stream's own. */
function withBucketName(kind: BucketKind, source: unknown): unknown {
  if (!isObject(source) || typeof source.name !== "string") return source;
  if (!source.name.startsWith(streamPrefix[kind])) return withStreamName(source);
  return { ...source, name: bucketName(kind, source.name) };
}

function withStreamName(source: unknown): unknown {
  if (!isObject(source)) return source;
  const { name, ...rest } = source;
  return { stream: name, ...rest };
}

/** Whether the name of a bucket says it all: declared by that, a source without transforms and filter would get some. */
function isMovedHere(kind: BucketKind, source: unknown, bucket: string | undefined): boolean {
  if (!isObject(source) || typeof source.name !== "string") return true;
  const isSelfSaid = source.subjectTransforms !== undefined || source.filterSubject !== undefined;
  return isSelfSaid || bucket === undefined || bucketName(kind, source.name) === bucket;
}

function show(unit: Unit, value: unknown): unknown {
  if (typeof unit === "string") return isInt64(value) ? showNumber(unit, value) : plain(value);
  if ("each" in unit) return Array.isArray(value) ? value.map((each) => show(unit.each, each)) : plain(value);
  if (!isObject(value)) return plain(value);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([key, each]) => [camelCase(key), show(unit.fields[key] ?? "plain", each)]),
  );
}

function showNumber(unit: ValueUnit, value: number | bigint): unknown {
  switch (unit) {
    case "age":
      return BigInt(value) === 0n ? "unlimited" : showDuration(value);
    case "duration":
      return showDuration(value);
    case "size":
      return showSize(value);
    case "requestSize":
      return BigInt(value) === 0n ? "unlimited" : showSize(value);
    case "count":
      return BigInt(value) < 0n ? "unlimited" : plain(value);
    case "plain":
      return plain(value);
  }
}

/** A 64-bit integer that a number would round is shown by its digits: JSON has no other exact form that all read. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  return value;
}

function isInt64(value: unknown): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
