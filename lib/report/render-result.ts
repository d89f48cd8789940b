import { count, shellWord } from "../text/text.ts";
import { paragraph } from "./layout.ts";
import { approvable, approvableImpacts, hasWork, isPartial } from "./next-steps.ts";
import { coloured, colourless, type Palette } from "./palette.ts";
import { errorLines, resourceLines } from "./resource-table.ts";
import type { Result } from "./result.ts";
import { costText, orphanText, outcomesText, partText, settlingText, storageText, whereText } from "./sentences.ts";

export interface RenderOptions {
  /** The columns of the terminal. Default 80. The layout uses at least 40, and at most 120, which is easy to read. */
  width?: number;
  /** Use ANSI colours. Default: false. */
  colour?: boolean;
}

const MIN_WIDTH = 40;
const MAX_WIDTH = 120;
/** How many resources each list of undeclared ones shows. */
const MOST_LISTED = 20;

/**
 * Renders a result for a person: the broker, each resource with its differences, the live resources that the topology
 * does not declare, a summary, and the next steps. The text ends with a newline. A line is only longer than `width` if
 * one word is. Control characters in texts of the broker are made visible.
 */
export function renderResult(result: Result, options: RenderOptions = {}): string {
  const width = Math.min(Math.max(options.width ?? 80, MIN_WIDTH), MAX_WIDTH);
  const palette = options.colour ? coloured : colourless;
  const blocks = [
    headLines(result, width, palette),
    result.error ? errorLines(result.error, width, palette, "x ") : [],
    // Without a broker, each resource would only say that it was not looked at. The error above already says why.
    result.broker === null ? [] : resourceLines(result.resources, width, palette),
    unmanagedLines(result.unmanaged, width, palette),
    othersLines(result.others, width, palette),
    orphanLines(result.orphans, width, palette),
    result.warnings.flatMap((warning) => paragraph(warning, width, "! ", palette.attention)),
    [...storageLines(result, width), ...sumLines(result, width)],
    nextLines(result, width, palette),
  ];
  const filled = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${filled.join("\n\n")}\n`;
}

function headLines({ topology, mode, broker }: Result, width: number, palette: Palette): string[] {
  const where = broker === null ? ", no answer from the broker" : ` on ${whereText(broker)}`;
  return paragraph(`${topology}: ${mode}${where}`, width, "", palette.title);
}

function unmanagedLines(unmanaged: string[], width: number, palette: Palette): string[] {
  if (unmanaged.length === 0) return [];
  const listed = [...unmanaged].sort((a, b) => Number(isConsumer(a)) - Number(isConsumer(b))).slice(0, MOST_LISTED);
  const more = unmanaged.length - listed.length;
  return [
    ...paragraph(`${unmanaged.length} unmanaged (on the broker, not in the topology; left alone):`, width),
    ...[...Map.groupBy(listed, (id) => id.split("/", 1)[0]).values()].flatMap((ids) =>
      paragraph(ids.join(", "), width, "  ", palette.quiet),
    ),
    ...moreLines(more),
  ];
}

function othersLines(others: Result["others"], width: number, palette: Palette): string[] {
  if (others.length === 0) return [];
  const listed = others.slice(0, MOST_LISTED);
  return [
    ...paragraph(`${others.length} of other topologies (on the broker, not in this topology; left alone):`, width),
    ...[...Map.groupBy(listed, ({ topology }) => topology)].flatMap(([topology, theirs]) =>
      paragraph(`${topology}: ${theirs.map(({ id }) => id).join(", ")}`, width, "  ", palette.quiet),
    ),
    ...moreLines(others.length - listed.length),
  ];
}

function orphanLines(orphans: Result["orphans"], width: number, palette: Palette): string[] {
  if (orphans.length === 0) return [];
  const listed = orphans.slice(0, MOST_LISTED);
  const head = `${count(orphans.length, "orphan")} (of this topology, not declared in it any more; left alone):`;
  return [
    ...paragraph(head, width, "", palette.attention),
    ...listed.flatMap((orphan) => paragraph(orphanText(orphan), width, "  ")),
    ...moreLines(orphans.length - listed.length),
  ];
}

function moreLines(more: number): string[] {
  return more > 0 ? [`  and ${more} more (use --json to list them)`] : [];
}

/** Whether an id is that of a consumer. Consumers are listed last, because streams and buckets take the storage. */
function isConsumer(id: string): boolean {
  return id.startsWith("consumer/");
}

function storageLines(result: Result, width: number): string[] {
  return result.broker === null ? [] : paragraph(storageText(result.broker, result.requests), width);
}

function sumLines(result: Result, width: number): string[] {
  return paragraph(`${outcomesText(result)} ${costText(result)}`, width);
}

function nextLines(result: Result, width: number, palette: Palette): string[] {
  if (result.broker === null) return [];
  const sentences = result.mode === "plan" ? afterPlan(result) : afterEnsure(result);
  return sentences.flatMap((sentence) => paragraph(sentence, width, "", palette.title));
}

function afterPlan(result: Result): string[] {
  const { planId, summary } = result;
  const sentences: string[] = [];
  if (planId !== null) sentences.push(`Plan ${planId}`);
  const part = partText(result);
  const only = onlyOption(result);
  if (hasWork(result)) sentences.push(`Run ensure${only} to apply.`);
  else if (summary.held || summary.failed) sentences.push("Nothing that ensure would apply.");
  else return [part === undefined ? "Nothing to do." : `${part}: nothing to do.`, ...settlingSentence(result)];
  if (planId !== null && approvable(result).length > 0) {
    sentences.push(`To apply the ${approvableImpacts(result)} differences too: ensure${only} --approve ${planId}`);
  }
  return [...sentences, ...settlingSentence(result)];
}

/** The sentence about settling resources, if there are any. */
function settlingSentence(result: Result): string[] {
  const settling = settlingText(result);
  return settling === undefined ? [] : [`${settling}: the broker has not brought about all that is declared yet.`];
}

/** The option that makes the next command look at the same part of the topology. */
function onlyOption(result: Result): string {
  if (!isPartial(result)) return "";
  return ` --only ${(result.only ?? []).map(shellWord).join(" ")}`;
}

function afterEnsure(result: Result): string[] {
  const { converged, summary } = result;
  const part = partText(result);
  if (converged) return [part === undefined ? "The broker is as declared." : `${part}: as declared.`];
  const sentences: string[] = [];
  if (summary.failed) sentences.push("Run ensure again when the cause is gone: what was applied stays applied.");
  if (approvable(result).length > 0) {
    // This run's own plan id cannot be approved: it depends on live values that this run has just changed.
    sentences.push(
      `To apply the ${approvableImpacts(result)} differences: plan, then ensure --approve with its plan id.`,
    );
  } else if (summary.held) sentences.push("What is held stays as it is live, for the reason given.");
  return [...sentences, ...settlingSentence(result)];
}
