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
 * The topology, checked.
 *
 * @throws TopologyError whose text is all a person needs: the stack would only point into this package
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
 * The name is a dimension of every metric: CloudWatch takes printable ASCII of which not all is space (API reference,
 * "Dimension"), and CloudFormation 255 characters of it in an alarm.
 */
const FIT_NAME = /^(?=.*\S)[ -~]{1,255}$/;

function refuseUnfitName(name: string): void {
  if (FIT_NAME.test(name)) return;
  const message =
    "CloudWatch does not take this name as the value of a metric's dimension: write at most 255 ASCII characters, not " +
    "only spaces.";
  throw new TopologyError([{ path: "name", message }]);
}

/**
 * Every value that only a deployment knows. The topology is written into the function's asset at synth, so such a value
 * would reach the broker as the text that CDK puts in its place, such as `${Token[TOKEN.12]}`.
 */
function* tokensIn(value: unknown, path = ""): Generator<TopologyIssue> {
  // The elements of a list that CDK writes in place of an unknown one are tokens of another kind.
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

/** A text, cut where it is longer than AWS takes. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}

/** Changes with anything that is declared: a deployment with another one runs again. */
export function topologyHash(topology: ResolvedTopology): string {
  return createHash("sha256").update(writeResolved(topology)).digest("hex");
}
