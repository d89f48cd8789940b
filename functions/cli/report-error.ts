import { CommanderError } from "commander";
import { RequestError } from "../../lib/ensure/run.ts";
import { BrokerError, messageOf } from "../../lib/jetstream/errors/broker-error.ts";
import { visible } from "../../lib/text/text.ts";
import { TopologyError } from "../../lib/topology/index.ts";
import { EXIT } from "./exit-code.ts";
import { UsageError } from "./usage-error.ts";

/** The doing of the person, their file or their broker: a sentence is all that helps. */
const EXPECTED = [UsageError, TopologyError, RequestError, BrokerError];

/** Tells the person on stderr what ended the command; a stack only of what is our own fault, and on demand. */
export function reportError(error: unknown): number {
  // Commander has printed its sentence, or the help, itself.
  if (error instanceof CommanderError) return error.exitCode;
  if (EXPECTED.some((kind) => error instanceof kind)) {
    process.stderr.write(`${messageOf(error).split("\n").map(visible).join("\n")}\n`);
    return EXIT.error;
  }
  const wantsStack = Boolean(process.env.DEBUG) || process.argv.includes("--verbose");
  const detail =
    wantsStack && error instanceof Error ? `${error.stack}\n` : "Run it again with --verbose for the details.\n";
  process.stderr.write(`This is a bug in jetstream-ensure: ${messageOf(error)}\n${detail}`);
  return EXIT.error;
}
