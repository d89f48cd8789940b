import stringWidth from "string-width";
import type { Topology } from "../../topology/schema/topology.ts";
import type { Preface } from "./preface.ts";
import { remarkLines } from "./remarks.ts";

/** As Biome and Prettier would leave it, at 120 columns: an export that a formatter changes is a diff of nothing. */
export function writeTypeScript(topology: Topology, { remarks }: Preface): string {
  const comments = remarkLines(remarks, "//");
  return [
    // Not the package itself, which brings the CDK along.
    `import { defineTopology } from "jetstream-ensure/lib";`,
    "",
    ...comments,
    `export default defineTopology(${expanded(topology, "")});`,
    "",
  ].join("\n");
}

const WIDTH = 120;
const INDENT = "  ";
/** Behind a shorter name a long text stays on the line: the next one would begin hardly further left. */
const WORTH_A_LINE = INDENT.length + 3;

/**
 * A value after `before` and in front of a comma, on one line where formatters would leave it there. They keep an
 * object on one line if it was written so and fits; a list they join or break by themselves.
 */
function written(value: unknown, indent: string, before: number): string {
  const flat = flatText(value);
  if (flat !== undefined && before + stringWidth(flat) + 1 <= WIDTH) return flat;
  if (Array.isArray(value)) {
    const inner = indent + INDENT;
    const lines = value.map((each) => `${inner}${written(each, inner, inner.length)},\n`);
    return `[\n${lines.join("")}${indent}]`;
  }
  if (isObject(value)) return expanded(value, indent);
  return scalar(value);
}

function expanded(value: object, indent: string): string {
  const inner = indent + INDENT;
  const lines = Object.entries(value).map(([name, each]) => {
    const before = `${inner}${key(name)}: `;
    const after = written(each, inner, stringWidth(before));
    // A text too long for its line goes on the next one.
    const tooLong = stringWidth(before) + stringWidth(after) + 1 > WIDTH;
    if (tooLong && typeof each === "string" && key(name).length >= WORTH_A_LINE) {
      return `${before.trimEnd()}\n${inner}${INDENT}${after},\n`;
    }
    return `${before}${after},\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}

/** On one line; `undefined` where formatters would break it however short it is: several objects of several fields. */
function flatText(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const broken = value.length > 1 && value.every((each) => isObject(each) && Object.keys(each).length > 1);
    const parts = value.map(flatText);
    return broken || parts.includes(undefined) ? undefined : `[${parts.join(", ")}]`;
  }
  if (!isObject(value)) return scalar(value);
  const parts = Object.entries(value).map(([name, each]) => [key(name), flatText(each)] as const);
  if (parts.length === 0) return "{}";
  if (parts.some(([, text]) => text === undefined)) return undefined;
  return `{ ${parts.map(([name, text]) => `${name}: ${text}`).join(", ")} }`;
}

function key(name: string): string {
  // The plain form would set the object's prototype.
  if (name === "__proto__") return `["__proto__"]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : scalar(name);
}

function scalar(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const double = JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
  const count = (quote: string) => value.split(quote).length - 1;
  if (count('"') <= count("'")) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** What a reader would not see, or would see elsewhere. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
