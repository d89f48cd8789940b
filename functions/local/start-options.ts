import { resolve } from "node:path";
import { Command, Option } from "commander";
import { UsageError } from "../cli/usage-error.ts";
import { DEFAULT_DATA, DEFAULT_TOPOLOGY } from "./places.ts";

/** What `npm start` is asked for. */
export interface StartOptions {
  topology: string;
  /** Undefined: ensure on the broker of this project, plan on another. */
  mode: "plan" | "ensure" | undefined;
  approve?: string;
  /** Absolute. */
  data: string;
  color: boolean;
}

const AFTER = `
With no option, a nats-server of this machine (found or downloaded) is started and made as the topology declares, by
the Lambda's own function. Its data stays in .local, so the second run finds nothing to do.

On your own broker, as the nats command line would reach it; the credentials are yours, from the environment:
  NATS_URL=nats://… NATS_CREDS=… npm start                  plan; writes nothing
  NATS_URL=nats://… NATS_CREDS=… npm start -- --ensure      and apply
  NATS_CREDS NATS_NKEY NATS_USER NATS_PASSWORD NATS_TOKEN NATS_CERT NATS_KEY NATS_CA

Exit code: 0 as declared (or, of a plan, nothing to do), 2 drift remains, 1 error.`;

/** Options, and the variables by which npm tells that it took them; --plan it reads as -p -l -a -n. */
const FOR_NPM: Record<string, string[]> = {
  plan: ["npm_config_parseable", "npm_config_long", "npm_config_all"],
  ensure: ["npm_config_ensure"],
  approve: ["npm_config_approve"],
  topology: ["npm_config_topology"],
  data: ["npm_config_data"],
};

/**
 * Without the lone `--`, npm takes an option as its own, and says so in a warning among others: then a plan would be
 * an ensure.
 *
 * @throws UsageError that says how to write it
 */
export function refuseWhatNpmTook(env: Record<string, string | undefined>): void {
  if (env.npm_lifecycle_event !== "start") return;
  const taken = Object.entries(FOR_NPM)
    .filter(([, variables]) => variables.every((variable) => env[variable]))
    .map(([name]) => `--${name}`);
  if (taken.length === 0) return;
  throw new UsageError(`npm took ${taken.join(" and ")} for itself: write npm start -- ${taken.join(" … ")} …`);
}

/** @throws commander's errors, which have told the person already, also for --help */
export function parseStartOptions(argv: string[]): StartOptions {
  const command = new Command("npm start --")
    .description("Makes a broker as a topology declares, with the function that the Lambda runs.")
    .option("--topology <file>", "the declaration: .json, .yaml, .ts or .js; default: cdk/kanade.ts")
    .addOption(new Option("--plan", "say what would change, and write nothing").conflicts(["ensure", "approve"]))
    .option("--ensure", "apply what loses no message; the default without NATS_URL")
    .option("--approve <planId>", "ensure, with the disruptive, lossy and one-way differences of this very plan")
    .option("--data <dir>", "where broker data, log and state are kept; default: .local of the project")
    .option("--no-color", "no colours (as NO_COLOR=1)")
    .option("--verbose", "the stack of an unexpected error (as DEBUG=1)")
    .addHelpText("after", AFTER)
    .exitOverride()
    .showHelpAfterError("(npm start -- --help shows what there is)")
    .allowExcessArguments(false)
    .parse(argv, { from: "user" });
  const { topology, plan, ensure, approve, data, color } = command.opts<{
    topology?: string;
    plan?: true;
    ensure?: true;
    approve?: string;
    data?: string;
    color: boolean;
  }>();
  const asked = ensure || approve !== undefined ? "ensure" : undefined;
  return {
    topology: topology ?? DEFAULT_TOPOLOGY,
    mode: plan ? "plan" : asked,
    ...(approve === undefined ? {} : { approve }),
    data: data === undefined ? DEFAULT_DATA : resolve(data),
    color,
  };
}
