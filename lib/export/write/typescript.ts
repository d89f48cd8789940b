import stringWidth from "string-width";
import type { Topology } from "../../topology/schema/topology.ts";
import type { Preface } from "./preface.ts";
import { remarkLines } from "./remarks.ts";

/**
 * Writes a topology as TypeScript, in the format that Biome and Prettier keep at 120 columns. Otherwise a formatter
 * would change every export, and make a diff without content.
 */
export function writeTypeScript(topology: Topology, { remarks }: Preface): string {
  const comments = remarkLines(remarks, "//");
  return [
    // The package's main entry would also load the CDK.
    `import { defineTopology } from "jetstream-ensure/lib";`,
    "",
    ...comments,
    `export default defineTopology(${objectCode(topology, "")});`,
    "",
  ].join("\n");
}

const WIDTH = 120;
const INDENT = "  ";
/** The shortest name after which a long text moves to the next line. After a shorter name it would gain little room. */
const WORTH_A_LINE = INDENT.length + 3;

/**
 * The code of a value, which stands after `before` columns and in front of a comma. It is on one line if formatters
 * keep it there. Formatters keep an object on one line if it fits and was written so. They join or break lists by
 * themselves.
 */
function valueCode(value: unknown, indent: string, before: number): string {
  const flat = flatText(value);
  if (flat !== undefined && before + stringWidth(flat) + 1 <= WIDTH) return flat;
  if (Array.isArray(value)) {
    const inner = indent + INDENT;
    const lines = value.map((each) => `${inner}${valueCode(each, inner, inner.length)},\n`);
    return `[\n${lines.join("")}${indent}]`;
  }
  if (isObject(value)) return objectCode(value, indent);
  return scalar(value);
}

/** The code of an object with one line per field. */
function objectCode(value: object, indent: string): string {
  const inner = indent + INDENT;
  const lines = Object.entries(value).map(([name, each]) => {
    const before = `${inner}${key(name)}: `;
    const after = valueCode(each, inner, stringWidth(before));
    // A text that is too long for its line moves to the next one.
    const isTooLong = stringWidth(before) + stringWidth(after) + 1 > WIDTH;
    if (isTooLong && typeof each === "string" && key(name).length >= WORTH_A_LINE) {
      return `${before.trimEnd()}\n${inner}${INDENT}${after},\n`;
    }
    return `${before}${after},\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}

/**
 * The code of a value on one line. `undefined` for a list of several objects with several fields: formatters always
 * break it.
 */
function flatText(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const isBroken = value.length > 1 && value.every((each) => isObject(each) && Object.keys(each).length > 1);
    const parts = value.map(flatText);
    return isBroken || parts.includes(undefined) ? undefined : `[${parts.join(", ")}]`;
  }
  if (!isObject(value)) return scalar(value);
  const parts = Object.entries(value).map(([name, each]) => [key(name), flatText(each)] as const);
  if (parts.length === 0) return "{}";
  if (parts.some(([, text]) => text === undefined)) return undefined;
  return `{ ${parts.map(([name, text]) => `${name}: ${text}`).join(", ")} }`;
}

function key(name: string): string {
  // A plain `__proto__` would set the object's prototype.
  if (name === "__proto__") return `["__proto__"]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : scalar(name);
}

function scalar(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const double = JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter);
  const occurrences = (quote: string) => value.split(quote).length - 1;
  if (occurrences('"') <= occurrences("'")) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** Escapes a character that a reader would not see, or would see at another place. */
function escapeCharacter(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
