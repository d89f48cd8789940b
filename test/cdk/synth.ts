import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { App, Stack, type StackProps } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll } from "vitest";
import { BUNDLE_CONTEXT } from "../../cdk/construct/function/code.ts";
import type { JetStreamEnsureProps } from "../../cdk/construct/options/props.ts";
import { JetStreamEnsure } from "../../cdk/jetstream-ensure.ts";
import { defineTopology } from "../../lib/topology/index.ts";

/** Where no build is needed: a bundle of one line. */
export const BUNDLE = fileURLToPath(new URL("bundle", import.meta.url));

const outdir = mkdtempSync(join(tmpdir(), "jetstream-ensure-cdk-"));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

export const orders = defineTopology({
  name: "orders",
  streams: [{ name: "ORDERS", subjects: ["orders.>"], maxAge: "30d" }],
  kvBuckets: [{ name: "carts" }],
});

export function app(context: Record<string, unknown> = {}): App {
  return new App({ outdir: mkdtempSync(join(outdir, "out-")), context: { [BUNDLE_CONTEXT]: BUNDLE, ...context } });
}

/** A stack in no account and no region, as most are at synth. */
export function stack(props?: StackProps): Stack {
  return new Stack(app(), "Stack", props);
}

type Props = Partial<JetStreamEnsureProps>;

/** The construct, with no more than it needs unless the test says so. */
export function ensure(props: Props | ((stack: Stack) => Props) = {}, at: Stack = stack()): JetStreamEnsure {
  const more = typeof props === "function" ? props(at) : props;
  return new JetStreamEnsure(at, "Ensure", { topology: orders, servers: ["tls://nats.example.com"], ...more });
}

export function templateOf(construct: JetStreamEnsure): Template {
  return Template.fromStack(Stack.of(construct));
}

export function template(props: Props | ((stack: Stack) => Props) = {}): Template {
  return templateOf(ensure(props));
}

interface Statement {
  Action: string | string[];
  Resource: unknown;
  Effect: string;
  Condition?: unknown;
}

/** What a role may do, by what its policy is called. */
export function statementsOf(template: Template, policy: RegExp): Statement[] {
  const policies = Object.entries(template.findResources("AWS::IAM::Policy"));
  const [found] = policies.flatMap(([id, { Properties }]) => (policy.test(id) ? [Properties] : []));
  if (!found) throw new Error(`No policy is called ${policy}, but ${policies.map(([id]) => id).join(", ")}.`);
  return found.PolicyDocument.Statement;
}

/** The one resource of its type. */
export function only(
  template: Template,
  type: string,
): { Properties: Record<string, unknown> } & Record<string, unknown> {
  const resources = Object.values(template.findResources(type));
  const [first] = resources;
  if (resources.length !== 1 || !first) throw new Error(`There are ${resources.length} resources of type ${type}.`);
  return first as ReturnType<typeof only>;
}
