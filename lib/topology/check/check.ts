import { topologySchema } from "../schema/topology.ts";
import type { TopologyIssue } from "../topology-error.ts";
import { sentence } from "./mistake-text.ts";
import { dotted } from "./path.ts";
import { unknownField } from "./unknown-fields.ts";

/** A mistake in the form of a topology, with its place as keys and indexes. */
export interface FormIssue extends TopologyIssue {
  keys: PropertyKey[];
}

/** What is wrong with the form: unknown and missing fields, types, units, names. */
export function formIssues(input: unknown): FormIssue[] {
  const { error } = topologySchema.safeParse(input, { error: sentence });
  return (error?.issues ?? []).flatMap((issue) => {
    if (issue.path.length === 0 && issue.code === "invalid_type")
      return [placed([], `This is no topology: ${issue.message}`)];
    if (issue.code !== "unrecognized_keys") return [placed(issue.path, issue.message)];
    return issue.keys.map((key) => placed([...issue.path, key], unknownField(key, issue.path)));
  });
}

function placed(keys: PropertyKey[], message: string): FormIssue {
  return { path: dotted(keys), message, keys };
}
