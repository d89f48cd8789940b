import { formIssues } from "./check/check.ts";
import { unreadableFields } from "./check/unreadable.ts";
import { findings } from "./rules/rules.ts";
import type { Topology } from "./schema/topology.ts";
import { TopologyError, type TopologyIssue } from "./topology-error.ts";
import { usable } from "./usable.ts";

/** Every mistake in a topology: of its form, of each resource, and of the whole, in the order of its lists. */
export function topologyIssues(input: unknown): TopologyIssue[] {
  const unreadable = unreadableFields(input);
  if (unreadable.length > 0) return unreadable;
  const form = formIssues(input);
  const issues = [...form, ...findings(usable(input, form))].map(({ path, message }) => ({ path, message }));
  return issues.map((issue) => named(input, issue));
}

/** The topology as given, when nothing is wrong with it. */
export function validated(input: unknown): Topology {
  const issues = topologyIssues(input);
  if (issues.length > 0) throw new TopologyError(issues);
  return input as Topology;
}

/** Adds the resource's name, which a person knows better than its index. */
function named(input: unknown, issue: TopologyIssue): TopologyIssue {
  const [, list = "", at = ""] = /^(\w+)\[(\d+)\]/.exec(issue.path) ?? [];
  const element = (input as Record<string, { name?: unknown }[]> | null | undefined)?.[list]?.[Number(at)];
  return typeof element?.name === "string" ? { ...issue, resource: element.name } : issue;
}
