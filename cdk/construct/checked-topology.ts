import { createHash } from "node:crypto";
import { Token } from "aws-cdk-lib";
import {
  type ResolvedTopology,
  readTopology,
  resolveTopology,
  type Topology,
  TopologyError,
  type TopologyIssue,
  writeResolved,
} from "../../lib/topology/index.ts";

/**
 * Validates and resolves the construct's topology.
 *
 * @throws TopologyError without a stack trace, which would only point into this package
 */
export function checkedTopology(topology: Topology | string): ResolvedTopology {
  try {
    const issues = [...tokensIn(topology)];
    if (issues.length > 0) throw new TopologyError(issues);
    const resolved = typeof topology === "string" ? readTopology(topology) : resolveTopology(topology);
    refuseUnfitName(resolved.name);
    return resolved;
  } catch (error) {
    if (error instanceof TopologyError) error.stack = `${error.name}: ${error.message}`;
    throw error;
  }
}

/**
 * Matches a topology's name that CloudWatch accepts. The name is a dimension of every metric. CloudWatch takes
 * printable ASCII with at least one character that is not a space (API reference, "Dimension"). CloudFormation takes at
 * most 255 characters of it in an alarm.
 */
const DIMENSION_VALUE = /^(?=.*\S)[ -~]{1,255}$/;

function refuseUnfitName(name: string): void {
  if (DIMENSION_VALUE.test(name)) return;
  const message =
    "CloudWatch does not take this name as the value of a metric's dimension: write at most 255 ASCII characters, not " +
    "only spaces.";
  throw new TopologyError([{ path: "name", message }]);
}

/**
 * Finds every CDK token in the topology: a value that only the deployment knows.
 *
 * The construct writes the topology into the function's asset at synth. A token would reach the broker as CDK's
 * placeholder text, such as `${Token[TOKEN.12]}`.
 */
function* tokensIn(value: unknown, path = ""): Generator<TopologyIssue> {
  // CDK replaces an unknown list by a list with one placeholder, which only a check of a whole list recognizes.
  if (Token.isUnresolved(value) || Token.isUnresolved([value])) {
    const message = "This is a CDK token, which only the deployment resolves: the topology needs its value at synth.";
    yield { path, message };
  } else if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* tokensIn(each, `${path}[${index}]`);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      const inner = path === "" ? name : `${path}.${name}`;
      if (Token.isUnresolved(name)) yield* tokensIn(name, path);
      else yield* tokensIn(each, inner);
    }
  }
}

/** Cuts a text to the length that AWS takes. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}

/** Hashes the topology. A deployment with another hash runs the function again. */
export function topologyHash(topology: ResolvedTopology): string {
  return createHash("sha256").update(writeResolved(topology)).digest("hex");
}
