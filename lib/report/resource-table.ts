import { valueText } from "../text/text.ts";
import { columns, paragraph, type Row } from "./layout.ts";
import type { Palette } from "./palette.ts";
import type { Outcome, ReportedDifference, ReportedError, ReportedResource, ReportedUndeclared } from "./result.ts";
import { DIFFERENCE_WORDS, impactText, OUTCOME_WORDS } from "./words.ts";

/** How many unchanged resources are listed. More of them are only counted: readers look for what has changed. */
const MOST_UNCHANGED = 40;
const INDENT = 4;

const OUTCOMES: Record<Outcome, { sign: string; style: keyof Palette }> = {
  unchanged: { sign: "=", style: "quiet" },
  created: { sign: "+", style: "good" },
  updated: { sign: "~", style: "change" },
  toCreate: { sign: "+", style: "good" },
  toUpdate: { sign: "~", style: "change" },
  held: { sign: "!", style: "attention" },
  failed: { sign: "x", style: "bad" },
};
const LABEL_WIDTH = Math.max(...Object.values(OUTCOME_WORDS).map((word) => word.length)) + 2;

/** One line per resource, and below it the differences, the error and the undeclared fields. */
export function resourceLines(resources: ReportedResource[], width: number, palette: Palette): string[] {
  const isQuiet = ({ outcome, settling }: ReportedResource) => outcome === "unchanged" && settling === undefined;
  const quiet = resources.filter(isQuiet);
  const folded = quiet.length > MOST_UNCHANGED;
  const listed = folded ? resources.filter((resource) => !isQuiet(resource)) : resources;
  return [
    ...listed.flatMap((resource) => [
      ...headLine(resource.outcome, namedText(resource), palette),
      ...columns(
        resource.differences.map((difference) => differenceRow(difference, palette)),
        width,
        INDENT,
      ),
      ...(resource.error ? errorLines(resource.error, width, palette, " ".repeat(INDENT)) : []),
      ...settlingLines(resource, width, palette),
      ...undeclaredLines(resource, width, palette),
    ]),
    ...(folded ? headLine("unchanged", `${quiet.length} resources (use --json to list them)`, palette) : []),
  ];
}

/** The id, and the reason if the resource is never written: another topology owns it, or it is only observed. */
function namedText({ id, owner, observed, differences }: ReportedResource): string {
  if (owner !== undefined) return `${id} (of topology "${owner}")`;
  return observed && differences.length > 0 ? `${id} (only observed)` : id;
}

/** The error's sentence, followed by the words to search for in a runbook: the class and the server's err_code. */
export function errorLines(error: ReportedError, width: number, palette: Palette, first: string): string[] {
  const tag = error.code === undefined ? error.class : `${error.class}, ${error.code}`;
  return paragraph(`${error.message} (${tag})`, width, first, palette.bad);
}

function headLine(outcome: Outcome, text: string, palette: Palette): string[] {
  const { sign, style } = OUTCOMES[outcome];
  const label = `${sign} ${OUTCOME_WORDS[outcome]}`;
  // With infinite width an id stays in one piece, so that a user can copy it into --only.
  return paragraph(text, Number.POSITIVE_INFINITY, `${label.padEnd(LABEL_WIDTH)}  `, palette[style]);
}

function differenceRow(difference: ReportedDifference, palette: Palette): Row {
  const { field, live, declared, impact, forecast, outcome, reason } = difference;
  const what = DIFFERENCE_WORDS[outcome];
  const attention = outcome === "held" ? { style: palette.attention } : {};
  return {
    cells: [
      { text: field },
      { text: `${valueText(live)} → ${valueText(declared)}` },
      { text: impactText(impact, forecast), ...attention },
      { text: what, ...attention },
    ],
    ...(reason === undefined ? {} : { note: { text: reason, ...attention } }),
  };
}

function settlingLines({ settling }: ReportedResource, width: number, palette: Palette): string[] {
  if (settling === undefined) return [];
  return settling.causes.flatMap(({ reason }) =>
    paragraph(`settling: ${reason}`, width, " ".repeat(INDENT), palette.attention),
  );
}

function undeclaredText({ field, live, reason }: ReportedUndeclared): string {
  return `${field} ${valueText(live)}${reason === undefined ? "" : ` (${reason})`}`;
}

function undeclaredLines({ undeclared }: ReportedResource, width: number, palette: Palette): string[] {
  if (undeclared.length === 0) return [];
  const fields = undeclared.map(undeclaredText).join(", ");
  return paragraph(`undeclared, kept: ${fields}`, width, " ".repeat(INDENT), palette.quiet);
}
