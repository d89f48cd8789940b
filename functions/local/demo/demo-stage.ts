import { stripVTControlCharacters, styleText } from "node:util";
import { renderResult } from "../../../lib/report/render-result.ts";
import type { ReportedResource, Result } from "../../../lib/report/result.ts";
import { renderOptions } from "../../cli/terminal/render-options.ts";
import type { ApiCounts } from "../api-counts.ts";
import type { LocalLambda } from "../lambda/local-lambda.ts";

/** What a run of the function came to, and what the broker counted meanwhile. */
export interface Ran {
  result: Result;
  writesAtBroker: number;
}

const MARGIN = "   | ";

/** Where the story is told. */
export interface Stage {
  step(title: string): void;
  tell(...lines: string[]): void;
  /** Invokes the function and shows its report: whole, or what is not unchanged. */
  run(mode: Result["mode"], show?: "all" | "changes"): Promise<Ran>;
  /** Says whether it is so. */
  check(what: string, isSo: boolean): void;
  /** What was not so. */
  readonly broken: readonly string[];
}

export function stageFor(lambda: LocalLambda, counts: ApiCounts): Stage {
  const broken: string[] = [];
  let steps = 0;
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  return {
    broken,
    step(title) {
      steps += 1;
      write(`\n${styleText("bold", `${steps}. ${title}`, { stream: process.stdout })}`);
    },
    tell: (...lines) => lines.forEach(write),
    async run(mode, show = "changes") {
      // What was done by hand is not the function's.
      await counts.forget();
      const result = await lambda.invoke({ mode, trigger: "demo" });
      const { length: writesAtBroker } = await counts.writes();
      const { width, colour } = renderOptions({ color: true });
      const table = renderResult(result, { width: width - MARGIN.length, colour });
      write(`\n${indented(show === "all" ? table : changesOf(table))}\n`);
      return { result, writesAtBroker };
    },
    check(what, isSo) {
      if (!isSo) broken.push(what);
      const sign = isSo ? styleText("green", "ok", { stream: process.stdout }) : "NOT SO:";
      write(`   ${sign} ${what}`);
    },
  };
}

export function resourceOf(result: Result, id: string): ReportedResource | undefined {
  return result.resources.find((resource) => resource.id === id);
}

/** A story of twenty unchanged resources, five times over, would hide what it tells. */
function changesOf(table: string): string {
  const lines = table.split("\n");
  const isUnchanged = (line: string) => stripVTControlCharacters(line).startsWith("= unchanged");
  const first = lines.findIndex(isUnchanged);
  const hidden = lines.filter(isUnchanged).length;
  return lines
    .flatMap((line, index) => {
      if (!isUnchanged(line)) return [line];
      return index === first ? [`= unchanged  ${hidden} resources`] : [];
    })
    .join("\n");
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? "" : MARGIN + line))
    .join("\n");
}
