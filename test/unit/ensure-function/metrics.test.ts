import { describe, expect, it, vi } from "vitest";
import { metrics, type Run, recordMetrics } from "../../../functions/ensure/metrics.ts";
import { captureLines } from "./captured-lines.ts";
import { sampleResource, sampleResult } from "./sample-result.ts";

const NAMES = "Created Drift DurationMs Failed Held Resources RunsSucceeded Unmanaged Updated".split(" ");

function published(run: Partial<Run>) {
  const captured = captureLines();
  recordMetrics({ topology: "orders", succeeded: true, durationMs: 41, ...run });
  metrics.publishStoredMetrics();
  return captured;
}

describe("a run's metrics", () => {
  it("are one bare embedded-format line, with the topology as the only dimension", () => {
    const log = vi.spyOn(console, "log");
    const captured = published({ result: sampleResult() });
    expect(captured.lines()).toHaveLength(1);
    const [line] = captured.metrics();
    expect(line).toMatchObject({
      topology: "orders",
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [{ Namespace: "JetStreamEnsure", Dimensions: [["topology"]] }],
      },
    });
    expect(Object.keys(line ?? {}).sort()).toEqual([...NAMES, "_aws", "topology"].sort());
    // Lambda's JSON log format wraps what goes through the global console, and a wrapped line is no metric.
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  it("state the unit of each", () => {
    const [line] = published({ result: sampleResult() }).metrics();
    const units = NAMES.map((Name) => ({ Name, Unit: Name === "DurationMs" ? "Milliseconds" : "Count" }));
    expect(line).toMatchObject({ _aws: { CloudWatchMetrics: [{ Metrics: expect.toSatisfy(sameSet(units)) }] } });
  });

  it("of an ensure count what it found as drift, mended or not", () => {
    const outcomes = ["unchanged", "created", "updated", "updated", "held", "failed"] as const;
    const result = sampleResult({
      resources: outcomes.map((outcome) => sampleResource({ outcome })),
      summary: { unchanged: 1, created: 1, updated: 2, held: 1, failed: 1, unmanaged: 3 },
    });
    const [line] = published({ result, succeeded: false }).metrics();
    expect(line).toMatchObject({ Resources: 6, Created: 1, Updated: 2, Held: 1, Failed: 1, Drift: 5, Unmanaged: 3 });
    expect(line).toMatchObject({ RunsSucceeded: 0, DurationMs: 41 });
  });

  it("of a plan count what it would do as drift, and nothing as done", () => {
    const outcomes = ["unchanged", "toCreate", "toUpdate", "held"] as const;
    const result = sampleResult({
      mode: "plan",
      resources: outcomes.map((outcome) => sampleResource({ outcome })),
      summary: { unchanged: 1, toCreate: 1, toUpdate: 1, held: 1, failed: 0, unmanaged: 0 },
    });
    const [line] = published({ result }).metrics();
    expect(line).toMatchObject({ Created: 0, Updated: 0, Held: 1, Drift: 3, RunsSucceeded: 1 });
  });

  it("say nothing of the drift of a broker that could not be asked: a zero would end an alarm", () => {
    const resources = [sampleResource({ outcome: "failed" })];
    const summary = { unchanged: 0, created: 0, updated: 0, held: 0, failed: 1, unmanaged: 0 };
    const [line] = published({
      succeeded: false,
      result: sampleResult({ broker: null, resources, summary }),
    }).metrics();
    expect(line).toMatchObject({ RunsSucceeded: 0, Failed: 1 });
    for (const name of ["Drift", "Held", "Unmanaged"]) expect(line).not.toHaveProperty(name);
  });

  it("say nothing of the drift of a run that looked at some resources only", () => {
    const [line] = published({ partial: true, result: sampleResult() }).metrics();
    expect(line).toMatchObject({ RunsSucceeded: 1, Created: 0 });
    expect(line).not.toHaveProperty("Drift");
  });

  it("of two invocations of a warm function do not mix", () => {
    published({ topology: "first", result: sampleResult() });
    const [line] = published({ topology: "second", result: sampleResult() }).metrics();
    expect(line).toMatchObject({ topology: "second", RunsSucceeded: 1 });
  });
});

function sameSet(expected: object[]) {
  const sorted = (list: object[]) => list.map((each) => JSON.stringify(each)).sort();
  return (actual: object[]) => sorted(actual).join() === sorted(expected).join();
}
