import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDuration, UnitError } from "../../lib/topology/index.ts";
import { addLoginOptions, type LoginOptions } from "./login/login.ts";
import { UsageError } from "./usage-error.ts";

/** The options of `plan` and `ensure`, with commander's names. */
export interface RunVerbOptions extends LoginOptions {
  topology?: string;
  only?: string[];
  approve?: string;
  adopt?: boolean;
  json?: boolean;
  color: boolean;
  /** Milliseconds for connecting, and for each answer. */
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
    // `plan` knows the option too, so that it can refuse it with a reason and not as an unknown option.
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

/**
 * Returns the topology's file. Commander's own `requiredOption` would not say what to give.
 *
 * @throws UsageError if the option is missing
 */
export function requiredTopology({ topology }: { topology?: string }): string {
  if (topology !== undefined) return topology;
  throw new UsageError("Which topology? Give its file: --topology my.yaml (or .json, .ts, .js).");
}

/** Milliseconds of the longest sensible wait for one answer. A timer's own limit is far higher. */
const MAX_TIMEOUT_MS = 3_600_000;

/** Parses a duration such as `5s` or `500ms` to milliseconds. */
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
