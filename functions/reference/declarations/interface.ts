import { commentText, sourceOf } from "./source-comments.ts";

/** One member of an interface, as it is written. */
export interface Member {
  name: string;
  optional: boolean;
  /** The type, as text on one line. */
  type: string;
  /** What its comment says, without tags. */
  text: string;
  /** What its `@default` says. */
  byDefault: string | undefined;
  /** What its `@schema` says: the part of a JSON Schema that the type does not tell. */
  schema: Record<string, unknown> | undefined;
}

/**
 * The members of an exported interface, with their comments.
 * @throws Error where the file has no such interface
 */
export function membersOf(path: string, name: string): Member[] {
  const source = sourceOf(path);
  const start = new RegExp(String.raw`export interface ${name} \{`).exec(source);
  if (!start) throw new Error(`${path} has no interface ${name}`);
  return members(blockFrom(source, start.index + start[0].length));
}

/** The type of an exported alias as text, or the elements of an exported `as const` list as a union. */
export function typeText(path: string, name: string): string | undefined {
  const source = sourceOf(path);
  const alias = new RegExp(String.raw`export type ${name} =\s*([^;]+);`).exec(source)?.[1];
  const list = /^\(typeof (\w+)\)\[number\]$/.exec(alias?.trim() ?? "")?.[1];
  if (list === undefined) return alias?.replaceAll(/\s+/g, " ").trim();
  const [, elements] = new RegExp(String.raw`const ${list} = \[([^\]]+)\] as const`).exec(source) ?? [];
  return elements
    ?.split(",")
    .map((each) => each.trim())
    .filter(Boolean)
    .join(" | ");
}

/** The members in the text between the braces of an interface or an object type. */
export function members(block: string): Member[] {
  const found: Member[] = [];
  let rest = block;
  for (;;) {
    const head =
      /^\s*(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?(?:\/\/[^\n]*\n\s*)*(?:readonly )?("?)([\w$.-]+)\2(\?)?:\s*/.exec(
        rest,
      );
    if (!head) {
      if (rest.trim() !== "") throw new Error(`no member of an interface can be read in ${rest.trim().slice(0, 100)}`);
      return found;
    }
    const [whole, comment = "", , name = "", optional] = head;
    const { type, after } = typeUntilEnd(rest.slice(whole.length));
    found.push({
      name,
      optional: optional === "?",
      type: type.replaceAll(/\s+/g, " ").trim(),
      text: commentText(comment),
      byDefault: /@default (?:- )?([^\n]*(?:\n\s*\*\s+(?!@)[^\n]+)*)/
        .exec(comment)?.[1]
        ?.replaceAll(/\s*\n\s*\*\s+/g, " ")
        .trim(),
      schema: schemaTag(comment),
    });
    rest = after;
  }
}

function schemaTag(comment: string): Record<string, unknown> | undefined {
  const [, json] = /@schema (\{.*\})/.exec(comment) ?? [];
  return json === undefined ? undefined : JSON.parse(json);
}

/** A member's type ends at a `;` outside all brackets. */
function typeUntilEnd(text: string): { type: string; after: string } {
  let depth = 0;
  for (const [at, sign] of [...text].entries()) {
    if ("{([<".includes(sign)) depth++;
    if ("})]>".includes(sign)) depth--;
    if (sign === ";" && depth === 0) return { type: text.slice(0, at), after: text.slice(at + 1) };
  }
  return { type: text, after: "" };
}

function blockFrom(source: string, start: number): string {
  let depth = 1;
  for (let at = start; at < source.length; at++) {
    if (source[at] === "{") depth++;
    if (source[at] === "}") depth--;
    if (depth === 0) return source.slice(start, at);
  }
  return source.slice(start);
}
