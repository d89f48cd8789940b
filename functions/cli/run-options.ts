import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDuration, UnitError } from "../../lib/topology/index.ts";
import { addLoginOptions, type LoginOptions } from "./login/login.ts";
import { UsageError } from "./usage-error.ts";

/** What the options of `plan` and `ensure` say, as commander names them. */
export interface RunVerbOptions extends LoginOptions {
  topology?: string;
  only?: string[];
  approve?: string;
  adopt?: boolean;
  json?: boolean;
  color: boolean;
  /** Milliseconds. */
  timeout: number;
}

export function addRunOptions(command: Command, mode: "plan" | "ensure"): Command {
  const approve = new Option(
    "--approve <planId>",
    "apply the disruptive, lossy and one-way differences of this very plan",
  );
  command
    .optionsGroup("What to do:")
    .option("--topology <file>", "the declaration: .json, .yaml, .ts or .js (required)")
    .option("--only <pattern...>", "these resources alone, by id; * is any text: 'kv/*' stream/RESULTS")
    .option("--adopt", "mark every resource that names no topology as this one's, in its metadata")
    // Known to plan as well, to be refused there with a reason rather than as an unknown option.
    .addOption(mode === "plan" ? approve.hideHelp() : approve);
  addTimeoutOption(command)
    .optionsGroup("What to show:")
    .option("--json", "the result as JSON on stdout, and nothing else there")
    .option("--no-color", "no colours (as NO_COLOR=1)")
    .option("--verbose", "the stack of an unexpected error (as DEBUG=1)")
    .optionsGroup("Else:");
  return addLoginOptions(command);
}

export function addTimeoutOption(command: Command): Command {
  const timeout = new Option("--timeout <duration>", "for connecting, and for each answer");
  return command.addOption(timeout.argParser(parseTimeout).default(5000, "5s"));
}

/** Not commander's `requiredOption`, whose sentence does not say what to give. @throws UsageError */
export function requiredTopology({ topology }: { topology?: string }): string {
  if (topology !== undefined) return topology;
  throw new UsageError("Which topology? Give its file: --topology my.yaml (or .json, .ts, .js).");
}

/** Longest wait that makes sense of one answer; a timer's own limit is far above. */
const MAX_TIMEOUT_MS = 3_600_000;

/** Milliseconds of `5s`, `500ms`. */
export function parseTimeout(text: string): number {
  try {
    const ms = Number(parseDuration(text)) / 1e6;
    if (ms >= 1 && ms <= MAX_TIMEOUT_MS) return ms;
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new InvalidArgumentError(error.message);
  }
  throw new InvalidArgumentError("It must be from 1ms to 1h, such as 5s.");
}
