import type { Int64 } from "./types.ts";

/**
 * Checks of what a JSON text may hold. A shape takes any value and gives the same value with its type; objects and lists
 * are not copied.
 */

/** Gives a value of the type. @throws WrongShape */
export type Shape<Value> = (value: unknown) => Value;

/** Says where in a value something else was found than what was expected. */
export class WrongShape extends Error {
  override readonly name = "WrongShape";
  readonly found: string;
  readonly expected: string;
  /** `config.subjects[0]`; empty where the whole value is meant. */
  path = "";

  /** @param found what kind of value it is; never a text of the answer */
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

/** A word of a fixed list. A word that only a newer server knows passes: what reads it compares it. */
export const word = text as Shape<never>;

export const flag: Shape<boolean> = (value) => (typeof value === "boolean" ? value : wrong(value, "true or false"));

/** An integer with all its digits: a config is written back as it was read. */
export const int64: Shape<Int64> = (value) => (isInteger(value) ? value : wrong(value, "an integer"));

/** An integer that is only compared and shown: beyond 2^53 it is rounded, so that it can be printed as JSON. */
export const rounded: Shape<number> = (value) => Number(int64(value));

/** RFC 3339; an empty text is no instant. */
export const instant: Shape<string> = (value) =>
  typeof value === "string" && (value === "" || !Number.isNaN(Date.parse(value))) ? value : wrong(value, "a time");

/** What no code reads. */
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

/** The shapes of an object's fields, sorted by whether the type demands the field. */
export interface FieldShapes<Type> {
  needed: { [Key in keyof Type as object extends Pick<Type, Key> ? never : Key]: Shape<Type[Key]> };
  optional: { [Key in keyof Type as object extends Pick<Type, Key> ? Key : never]-?: Shape<NonNullable<Type[Key]>> };
}

/** An object; other fields may be there. Go writes `null` for a list or an object that is not set: the field is dropped. */
export function objectOf<Type extends object>({ needed, optional }: FieldShapes<Type>): Shape<Type> {
  const demanded = Object.keys(needed);
  const shapes = new Map(Object.entries<Shape<unknown>>({ ...needed, ...optional }));
  return (value) => {
    if (!isObject(value)) return wrong(value, "an object");
    for (const key of demanded) if (value[key] === undefined) checkField(value, key, shapes.get(key));
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
  throw new WrongShape(described(value), expected);
}

/** What kind of value it is. A text is never repeated: it may be anything, also a secret that the broker sent back. */
function described(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "string") return value === "" ? "an empty text" : `a text of ${value.length} characters`;
  if (isObject(value)) return describedObject(value);
  return typeof value === "number" || typeof value === "bigint" ? `the number ${value}` : String(value);
}

const MOST_KEYS = 4;

function describedObject(value: Record<string, unknown>): string {
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
