import type { Command } from "commander";
import { count, visible } from "../../lib/text/text.ts";
import type { ResolvedTopology, ResourceKind } from "../../lib/topology/index.ts";
import { loadTopology } from "../../lib/topology/load/load.ts";
import { topologyWarnings } from "../../lib/topology/topology-warnings.ts";
import { requiredTopology } from "./run-options.ts";

const NOUNS: Record<ResourceKind, string> = {
  stream: "stream",
  kv: "KV bucket",
  object: "object store",
  consumer: "consumer",
};

/** Adds the verb `validate`, for editors, hooks and CI. It asks no broker. */
export function addValidateVerb(program: Command): void {
  program
    .command("validate")
    .summary("check a topology file; asks no broker")
    .description("Checks a topology file, and names every mistake in it with its place. Asks no broker.")
    .option("--topology <file>", "the declaration: .json, .yaml, .ts or .js (required)")
    .option("--verbose", "the stack of an unexpected error (as DEBUG=1)")
    .addHelpText("after", "\nExit code: 0 a run would take it, also with warnings (lines with !), 1 it has mistakes.")
    .action(async (options: { topology?: string }) => {
      const topology = await loadTopology(requiredTopology(options));
      process.stdout.write(`${visible(summaryOf(topology))}\n`);
      for (const warning of topologyWarnings(topology.resources)) process.stdout.write(`! ${visible(warning)}\n`);
    });
}

function summaryOf({ name, resources }: ResolvedTopology): string {
  const kinds = Map.groupBy(resources, ({ kind }) => kind);
  const parts = [...kinds].map(([kind, members]) => count(members.length, NOUNS[kind]));
  return `${name}: ${count(resources.length, "resource")}${parts.length > 0 ? ` (${parts.join(", ")})` : ""}, no mistakes.`;
}
