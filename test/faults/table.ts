import type { Row } from "./row.ts";

/** Together 120 columns. */
const [NAME, EXPECTED, SEEN] = [36, 24, 56];

/** `scenario | expected | seen`, a line each, longer texts on as many lines as they need. */
export function printed(rows: Row[], sums: string[]): string {
  if (rows.length === 0 && sums.length === 0) return "";
  const sections = Map.groupBy(rows, ({ section }) => section);
  const lines = [...sections].flatMap(([section, its]) => [
    ...line(section, "expected", "seen"),
    "-".repeat(NAME + EXPECTED + SEEN + 4),
    ...its.flatMap(({ name, expected, seen }) => line(name, expected, seen)),
    "",
  ]);
  const count = rows.length > 0 ? [`${rows.length} scenarios.`] : [];
  return `\n${[...lines, ...count, ...sums].join("\n")}\n`;
}

/** Lines of the seen that are shown: the first tell what it is about. */
const MOST_LINES = 3;

function line(...texts: [string, string, string]): string[] {
  const columns = [wrapped(texts[0], NAME), wrapped(texts[1], EXPECTED), wrapped(texts[2], SEEN)] as const;
  const height = Math.max(...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, at) =>
    [NAME, EXPECTED, SEEN]
      .map((width, column) => (columns[column]?.[at] ?? "").padEnd(width))
      .join("  ")
      .trimEnd(),
  );
}

function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    const longer = last === "" ? word : `${last} ${word}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word.length > width ? `${word.slice(0, width - 1)}…` : word);
  }
  if (lines.length <= MOST_LINES) return lines;
  const last = lines[MOST_LINES - 1] ?? "";
  return [...lines.slice(0, MOST_LINES - 1), `${last.slice(0, width - 1)}…`];
}
