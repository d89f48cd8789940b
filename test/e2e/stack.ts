import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Stack as StackDescription,
  type StackEvent,
} from "@aws-sdk/client-cloudformation";
import type { Commands, Ended } from "./command.ts";
import { ACCOUNT, REGION } from "./environment.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const CDK = join(REPOSITORY, "node_modules", "aws-cdk", "bin", "cdk");
const NAME = "Kanade";

/** The custom resource whose events tell of the deploy hook. */
const HOOK = "Custom::JetStreamEnsure";

export interface Deployment extends Ended {
  /** The stack's events since it began, oldest first. */
  events: StackEvent[];
  /** Those of the deploy hook. */
  hook: StackEvent[];
  /** The stack's status at its end. */
  status: string;
}

/** The kanade stack as `cdk/` has it, handled by the project's own CDK command line. */
export interface Stack {
  bootstrap(): Promise<Ended>;
  /** @param context what a person gives with `-c name=value` */
  deploy(context: Record<string, string>): Promise<Deployment>;
  destroy(): Promise<Deployment>;
  output(key: "FunctionName" | "LogGroupName"): Promise<string>;
  /** The names of its resources of a type. */
  resources(type: string): Promise<string[]>;
  /** The template that CloudFormation has. */
  template(): Promise<string>;
  /** Where templates and assets are synthesized to. */
  assembly: string;
}

/** @param dir where templates and assets are synthesized to */
export function stackIn(dir: string, commands: Commands): Stack {
  const client = new CloudFormationClient({});
  const assembly = join(dir, "cdk.out");
  const cdk = (cwd: string, ...args: string[]) =>
    commands.run(process.execPath, [CDK, ...args, "--ci", "--no-notices"], cwd);
  let last: string[] = [];

  async function describe(): Promise<StackDescription | undefined> {
    const { Stacks = [] } = await client
      .send(new DescribeStacksCommand({ StackName: NAME }))
      .catch(() => ({}) as never);
    return Stacks[0];
  }

  /** By id where there is one: a stack that is gone has no name any more. */
  async function observed(command: () => Promise<Ended>): Promise<Deployment> {
    const began = Date.now();
    const before = (await describe())?.StackId;
    const ended = await command();
    const StackName = (await describe())?.StackId ?? before ?? NAME;
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
    const events = StackEvents.filter(({ Timestamp }) => Number(Timestamp) >= began).reverse();
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const hook = events.filter(({ ResourceType }) => ResourceType === HOOK);
    return { ...ended, events, hook, status: Stacks[0]?.StackStatus ?? "" };
  }

  return {
    assembly,
    // Elsewhere: beside cdk.json it would build the app, of which it needs nothing.
    bootstrap: () => cdk(dir, "bootstrap", `aws://${ACCOUNT}/${REGION}`),
    deploy(context) {
      last = Object.entries(context).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
      const args = ["--require-approval", "never", "--progress", "events", "--output", assembly];
      return observed(() => cdk(REPOSITORY, "deploy", NAME, ...args, ...last));
    },
    destroy: () => observed(() => cdk(REPOSITORY, "destroy", NAME, "--force", "--output", assembly, ...last)),
    async output(key) {
      const { Outputs = [] } = (await describe()) ?? {};
      const value = Outputs.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
      if (value === undefined) throw new Error(`The stack has no output ${key}.`);
      return value;
    },
    async resources(type) {
      const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: NAME }));
      const its = StackResources.filter(({ ResourceType }) => ResourceType === type);
      return its.map(({ PhysicalResourceId = "" }) => PhysicalResourceId);
    },
    async template() {
      const { TemplateBody = "" } = await client.send(new GetTemplateCommand({ StackName: NAME }));
      return TemplateBody;
    },
  };
}

/** The first paragraph of why a resource failed: the rest is the framework's own, with a stack of it. */
export function reasonOf(event: StackEvent | undefined): string {
  return (event?.ResourceStatusReason ?? "").split("\n\n")[0]?.replaceAll(/\s+/g, " ").trim() ?? "";
}
