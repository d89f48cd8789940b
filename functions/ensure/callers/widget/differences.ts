import { html } from "ghtml";
import type { Outcome, ReportedDifference, ReportedResource } from "../../../../lib/report/result.ts";
import { DIFFERENCE_WORDS, impactText, OUTCOME_WORDS } from "../../../../lib/report/words.ts";
import { valueText, visible } from "../../../../lib/text/text.ts";

/** How many resources the table shows at most. Nobody reads a longer page, and the log has all of them. */
const MOST_RESOURCES = 100;

/** How many characters of a value the table shows. Metadata may have 128 KiB. */
const LONGEST_VALUE = 300;

const TONES: Record<Outcome, string> = {
  unchanged: "quiet",
  created: "good",
  updated: "change",
  toCreate: "good",
  toUpdate: "change",
  held: "attention",
  failed: "bad",
};

/**
 * Renders a table of the resources that are not as declared or are settling. The worst come first. Each difference of a
 * resource has its own row.
 */
export function differencesTable(resources: ReportedResource[]): string {
  const listed = resources
    .filter(({ outcome, settling }) => outcome !== "unchanged" || settling !== undefined)
    .sort(worstFirst);
  if (listed.length === 0) return "";
  const first = listed.slice(0, MOST_RESOURCES);
  const more = listed.length - first.length;
  return html`<table class="jse-table">
    <thead><tr><th>Resource</th><th>Field</th><th>Live → declared</th><th>Impact</th><th></th></tr></thead>
    <tbody>!${first.map(rows)}</tbody>
  </table>
  !${more > 0 ? html`<p class="jse-quiet">… and ${more} more; the function's log has them all.</p>` : ""}`;
}

const ORDER: Outcome[] = ["failed", "held", "toCreate", "toUpdate", "created", "updated", "unchanged"];

function worstFirst(one: ReportedResource, other: ReportedResource): number {
  return ORDER.indexOf(one.outcome) - ORDER.indexOf(other.outcome);
}

function rows(resource: ReportedResource): string {
  const { id, outcome, differences, error, settling } = resource;
  const cells = [
    ...differences.map(differenceCells),
    ...(error ? [errorCells(error.message)] : []),
    ...(settling?.causes ?? []).map(({ reason }) => settlingCells(reason)),
  ];
  const [first = html`<td colspan="4"></td>`, ...others] = cells;
  const head = html`<td rowspan="${Math.max(1, cells.length)}">
    <b>!${idHtml(id)}</b><br><span class="jse-${TONES[outcome]}">${OUTCOME_WORDS[outcome]}</span></td>`;
  return [html`<tr>!${head}!${first}</tr>`, ...others.map((each) => html`<tr>!${each}</tr>`)].join("");
}

/** Renders an id so that a narrow column can break it after each slash. */
function idHtml(id: string): string {
  return visible(id)
    .split("/")
    .map((part) => html`${part}`)
    .join("/<wbr>");
}

function differenceCells(difference: ReportedDifference): string {
  const { field, live, declared, impact, forecast, outcome, reason } = difference;
  const tone = outcome === "held" ? "attention" : "plain";
  return html`<td>${visible(field)}</td>
    <td>${cutValue(live)} → ${cutValue(declared)}</td>
    <td><span class="jse-${tone}">${impactText(impact, forecast)}</span>
      !${reason === undefined ? "" : html`<br><span class="jse-quiet">${visible(reason)}</span>`}</td>
    <td><span class="jse-${tone}">${DIFFERENCE_WORDS[outcome]}</span></td>`;
}

function settlingCells(reason: string): string {
  return html`<td colspan="4" class="jse-attention">settling: ${visible(reason)}</td>`;
}

function errorCells(message: string): string {
  return html`<td colspan="4" class="jse-bad">${visible(message)}</td>`;
}

/**
 * Renders a value of the broker. Such a value may contain any text, so control characters become visible, and a long
 * text is cut.
 */
function cutValue(value: unknown): string {
  const text = visible(valueText(value));
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)`;
}
