import { describe, expect, it } from "vitest";
import { jobFailure, jobSuccess } from "../../../functions/ensure/callers/code-pipeline-answer.ts";
import { EnsureFailed } from "../../../functions/ensure/ensure-failed.ts";
import { EventError } from "../../../functions/ensure/event/event-error.ts";
import { SettingsError } from "../../../functions/ensure/settings.ts";
import type { Result } from "../../../lib/report/result.ts";
import { sampleResource, sampleResult } from "./sample-result.ts";

const ID = "6f7a2b1e-0000-4000-8000-000000000000";
const VARIABLES = "planId converged summary toCreate toUpdate created updated held failed settling unmanaged".split(
  " ",
);

describe("what a pipeline is told of a run that did not fail", () => {
  it("is a sentence, and what a later action can refer to", () => {
    const resources = [
      sampleResource(),
      sampleResource({ id: "kv/carts", outcome: "toCreate" }),
      sampleResource({
        id: "stream/JOBS",
        outcome: "held",
        differences: [{ field: "storage", live: "file", declared: "memory", impact: "immutable", outcome: "held" }],
      }),
    ];
    const summary = { unchanged: 1, toCreate: 1, toUpdate: 0, held: 1, failed: 0, settling: 0, unmanaged: 2 };
    const text = "3 resources: 1 held, 1 to create, 1 unchanged. Held: stream/JOBS (storage).";

    const told = jobSuccess(sampleResult({ mode: "plan", converged: false, resources, summary }), ID);

    expect(told).toEqual({
      executionDetails: { summary: text, externalExecutionId: ID },
      outputVariables: {
        planId: "9f2c",
        converged: "false",
        summary: text,
        toCreate: "1",
        toUpdate: "0",
        created: "0",
        updated: "0",
        held: "1",
        failed: "0",
        settling: "0",
        unmanaged: "2",
      },
    });
  });

  it.each<[string, Result]>([
    [
      "a plan",
      sampleResult({
        mode: "plan",
        summary: { unchanged: 1, toCreate: 0, toUpdate: 0, held: 0, failed: 0, settling: 0, unmanaged: 0 },
      }),
    ],
    ["an ensure", sampleResult()],
  ])("has every variable after %s, as a reference to a missing one fails an action", (_, result) => {
    expect(Object.keys(jobSuccess(result, ID).outputVariables)).toEqual(VARIABLES);
  });

  it("has no plan to approve where there is none, and has not converged", () => {
    const { outputVariables, executionDetails } = jobSuccess(undefined, ID);
    expect(Object.keys(outputVariables)).toEqual(VARIABLES.filter((name) => name !== "planId"));
    expect(outputVariables.converged).toBe("false");
    expect(executionDetails.summary).toMatch(/^The run failed/);
  });

  it("keeps to what the service takes, whatever there is to say", () => {
    const resources = Array.from({ length: 4000 }, (_, i) =>
      sampleResource({ id: `stream/${"X".repeat(200)}${i}`, outcome: "held" }),
    );
    const told = jobSuccess(sampleResult({ resources }), ID);
    // ExecutionDetails: 2048; the names of variables: [A-Za-z0-9@\-_]+; a value that refers to one: 1000.
    expect(told.executionDetails.summary?.length).toBeLessThanOrEqual(500);
    for (const [name, value] of Object.entries(told.outputVariables)) {
      expect(name).toMatch(/^[A-Za-z0-9@\-_]+$/);
      expect(value.length).toBeLessThanOrEqual(500);
    }
  });
});

describe("what a pipeline is told of a failure", () => {
  it.each([
    ["JobFailed", new EnsureFailed("The broker cannot be reached.")],
    ["JobFailed", new TypeError("x is not a function")],
    ["ConfigurationError", new EventError(['"mode" is "x"'])],
    ["ConfigurationError", new SettingsError("The function's environment is wrong.")],
  ])("is of the type %s for %o", (type, error) => {
    expect(jobFailure(error, ID)).toEqual({ type, message: error.message, externalExecutionId: ID });
  });

  it("is never longer than the service takes, and never empty", () => {
    expect(jobFailure(new Error("x".repeat(9000)), ID).message?.length).toBe(5000);
    expect(jobFailure(new Error(""), ID).message).toBe("Error");
  });
});
