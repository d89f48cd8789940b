import { RemovalPolicy } from "aws-cdk-lib";
import { CfnRegistry, CfnSchema } from "aws-cdk-lib/aws-eventschemas";
import { Construct } from "constructs";
import type { ResolvedTopology } from "../../lib/topology/index.ts";

/** The console finds shareable test events by these names. */
const REGISTRY = "lambda-testevent-schemas";
const schemaName = (functionName: string) => `_${functionName}-schema`;

/** Creates the events of the console's Test button, shared with everyone in the account. */
export function testEvents(
  parent: Construct,
  {
    functionName,
    topology,
    createRegistry,
  }: { functionName: string; topology: ResolvedTopology; createRegistry: boolean },
): CfnSchema {
  const scope = new Construct(parent, "TestEvents");
  const schema = new CfnSchema(scope, "Schema", {
    registryName: REGISTRY,
    schemaName: schemaName(functionName),
    type: "OpenApi3",
    content: JSON.stringify(documentOf(eventsOf(topology))),
  });
  if (createRegistry) {
    const registry = new CfnRegistry(scope, "Registry", { registryName: REGISTRY });
    // The registry belongs to the account, and will contain the events of other functions. So it stays when the stack
    // is deleted. A rollback of the deployment that creates it does delete it. Otherwise the next deployment could not
    // create it again.
    registry.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    schema.addResourceDependency(registry);
  }
  return schema;
}

/** The events, keyed by the name that the console shows. */
export function eventsOf(topology: ResolvedTopology): Record<"plan" | "ensure" | "one-resource" | "approve", object> {
  const one = topology.resources[0]?.id ?? "stream/*";
  return {
    plan: { mode: "plan", trigger: "manual" },
    ensure: { mode: "ensure", trigger: "manual" },
    "one-resource": { mode: "plan", trigger: "manual", only: [one] },
    // No plan has this id. A user who presses Test without a change applies nothing that is held.
    approve: { mode: "ensure", trigger: "manual", approve: "the planId of the plan you read" },
  };
}

function documentOf(events: Record<string, object>): object {
  const invocation = { "x-metadata": { invocationType: "RequestResponse" } };
  const text = { type: "string" };
  return {
    openapi: "3.0.0",
    info: { version: "1.0.0", title: "Event" },
    paths: {},
    components: {
      schemas: {
        Event: {
          type: "object",
          required: ["mode"],
          properties: {
            mode: { type: "string", enum: ["plan", "ensure"] },
            trigger: text,
            only: { type: "array", items: text },
            approve: text,
          },
        },
      },
      examples: Object.fromEntries(Object.entries(events).map(([name, value]) => [name, { value, ...invocation }])),
    },
  };
}
