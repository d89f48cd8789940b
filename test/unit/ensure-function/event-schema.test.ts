import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { codeDeployHook } from "../../../functions/ensure/callers/code-deploy-hook.ts";
import { codePipelineJobId } from "../../../functions/ensure/callers/code-pipeline-job.ts";
import { widgetEvent } from "../../../functions/ensure/callers/widget/widget-event.ts";
import { parseEvent } from "../../../functions/ensure/event/parse-event.ts";
import { codePipelineEvent } from "../../support/code-pipeline-event.ts";

const schema = z.fromJSONSchema(JSON.parse(readFileSync("functions/ensure/event/event.schema.json", "utf8")));
const isKnown = (event: unknown) => schema.safeParse(event).success;

/** What CloudFormation's framework sends on. */
const customResource = {
  RequestType: "Update",
  ResponseURL: "https://cloudformation.example.com/answer",
  StackId: "arn:aws:cloudformation:eu-west-1:123456789012:stack/fleet/1",
  PhysicalResourceId: "jetstream-ensure",
  ResourceProperties: { ServiceToken: "arn", mode: "plan", failOn: "held", version: "7" },
};

const notification = (source: string, type: string) => ({ version: "0", source, "detail-type": type, detail: {} });

describe("the exported JSON Schema of an event", () => {
  it.each<[string, unknown, (event: unknown) => unknown]>([
    ["the empty event", {}, parseEvent],
    ["a schedule", notification("aws.events", "Scheduled Event"), parseEvent],
    [
      "a parameter that changed",
      { ...notification("aws.ssm", "Parameter Store Change"), detail: { name: "/nats/creds", operation: "Update" } },
      (event) => parseEvent(event).changed,
    ],
    ["a secret's label", notification("aws.secretsmanager", "Secret Label Updated"), parseEvent],
    ["a custom resource", customResource, (event) => parseEvent(event).customResource],
    ["a pipeline's job", codePipelineEvent('{"mode":"ensure"}'), codePipelineJobId],
    ["a deployment's hook", { DeploymentId: "d-1", LifecycleEventHookExecutionId: "e" }, codeDeployHook],
    ["a widget", { widgetContext: { dashboardName: "d", theme: "dark", params: { only: ["kv/*"] } } }, widgetEvent],
    ["a widget's button", { widgetContext: { theme: "dark" }, mode: "ensure", approve: "9f2c" }, widgetEvent],
  ])("has %s, which the function understands", (_, event, understood) => {
    expect(understood(event)).toBeTruthy();
    expect(isKnown(event)).toBe(true);
  });

  it("says of the function's own event just what the function says", () => {
    const odd = fc.constantFrom(null, 1, "", " ", "x", "x".repeat(64), "x".repeat(65), [], {}, true, "plan", "ensure");
    const only = fc.constantFrom(
      [],
      ["a"],
      ["a", "kv/*"],
      [""],
      [1],
      Array(500).fill("a"),
      Array(501).fill("a"),
      ["a".repeat(600)],
      ["a".repeat(601)],
    );
    const value = fc.oneof(odd, only);
    const own = fc.record(
      { mode: value, trigger: value, only: value, approve: value, adopt: value, unknown: fc.constant(1) },
      { requiredKeys: ["mode"] },
    );

    const agrees = fc.property(own, (event) => {
      expect(isKnown(event)).toBe(isTaken(event));
    });
    fc.assert(agrees, { numRuns: 300 });
  });

  it("refuses each wrong value of an event that is right otherwise", () => {
    const right = { mode: "ensure", trigger: "x", only: ["a"], approve: "9f2c", adopt: true };
    const wrong = { mode: "x", trigger: "x".repeat(65), only: [], approve: "", adopt: 1, unknown: 1 };
    expect(isKnown(right) && isTaken(right)).toBe(true);
    for (const [key, value] of Object.entries(wrong)) {
      expect([key, isKnown({ ...right, [key]: value }), isTaken({ ...right, [key]: value })]).toEqual([
        key,
        false,
        false,
      ]);
    }
  });
});

function isTaken(event: unknown): boolean {
  try {
    parseEvent(event);
    return true;
  } catch {
    return false;
  }
}
