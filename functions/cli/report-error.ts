import { CommanderError } from "commander";
import { RequestError } from "../../lib/ensure/run.ts";
import { BrokerError, messageOf } from "../../lib/jetstream/errors/broker-error.ts";
import { visible } from "../../lib/text/text.ts";
import { TopologyError } from "../../lib/topology/index.ts";
import { EXIT } from "./exit-code.ts";
import { UsageError } from "./usage-error.ts";

/** Errors that the user, a file or the broker causes. For these, only the message helps. */
const EXPECTED_ERRORS = [UsageError, TopologyError, RequestError, BrokerError];

/**
 * Prints on stderr which error ended the command, and returns the exit code. It prints a stack only for a bug of this
 * program, and only if the user asks for it.
 */
export function reportError(error: unknown): number {
  // Commander has already printed its message or the help.
  if (error instanceof CommanderError) return error.exitCode;
  if (EXPECTED_ERRORS.some((kind) => error instanceof kind)) {
    process.stderr.write(`${messageOf(error).split("\n").map(visible).join("\n")}\n`);
    return EXIT.error;
  }
  const wantsStack = Boolean(process.env.DEBUG) || process.argv.includes("--verbose");
  const detail =
    wantsStack && error instanceof Error ? `${error.stack}\n` : "Run it again with --verbose for the details.\n";
  process.stderr.write(`This is a bug in jetstream-ensure: ${messageOf(error)}\n${detail}`);
  return EXIT.error;
}
