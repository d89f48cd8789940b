import { Duration } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import type { JetStreamEnsureProps } from "../../cdk/props.ts";
import { parseEvent } from "../../functions/ensure/event.ts";
import { defineTopology } from "../../lib/topology/index.ts";
import { only, orders, statementsOf, template } from "./synth.ts";

const HOOK = "Custom::JetStreamEnsure";
const hook = (props: Partial<JetStreamEnsureProps> = {}) => only(template(props), HOOK);

/** What CloudFormation's event has, after the framework: every value is a text. */
function eventOf(properties: Record<string, unknown>) {
  return {
    RequestType: "Create",
    StackId: "arn:aws:cloudformation:eu-west-1:123456789012:stack/orders/1",
    ResourceProperties: { ...properties, version: "7", function: "orders" },
  };
}

describe("a deployment", () => {
  test("ensures, and carries what makes it run again: topology and version", () => {
    expect(hook().Properties).toEqual({
      ServiceToken: { "Fn::GetAtt": [expect.stringMatching(/frameworkonEvent/), "Arn"] },
      ServiceTimeout: "300",
      trigger: "deploy",
      mode: "ensure",
      failOn: "failed",
      topology: expect.stringMatching(/^[0-9a-f]{64}$/),
      version: { "Fn::GetAtt": [expect.stringMatching(/^EnsureFunctionCurrentVersion/), "Version"] },
      function: { Ref: expect.stringMatching(/^EnsureFunction/) },
    });
  });

  test("that removes it leaves the broker alone", () => {
    expect(hook()).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  });

  test.each([
    [{}, { mode: "ensure", failOn: "failed" }],
    [{ mode: "plan" }, { mode: "plan", failOn: "failed" }],
    [
      { mode: "plan", onDeploy: { mode: "ensure", failOn: "held" } },
      { mode: "ensure", failOn: "held" },
    ],
    [{ onDeploy: { failOn: "never" } }, { mode: "ensure", failOn: "never" }],
  ] as const)("sends what the function understands: %j", (props, { mode, failOn }) => {
    const event = eventOf(hook(props).Properties);
    expect(parseEvent(event)).toEqual({ mode, trigger: "deploy", customResource: { failOn, rollback: false } });
  });

  test("is waited for as long as two runs may take, and an hour at most", () => {
    expect(hook({ timeout: Duration.minutes(5) }).Properties.ServiceTimeout).toBe("780");
    expect(hook({ timeout: Duration.minutes(15) }).Properties.ServiceTimeout).toBe("1980");
  });

  test("goes through a framework that may invoke the alias and log, and waits while another run goes on", () => {
    const made = template();
    const actions = statementsOf(made, /^EnsureOnDeployRole/).map(({ Action }) => Action);
    expect(actions.flat().sort()).toEqual([
      "lambda:GetFunction",
      "lambda:InvokeFunction",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ]);
    made.hasResourceProperties("AWS::Lambda::Function", {
      Handler: "framework.onEvent",
      Environment: {
        Variables: { AWS_MAX_ATTEMPTS: "10", USER_ON_EVENT_FUNCTION_ARN: { Ref: "EnsureLive3775EE02" } },
      },
      LoggingConfig: { LogGroup: { Ref: "EnsureOnDeployLogs3D9AA961" } },
    });
  });

  test("does nothing where the app does not want it", () => {
    const made = template({ onDeploy: false });
    made.resourceCountIs(HOOK, 0);
    made.resourceCountIs("AWS::Lambda::Function", 1);
  });
});

describe("the next deployment", () => {
  const more = defineTopology({ ...orders, kvBuckets: [{ name: "carts", history: 5 }] });
  const marks = (topology: JetStreamEnsureProps["topology"], props: Partial<JetStreamEnsureProps> = {}) => {
    const made = template({ ...props, topology });
    const { topology: hash, version } = only(made, HOOK).Properties;
    const functions = Object.values(made.findResources("AWS::Lambda::Function"));
    const code = functions.find(({ Properties }) => Properties.Handler === "index.handler")?.Properties.Code.S3Key;
    return { hash, version, code };
  };

  test("of the same is the same: nothing runs", () => {
    expect(marks(structuredClone(orders))).toEqual(marks(orders));
  });

  test("of another topology is other code, another version, and so another run", () => {
    const [before, after] = [marks(orders), marks(more)];
    expect(after.hash).not.toBe(before.hash);
    expect(after.code).not.toBe(before.code);
    expect(after.version).not.toEqual(before.version);
  });

  test("of another configuration is another version, and so another run", () => {
    const [before, after] = [marks(orders), marks(orders, { servers: ["tls://other.example.com"] })];
    expect(after.code).toBe(before.code);
    expect(after.version).not.toEqual(before.version);
  });
});
