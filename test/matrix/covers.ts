import { OWNER_KEY } from "../../lib/topology/owner.ts";
import type { Fields } from "./case.ts";

/** The server's spellings of "not set", and of the defaults of fields that older servers do not have. */
const NOTHING: unknown[] = [undefined, null, false, 0, -1, "", "none", "default"];

/** Whether what the server shows is what is declared: all of that; it may show more, such as its own metadata. */
export function covers(live: unknown, declared: unknown): boolean {
  if (isNothing(declared)) return isNothing(live) || isNobodysMetadata(live);
  if (Array.isArray(declared)) {
    const items = Array.isArray(live) ? live : [];
    return items.length === declared.length && declared.every((item) => items.some((each) => covers(each, item)));
  }
  if (typeof declared !== "object") return live === declared || isSameInstant(live, declared);
  return Object.entries(declared as Fields).every(([key, item]) => covers((live as Fields | undefined)?.[key], item));
}

function isNothing(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return NOTHING.includes(value);
}

/** What the server adds by itself, and the owner that each write lays on. */
function isNobodysMetadata(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.keys(value).every((key) => key.startsWith("_nats.") || key === OWNER_KEY);
}

function isSameInstant(a: unknown, b: unknown): boolean {
  return typeof a === "string" && typeof b === "string" && /^\d{4}-.*Z$/.test(b) && Date.parse(a) === Date.parse(b);
}
