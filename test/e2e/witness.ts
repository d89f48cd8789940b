import { styleText } from "node:util";
import { columns, paragraph } from "../../lib/report/layout.ts";
import type { Stage } from "./stage.ts";

/** What a check tells as it goes. */
export interface Witness {
  /** Something that was seen. */
  see(evidence: string): void;
  /** Something that must be so, and what was seen of it. */
  expect(what: string, isSo: boolean, seen?: string): void;
}

export interface Check {
  name: string;
  /** Without it, the checks after it have nothing to look at. */
  needed?: true;
  /** @returns the evidence in one line, for the summary */
  run(stage: Stage, witness: Witness): Promise<string>;
}

interface Outcome {
  name: string;
  state: "ok" | "FAILED" | "not run";
  evidence: string;
  seconds: number;
}

const MARGIN = 6;
const write = (line: string) => void process.stdout.write(`${line}\n`);
const style = (format: Parameters<typeof styleText>[0], text: string) =>
  styleText(format, text, { stream: process.stdout });

/** Runs one check after the other, tells of each as it goes, and sums up. Gives whether all is so. */
export async function runChecks(stage: Stage, checks: readonly Check[]): Promise<boolean> {
  const outcomes: Outcome[] = [];
  let lacking: string | undefined;
  for (const [index, check] of checks.entries()) {
    const { name } = check;
    if (lacking !== undefined) {
      outcomes.push({ name, state: "not run", evidence: `needs: ${lacking}`, seconds: 0 });
      continue;
    }
    write(`\n${style("bold", `${String(index + 1).padStart(2)}  ${name}`)}`);
    const outcome = await outcomeOf(check, stage);
    outcomes.push(outcome);
    if (outcome.state === "FAILED" && check.needed) lacking = name;
  }
  summarize(outcomes);
  return outcomes.every(({ state }) => state === "ok");
}

async function outcomeOf({ name, run }: Check, stage: Stage): Promise<Outcome> {
  const started = performance.now();
  const broken: string[] = [];
  const tell = (first: string, text: string, colour?: Parameters<typeof styleText>[0]) => {
    const lines = paragraph(text, width(), `${" ".repeat(MARGIN)}${first}  `);
    write(
      colour && lines[0]
        ? [lines[0].replace(first, style(colour, first)), ...lines.slice(1)].join("\n")
        : lines.join("\n"),
    );
  };
  const witness: Witness = {
    see: (evidence) => tell("  ", evidence),
    expect(what, isSo, seen) {
      const fact = seen === undefined ? what : `${what}: ${seen}`;
      if (!isSo) broken.push(fact);
      tell(isSo ? "ok" : "NOT SO", fact, isSo ? "green" : "red");
    },
  };
  const evidence = await run(stage, witness).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    broken.push(message);
    tell("ERROR", message, "red");
    return message;
  });
  const seconds = (performance.now() - started) / 1000;
  if (broken.length === 0) return { name, state: "ok", evidence, seconds };
  return { name, state: "FAILED", evidence: `not so: ${broken.join("; ")}`, seconds };
}

function summarize(outcomes: readonly Outcome[]): void {
  write(`\n${style("bold", "Summary")}\n`);
  const colours = { ok: "green", FAILED: "red", "not run": "yellow" } as const;
  const rows = outcomes.map(({ name, state, evidence, seconds }, index) => ({
    cells: [
      { text: state, style: (text: string) => style(colours[state], text) },
      { text: String(index + 1) },
      { text: name },
      { text: `${seconds.toFixed(1)} s` },
    ],
    note: { text: evidence, style: (text: string) => style("dim", text) },
  }));
  write(columns(rows, width(), 0).join("\n"));
}

/** Of a terminal; of a file, what is easily read. */
function width(): number {
  return Math.min(process.stdout.columns ?? 120, 120);
}
