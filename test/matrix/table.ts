import { compareVersions } from "../../lib/jetstream/version.ts";
import type { Cell } from "./row.ts";

const [FIELD, CHANGE, RESULT] = [22, 31, 21];
/** As many as fit in 120 columns beside the field and the change. */
const VERSIONS_ABREAST = 3;

/**
 * One line a case, a column a version. `✓`: the server did what the table says; `✗`: it did not; `·`: a server of that
 * version cannot have such a live resource.
 */
export function printed(cells: Cell[]): string {
  if (cells.length === 0) return "";
  const versions = [...new Set(cells.map(({ version }) => version))].sort(compareVersions);
  const lines: string[] = [];
  for (let at = 0; at < versions.length; at += VERSIONS_ABREAST) {
    lines.push(...tableOf(cells, versions.slice(at, at + VERSIONS_ABREAST)));
  }
  return `\n${[...lines, ...disagreements(cells), ...sums(cells, versions)].join("\n")}\n`;
}

function tableOf(cells: Cell[], versions: string[]): string[] {
  const sections = [...new Set(cells.map(({ section }) => section))];
  return sections.flatMap((section) => {
    const its = cells.filter((cell) => cell.section === section);
    const rows = Map.groupBy(its, ({ field, change }) => JSON.stringify([field, change]));
    return [line(section, "live → declared", versions), ...[...rows.values()].map((row) => rowLine(row, versions)), ""];
  });
}

function rowLine(row: Cell[], versions: string[]): string {
  const results = versions.map((version) => {
    const cell = row.find((each) => each.version === version);
    return cell ? `${cell.problems.length === 0 ? "✓" : "✗"} ${cell.text}` : "·";
  });
  return line(row[0]?.field ?? "", row[0]?.change ?? "", results);
}

function line(field: string, change: string, results: string[]): string {
  return [fitted(field, FIELD), fitted(change, CHANGE), ...results.map((each) => fitted(each, RESULT))]
    .join(" ")
    .trimEnd();
}

function fitted(text: string, width: number): string {
  return (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);
}

function disagreements(cells: Cell[]): string[] {
  return cells.flatMap(({ version, field, change, problems }) =>
    problems.map((problem) => `✗ ${version} ${field} ${change}: ${problem}`),
  );
}

function sums(cells: Cell[], versions: string[]): string[] {
  return versions.map((version) => {
    const its = cells.filter((cell) => cell.version === version);
    const by = Map.groupBy(its, ({ impact }) => impact);
    const counts = [...by].map(([impact, all]) => `${all.length} ${impact}`).join(", ");
    const wrong = its.filter(({ problems }) => problems.length > 0).length;
    return `${version}: ${its.length} cases (${counts}), ${wrong === 0 ? "all as the table says" : `${wrong} NOT as the table says`}`;
  });
}
