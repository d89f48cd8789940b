import { isDeepStrictEqual } from "node:util";
import type { ConsumerLimits, Int64, Placement, Republish, StreamSource } from "../../jetstream/types.ts";
import { OWNER_KEY } from "../../topology/owner.ts";

/**
 * The canonical form of each config value, by the server's own rules (stream.go checkStreamCfgLocked): values that mean
 * the same compare as equal.
 */

/**
 * Metadata keys that the server adds by itself. Tools that compare configs must ignore them (ADR-44). Other `_nats.*`
 * keys belong to users.
 */
const SERVER_METADATA = ["_nats.req.level", "_nats.ver", "_nats.level"];

/** Metadata keys that are never compared: the server's own keys, and the owner key, which only a write sets. */
const NOT_COMPARED = new Set([...SERVER_METADATA, OWNER_KEY]);

export function metadata(value: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value ?? {})
      .filter(([key]) => !NOT_COMPARED.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export const set = (value: string[] | undefined): string[] => [...new Set(value ?? [])].sort();

/** Go's zero time. Go writes it for a time that is not set, if the struct field is not a pointer. */
const ZERO_TIME = Date.parse("0001-01-01T00:00:00Z");

/** Converts a time to UTC, because 2.9 keeps the offset that it was given. Go's zero time counts as not set. */
export function instant(value: string | undefined): string | undefined {
  if (!value) return undefined;
  const date = new Date(value);
  return date.getTime() === ZERO_TIME ? undefined : date.toISOString();
}

/** Drops fields with an empty value: `undefined`, `null`, `""`, `0`, `false`, `[]`, `{}`. */
function meaningful<Value extends object>(value: Value): Partial<Value> | undefined {
  const entries = Object.entries(value).filter(([, item]) => {
    if (item === undefined || item === "" || item === 0 || item === false || item === null) return false;
    return typeof item !== "object" || Object.keys(item).length > 0;
  });
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Partial<Value>);
}

export function source(value: StreamSource | undefined): Partial<StreamSource> | undefined {
  if (!value) return undefined;
  return meaningful({
    name: value.name,
    opt_start_seq: value.opt_start_seq,
    opt_start_time: instant(value.opt_start_time),
    // The server treats the filter `>` as no filter (StreamSource.composeIName).
    filter_subject: value.filter_subject === ">" ? undefined : value.filter_subject,
    subject_transforms: value.subject_transforms?.map(transform),
    external: value.external && meaningful({ api: value.external.api, deliver: value.external.deliver }),
    consumer: value.consumer && meaningful(value.consumer),
  }) as Partial<StreamSource>;
}

/** Sorts sources, because they are a set: the server identifies a source by what it reads and not by its position. */
export function sources(value: StreamSource[] | undefined): Partial<StreamSource>[] {
  return (value ?? [])
    .flatMap((item) => source(item) ?? [])
    .map((item) => ({ item, key: JSON.stringify(item, (_key, part) => (typeof part === "bigint" ? `${part}` : part)) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}

export function transform(value: { src?: string; dest: string }): { src: string; dest: string } {
  return { src: value.src || ">", dest: value.dest };
}

export function republish(value: Republish | undefined): Republish | undefined {
  return value && { src: value.src || ">", dest: value.dest, ...(value.headers_only ? { headers_only: true } : {}) };
}

export function placement(value: Placement | undefined): Placement | undefined {
  return value && (meaningful({ cluster: value.cluster, tags: set(value.tags) }) as Placement | undefined);
}

export function consumerLimits(value: ConsumerLimits | undefined): ConsumerLimits {
  return (value && meaningful(value)) ?? {};
}

/**
 * Whether two values are equal. A number equals a bigint of the same value. Other values compare as in node, and the
 * order of keys does not matter.
 */
export function same(a: unknown, b: unknown): boolean {
  return a === b || isDeepStrictEqual(withoutBigInts(a), withoutBigInts(b));
}

function withoutBigInts(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(withoutBigInts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutBigInts(item)]));
}

export const isZero = (value: Int64 | undefined): boolean => value === undefined || Number(value) === 0;
