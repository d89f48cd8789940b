import { readFileSync } from "node:fs";

/*
 * What the comments in the source say, for the pages of docs/reference: a second copy of a sentence would soon say
 * something else.
 */

const root = new URL("../../../", import.meta.url);

export function sourceOf(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

/** One paragraph of a comment, on one line; list items stay on lines of their own. */
export function commentText(comment: string): string {
  const lines = comment
    .split("\n")
    .map((line) => line.replace(/^\s*\*( |$)/, "").trimEnd())
    .filter((line) => !line.trim().startsWith("@"));
  return lines
    .join("\n")
    .trim()
    .replaceAll(/(?<!\n)\n(?!\n|\s*- )/g, " ")
    .replaceAll(/ {2,}/g, " ");
}

/**
 * The comment above an exported declaration.
 * @throws Error where there is none: the page would have a hole
 */
export function commentAbove(path: string, name: string): string {
  const declared = new RegExp(
    String.raw`/\*\*((?:(?!\*/).)*)\*/\nexport (?:type|interface|const|function|class) ${name}\b`,
    "s",
  );
  const [, comment] = declared.exec(sourceOf(path)) ?? [];
  if (comment === undefined) throw new Error(`${path} has no comment above ${name}`);
  return commentText(comment);
}
