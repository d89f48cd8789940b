import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { HttpResponse } from "@smithy/core/protocols";
import { Duration } from "aws-cdk-lib";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { JetStreamEnsureProps } from "../../cdk/construct/options/props.ts";
import { parseEvent } from "../../functions/ensure/event/parse-event.ts";
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

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function attemptsWith(timeout: Duration): number {
  const functions = Object.values(template({ timeout }).findResources("AWS::Lambda::Function"));
  const framework = functions.find(({ Properties }) => Properties.Handler === "framework.onEvent");
  return Number(framework?.Properties.Environment.Variables.AWS_MAX_ATTEMPTS);
}

/**
 * Seconds that the framework waits for a function that is always turned away, by the SDK's own retries and with a clock
 * that does not wait: it invokes, sees that the function is active, and invokes once more.
 */
async function waitWith(maxAttempts: number, seed: number): Promise<number> {
  let state = seed + 1;
  vi.spyOn(Math, "random").mockImplementation(() => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  let invocations = 0;
  const client = new LambdaClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" },
    maxAttempts,
    requestHandler: {
      handle: async () => {
        invocations++;
        const headers = { "x-amzn-errortype": "TooManyRequestsException", "content-type": "application/json" };
        return { response: new HttpResponse({ statusCode: 429, headers, body: new Uint8Array() }) };
      },
    },
  });
  const started = Date.now();
  for (const _ of ["before the function is found active", "after"]) {
    let isTurnedAway = false;
    client.send(new InvokeCommand({ FunctionName: "live" })).catch(() => {
      isTurnedAway = true;
    });
    while (!isTurnedAway) {
      await vi.runAllTimersAsync();
      // The client reads configuration files before its first request.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  expect(invocations).toBe(2 * maxAttempts);
  return (Date.now() - started) / 1000;
}

describe("a deployment", () => {
  test("ensures, and carries what makes it run again: topology and version", () => {
    expect(hook().Properties).toEqual({
      ServiceToken: { "Fn::GetAtt": [expect.stringMatching(/frameworkonEvent/), "Arn"] },
      ServiceTimeout: "491",
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

  test("is waited for as long as another run and two of its own may take, and an hour at most", () => {
    const seconds = [1, 5, 15].map((minutes) =>
      Number(hook({ timeout: Duration.minutes(minutes) }).Properties.ServiceTimeout),
    );
    expect(seconds[0]).toBeGreaterThan(3 * 60);
    expect(seconds[1]).toBeGreaterThan(3 * 300);
    expect(seconds[2]).toBeGreaterThan(2 * 900);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(3600);
  });

  test.each([10, 60, 120, 300])(
    "outlasts a run that takes its whole timeout of %i seconds, and fits into the framework's quarter of an hour",
    async (timeout) => {
      const attempts = attemptsWith(Duration.seconds(timeout));
      const waits: number[] = [];
      for (let seed = 0; seed < 50; seed++) waits.push(await waitWith(attempts, seed));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(timeout);
      expect(Math.max(...waits) + timeout).toBeLessThanOrEqual(900);
    },
  );

  test.each([450, 600, 900])(
    "waits as long as leaves room for the run where a timeout of %i seconds is long",
    (timeout) => {
      const attempts = attemptsWith(Duration.seconds(timeout));
      expect(attempts).toBeGreaterThanOrEqual(10);
      expect(attempts).toBeLessThan(attemptsWith(Duration.seconds(300)));
    },
  );

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
        Variables: { AWS_MAX_ATTEMPTS: "12", USER_ON_EVENT_FUNCTION_ARN: { Ref: "EnsureLive3775EE02" } },
      },
      LoggingConfig: { LogGroup: { Ref: "EnsureOnDeployLogs3D9AA961" } },
    });
  });

  test("does nothing where the app does not want it", () => {
    const made = template({ onDeploy: false, dashboard: false });
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
