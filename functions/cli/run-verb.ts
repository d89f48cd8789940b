import type { Command } from "commander";
import { type RunOptions, run } from "../../lib/ensure/run.ts";
import { connectBroker } from "../../lib/jetstream/connect.ts";
import { failureOf } from "../../lib/report/failure.ts";
import { renderResult } from "../../lib/report/render-result.ts";
import type { Mode, Result } from "../../lib/report/result.ts";
import { visible } from "../../lib/text/text.ts";
import { loadTopology } from "../../lib/topology/load/load.ts";
import { exitCodeOf } from "./exit-code.ts";
import { apiOptions, connectOptions, contextOf } from "./login/login.ts";
import { addRunOptions, type RunVerbOptions, requiredTopology } from "./run-options.ts";
import { interruptible } from "./terminal/interrupt.ts";
import { renderOptions } from "./terminal/render-options.ts";
import { withProgress } from "./terminal/run-progress.ts";
import { UsageError } from "./usage-error.ts";

const VERBS = {
  plan: {
    summary: "compare the topology with the broker and say what ensure would do; writes nothing",
    interrupted: "Interrupted. A plan writes nothing, so nothing has changed.",
    examples: [
      ["plan --topology my.yaml", "the broker on this machine"],
      ["plan --topology my.yaml --server tls://nats.example.com --creds ~/ops.creds", ""],
      ["plan --topology my.yaml --only 'kv/*' stream/RESULTS", "some resources alone"],
      ["plan --topology my.yaml --json | jq .planId", "for a script"],
    ],
    exit: "0 nothing to do, 2 the broker differs from the topology, 1 error.",
  },
  ensure: {
    summary: "bring the broker to the topology where that loses nothing, and say what differs still",
    interrupted:
      "Interrupted. What was applied stays applied, and a request on its way may be carried out yet: plan shows it.",
    examples: [
      ["ensure --topology my.yaml", "the broker on this machine"],
      ["ensure --topology my.yaml --server tls://nats.example.com --creds ~/ops.creds", ""],
      ["ensure --topology my.yaml --approve 9f2c4b1a77d0", "and what that plan held back"],
    ],
    exit: "0 the broker is as declared, 2 drift remains (something is held) or something is settling, 1 error.",
  },
} as const;

/** Adds the verb `plan` or `ensure`. The two differ only in their mode. */
export function addRunVerb(program: Command, mode: Mode): void {
  const { summary, examples, exit } = VERBS[mode];
  const verb = program
    .command(mode)
    .summary(summary)
    .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`);
  addRunOptions(verb, mode)
    .addHelpText("after", `\nExamples:\n${exampleLines(examples)}\n\nExit code: ${exit}`)
    .action(async (options: RunVerbOptions) => {
      process.exitCode = await runVerb(mode, options);
    });
}

function exampleLines(examples: readonly (readonly [string, string])[]): string {
  return examples
    .map(([command, what]) => `  ${what === "" ? "" : `# ${what}\n  `}jetstream-ensure ${command}`)
    .join("\n");
}

async function runVerb(mode: Mode, options: RunVerbOptions): Promise<number> {
  const runOptions = await prepare(mode, options);
  const result = await interruptible(VERBS[mode].interrupted, () =>
    options.json ? run(runOptions) : runWithProgress(runOptions),
  );

  // If the broker was never asked, there is no table to show, only the sentence.
  const table = !options.json && result.broker !== null;
  if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  if (table) process.stdout.write(renderResult(result, renderOptions(options)));
  const failure = failureOf(result);
  if (failure !== undefined && !table) {
    process.stderr.write(`${visible(failure)}${result.error ? ` (${result.error.class})` : ""}\n`);
  }
  return exitCodeOf(result);
}

async function runWithProgress(runOptions: RunOptions): Promise<Result> {
  const { options, progress } = withProgress(runOptions);
  try {
    return await run(options);
  } finally {
    progress.end();
  }
}

/** Checks the command, its files and its topology before the program connects to the broker. */
export async function prepare(mode: Mode, options: RunVerbOptions): Promise<RunOptions> {
  if (mode === "plan" && options.approve !== undefined) {
    throw new UsageError("--approve belongs to ensure: a plan applies nothing that could be approved.");
  }
  const topology = requiredTopology(options);
  const context = await contextOf(options, process.env);
  const api = apiOptions(options, context);
  const connect = { ...(await connectOptions(options, process.env, context)), timeoutMs: options.timeout };
  return {
    topology: await loadTopology(topology),
    connect: () => connectBroker(connect),
    mode,
    trigger: "cli",
    api: { ...api, timeoutMs: options.timeout },
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.approve === undefined ? {} : { approve: options.approve }),
    ...(options.adopt === undefined ? {} : { adopt: options.adopt }),
  };
}
