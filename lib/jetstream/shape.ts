import type { Int64 } from "./types.ts";

/**
 * Checks of parsed JSON. A shape takes any value and returns the same value with a type. Objects and lists are changed
 * in place, and not copied.
 */

/**
 * Checks a value, and returns it with its type.
 *
 * @throws WrongShape
 */
export type Shape<Value> = (value: unknown) => Value;

/** The error of a value with another shape than expected. It says where in the value the mistake is. */
export class WrongShape extends Error {
  override readonly name = "WrongShape";
  readonly found: string;
  readonly expected: string;
  /** The place, such as `config.subjects[0]`. Empty for the value as a whole. */
  path = "";

  /** @param found the kind of the value, never a text from the answer */
  constructor(found: string, expected: string) {
    super();
    this.found = found;
    this.expected = expected;
  }

  override get message(): string {
    return `${this.path === "" ? "it" : this.path} is ${this.found}, where ${this.expected} is expected`;
  }

  within(key: string | number): this {
    const step = typeof key === "number" ? `[${key}]` : key;
    this.path = step + (this.path === "" || this.path.startsWith("[") ? "" : ".") + this.path;
    return this;
  }
}

export const text: Shape<string> = (value) => (typeof value === "string" ? value : wrong(value, "a text"));

/** A word of a fixed list. A word that only a newer server knows passes too: the code that reads it compares it. */
export const word = text as Shape<never>;

export const flag: Shape<boolean> = (value) => (typeof value === "boolean" ? value : wrong(value, "true or false"));

/** An integer with all its digits, for configs: a run writes them back as it has read them. */
export const int64: Shape<Int64> = (value) => (isInteger(value) ? value : wrong(value, "an integer"));

/** An integer that is only compared and shown. Beyond 2^53 it is rounded, so that it can be printed as JSON. */
export const rounded: Shape<number> = (value) => Number(int64(value));

/** A time in RFC 3339, or an empty text for no time. */
export const instant: Shape<string> = (value) =>
  typeof value === "string" && (value === "" || !Number.isNaN(Date.parse(value))) ? value : wrong(value, "a time");

/** A field that no code reads. It may have any value. */
export const unread = ((value) => value) as Shape<never>;

export function listOf<Item>(item: Shape<Item>): Shape<Item[]> {
  return (value) => {
    if (!Array.isArray(value)) return wrong(value, "a list");
    for (const [at, each] of value.entries()) {
      const checked = part(item, each, at);
      if (checked !== each) value[at] = checked;
    }
    return value;
  };
}

export function recordOf<Value>(each: Shape<Value>): Shape<Record<string, Value>> {
  return (value) => {
    if (!isObject(value)) return wrong(value, "an object");
    for (const key of Object.keys(value)) checkField(value, key, each);
    return value as Record<string, Value>;
  };
}

/** The shapes of an object's fields: those that the type requires, and the optional ones. */
export interface FieldShapes<Type> {
  needed: { [Key in keyof Type as object extends Pick<Type, Key> ? never : Key]: Shape<Type[Key]> };
  optional: { [Key in keyof Type as object extends Pick<Type, Key> ? Key : never]-?: Shape<NonNullable<Type[Key]>> };
}

/**
 * An object, which may have other fields too. Go writes `null` for a list or an object that is not set: such an
 * optional field is removed.
 */
export function objectOf<Type extends object>({ needed, optional }: FieldShapes<Type>): Shape<Type> {
  const required = Object.keys(needed);
  const shapes = new Map(Object.entries<Shape<unknown>>({ ...needed, ...optional }));
  return (value) => {
    if (!isObject(value)) return wrong(value, "an object");
    for (const key of required) if (value[key] === undefined) checkField(value, key, shapes.get(key));
    for (const key of Object.keys(value)) {
      if (value[key] === null && key in optional) delete value[key];
      else checkField(value, key, shapes.get(key));
    }
    return value as Type;
  };
}

function checkField(object: Record<string, unknown>, key: string, shape: Shape<unknown> | undefined): void {
  if (shape === undefined) return;
  const checked = part(shape, object[key], isPlainKey(key) ? key : "(a field of another name)");
  if (checked !== object[key]) object[key] = checked;
}

function part<Value>(shape: Shape<Value>, value: unknown, key: string | number): Value {
  try {
    return shape(value);
  } catch (error) {
    throw error instanceof WrongShape ? error.within(key) : error;
  }
}

/** @throws WrongShape */
export function wrong(value: unknown, expected: string): never {
  throw new WrongShape(describe(value), expected);
}

/** Names the kind of a value. A text is never repeated: it may be a secret that the broker sent back. */
function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "string") return value === "" ? "an empty text" : `a text of ${value.length} characters`;
  if (isObject(value)) return describeObject(value);
  return typeof value === "number" || typeof value === "bigint" ? `the number ${value}` : String(value);
}

/** How many keys of an object a message names. */
const MOST_KEYS = 4;

function describeObject(value: Record<string, unknown>): string {
  const keys = Object.keys(value);
  if (keys.length === 0) return "an empty object";
  const shown = keys.filter(isPlainKey).slice(0, MOST_KEYS);
  return `an object with ${keys.length} ${keys.length === 1 ? "field" : "fields"} (${shown.join(", ") || "no usual name"})`;
}

function isPlainKey(key: string): boolean {
  return /^[a-z][a-z_]{0,39}$/.test(key);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isInteger(value: unknown): value is Int64 {
  return typeof value === "bigint" || Number.isInteger(value);
}
