import { messageOf } from "../../jetstream/errors/broker-error.ts";
import type { TopologyIssue } from "../topology-error.ts";
import { dotted } from "./path.ts";

/**
 * Fields of a topology that throw when they are read: a getter, or a proxy. What reads a topology later reads each field
 * several times, and none of it expects that.
 */
export function unreadableFields(input: unknown): TopologyIssue[] {
  const issues: TopologyIssue[] = [];
  const seen = new Set<unknown>();
  const attempt = (keys: PropertyKey[], read: () => void) => {
    try {
      read();
    } catch (error) {
      issues.push({ path: dotted(keys), message: `It cannot be read: ${messageOf(error).replace(/\.$/, "")}.` });
    }
  };
  const visit = (value: unknown, keys: PropertyKey[]): void => {
    if (typeof value !== "object" || value === null || seen.has(value) || keys.length > MOST_DEEP) return;
    seen.add(value);
    attempt(keys, () => {
      for (const key of fieldsOf(value)) {
        const at = [...keys, Array.isArray(value) && /^\d+$/.test(key) ? Number(key) : key];
        attempt(at, () => visit((value as Record<string, unknown>)[key], at));
      }
    });
  };
  visit(input, []);
  return issues;
}

/** No declaration is deeper: streams, their sources, the transforms of these, the fields of these. */
const MOST_DEEP = 8;

/** Own fields, and those that a class has as accessors. */
function fieldsOf(value: object): Set<string> {
  const fields = new Set(Object.getOwnPropertyNames(value));
  let each: object | null = Object.getPrototypeOf(value);
  for (; each !== null && each !== Object.prototype && each !== Array.prototype; each = Object.getPrototypeOf(each)) {
    for (const name of Object.getOwnPropertyNames(each)) fields.add(name);
  }
  return fields;
}
