import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { NAMESPACE } from "../../../functions/ensure/telemetry/metric-names.ts";
import type { LogLine, Logs } from "../logs.ts";
import { PARAMETERS } from "../stage.ts";
import type { Check } from "../witness.ts";

/** What earlier checks made the function do: each must be one line, with both values. */
const TOLD = [
  "stream/RESULTS updated: maxBytes 1GiB → 2GiB, safe, applied",
  "stream/RESULTS updated: maxBytes 2GiB → 3GiB, safe, applied",
  "stream/INVENTORY updated: maxBytes 512MiB → 1GiB, safe, applied",
  "stream/NOTIFICATIONS updated: maxBytes 256MiB → 512MiB, safe, applied",
  "kv/maintenance created",
];

export const logged: Check = {
  name: "The log has a line for each resource that differed, with the values, and the metrics",
  async run({ logs }, { expect, see }) {
    const log = await logs();
    await log.flush();
    const lines = await log.lines();
    const told = lines.filter(({ event }) => event === "resource").map(({ message }) => message);
    for (const message of TOLD) {
      const times = told.filter((each) => each === message).length;
      expect(message, times === 1, `${times} line${times === 1 ? "" : "s"}`);
    }
    const held = lines.find(
      ({ event, outcome, level }) => event === "resource" && outcome === "held" && level === "WARN",
    );
    expect("held, at WARN", held?.id === "kv/jobs", held?.message);
    const { totals, byKind, runs } = await metricsOf(log);
    expect("metrics in the embedded format, a line a run", totals.length === runs, `${totals.length} of ${runs}`);
    const first = totals.find(({ Created }) => Created === 22);
    const { _aws, ...numbers } = first ?? {};
    expect("with the numbers", first?.topology === "kanade" && first.RunsSucceeded === 1, JSON.stringify(numbers));
    see(`${lines.length} lines of the function's own, and ${byKind} of metrics by kind of resource.`);
    return `${told.length} lines of resources, ${totals.length + byKind} of metrics; “${told.find((each) => each.includes("→"))}”`;
  },
};

interface Metrics {
  /** Of each run as a whole. */
  totals: Record<string, unknown>[];
  byKind: number;
  runs: number;
}

/** A run has one line of this sort; one that an event with wrong values asked for has that failure, and no other. */
function isOfOneRun({ event, class: errorClass, function_name: name = "" }: LogLine): boolean {
  // The function that only looks writes no metrics, into the same log.
  if (name.includes("EnsureLook")) return false;
  return event === "run" || (event === "failure" && errorClass === "config");
}

/** The last run's may still be under way: the log is read again where they are not as many as the runs. */
async function metricsOf(log: Logs): Promise<Metrics> {
  for (let attempt = 1; ; attempt++) {
    const emf = (await log.text()).filter((text) => text.startsWith('{"_aws"')).map((text) => JSON.parse(text));
    const ours = emf.filter(({ _aws }) => _aws.CloudWatchMetrics[0].Namespace === NAMESPACE);
    // Not RunsSucceeded: a run of a part of the topology has none.
    const totals = ours.filter((line) => "DurationMs" in line);
    const runs = (await log.lines()).filter(isOfOneRun).length;
    if (totals.length === runs || attempt === 5) return { totals, byKind: ours.length - totals.length, runs };
    await log.flush();
  }
}

export const noSecret: Check = {
  name: "No password is in a log, a template, an asset, a configuration or anything printed",
  async run({ stack, broker, logs, fn, printed }, { expect, see }) {
    const { Parameter } = await new SSMClient({}).send(
      new GetParameterCommand({ Name: PARAMETERS.password, WithDecryption: true }),
    );
    expect("what is looked for is what Parameter Store has", Parameter?.Value === broker.password);
    const texts = new Map<string, string>();
    for (const [group, lines] of await (await logs()).everything()) texts.set(`log group ${group}`, lines.join("\n"));
    texts.set("CloudFormation's template", await stack.template());
    texts.set("the function's configuration", await (await fn()).configuration());
    for (const file of printed) texts.set(`what was printed to ${basename(file)}`, await readFile(file, "utf8"));
    for (const entry of await readdir(stack.assembly, { recursive: true, withFileTypes: true })) {
      // What is in an archive lies beside it, unpacked.
      if (!entry.isFile() || entry.name.endsWith(".zip")) continue;
      const path = join(entry.parentPath, entry.name);
      texts.set(path.slice(stack.assembly.length + 1), await readFile(path, "latin1"));
    }
    const spellings = broker.secrets.flatMap((secret) => [secret, Buffer.from(secret).toString("base64")]);
    const found = [...texts]
      .filter(([, text]) => spellings.some((each) => text.includes(each)))
      .map(([place]) => place);
    const bytes = [...texts.values()].reduce((sum, { length }) => sum + length, 0);
    const searched = `${texts.size} texts of ${(bytes / 1e6).toFixed(1)} MB for ${broker.secrets.length} passwords`;
    expect("found nowhere", found.length === 0, found.join(", ") || searched);
    const named = [...texts].filter(([, text]) => text.includes(PARAMETERS.password)).length;
    expect("while the parameter's name is found", named > 0, `in ${named} of them`);
    see(`Searched: ${[...texts.keys()].filter((place) => !/asset\./.test(place)).join(", ")}`);
    return `searched ${searched}`;
  },
};
