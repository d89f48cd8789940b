import { describe, expect, it, vi } from "vitest";
import { METRICS, type Metric } from "../../../functions/ensure/telemetry/metric-names.ts";
import { metrics, type Run, recordMetrics } from "../../../functions/ensure/telemetry/record-metrics.ts";
import type { Outcome, Result } from "../../../lib/report/result.ts";
import { captureLines } from "./captured-lines.ts";
import { sampleResource, sampleResult } from "./sample-result.ts";

const BYTES = ["StorageDeclared", "StorageLimit", "StorageReserved"];
const COUNTS = "Created Drift Failed Held Mended Orphans Resources RunsSucceeded Settling Unmanaged Updated".split(" ");
const NAMES = [...COUNTS, ...BYTES, "DurationMs"];

function published(run: Partial<Run>) {
  const captured = captureLines();
  recordMetrics({ topology: "orders", functionName: "ensure", succeeded: true, durationMs: 41, ...run });
  metrics.publishStoredMetrics();
  return captured;
}

describe("a run's metrics", () => {
  it("are one bare embedded-format line, with the topology and the function as dimensions", () => {
    const log = vi.spyOn(console, "log");
    const captured = published({ result: withLimit() });
    expect(captured.lines()).toHaveLength(1);
    const [line] = captured.metrics();
    expect(line).toMatchObject({
      topology: "orders",
      function: "ensure",
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [{ Namespace: "JetStreamEnsure", Dimensions: [["topology", "function"]] }],
      },
    });
    expect(Object.keys(line ?? {}).sort()).toEqual([...NAMES, "_aws", "function", "topology"].sort());
    // Lambda's JSON log format wraps what goes through the global console, and a wrapped line is no metric.
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  it("state the unit of each", () => {
    const [line] = published({ result: withLimit() }).metrics();
    const units = [
      ...COUNTS.map((Name) => ({ Name, Unit: "Count" })),
      ...BYTES.map((Name) => ({ Name, Unit: "Bytes" })),
      { Name: "DurationMs", Unit: "Milliseconds" },
    ];
    expect(line).toMatchObject({ _aws: { CloudWatchMetrics: [{ Metrics: expect.toSatisfy(sameSet(units)) }] } });
  });

  it("of an ensure count what it found as drift, mended or not", () => {
    const outcomes = ["unchanged", "created", "updated", "updated", "held", "failed"] as const;
    const result = sampleResult({
      resources: outcomes.map((outcome) => sampleResource({ outcome })),
      summary: { unchanged: 1, created: 1, updated: 2, held: 1, failed: 1, settling: 0, unmanaged: 3 },
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
      summary: { unchanged: 1, toCreate: 1, toUpdate: 1, held: 1, failed: 0, settling: 0, unmanaged: 0 },
    });
    const [line] = published({ result }).metrics();
    expect(line).toMatchObject({ Created: 0, Updated: 0, Held: 1, Drift: 3, RunsSucceeded: 1 });
  });

  it("count a scheduled run as one that mended where it applied anything, once for all its resources", () => {
    const difference = { field: "maxAge", live: "1d", declared: "2d", impact: "safe" as const };
    const resources = [
      sampleResource({ outcome: "created" }),
      sampleResource({ outcome: "held", differences: [{ ...difference, outcome: "applied" }] }),
      sampleResource({ outcome: "held", differences: [{ ...difference, outcome: "held" }] }),
      sampleResource(),
    ];
    expect(published({ result: sampleResult({ resources }) }).metrics()).toMatchObject([{ Mended: 1 }]);
    expect(published({ result: sampleResult({ mode: "plan", resources }) }).metrics()).toMatchObject([{ Mended: 0 }]);
    expect(published({ result: sampleResult() }).metrics()).toMatchObject([{ Mended: 0 }]);
  });

  it("leave mending out where no schedule asked: a deployment changes them on purpose", () => {
    const resources = [sampleResource({ outcome: "updated" })];
    for (const trigger of ["deploy", "manual", "pipeline", "dashboard"]) {
      const [line] = published({ result: sampleResult({ trigger, resources }) }).metrics();
      expect(line).not.toHaveProperty("Mended");
    }
  });

  it("count what is settling, and not in a run of a part of the topology", () => {
    const summary = { unchanged: 4, held: 0, failed: 0, settling: 2, unmanaged: 0 };
    expect(published({ result: sampleResult({ summary }) }).metrics()).toMatchObject([{ Settling: 2 }]);
    const part = { lookedAt: { resources: 1, declared: 4 } };
    expect(published({ result: sampleResult({ summary, ...part }) }).metrics()[0]).not.toHaveProperty("Settling");
  });

  it("count the orphans of the topology", () => {
    const orphans = [{ id: "kv/old", messages: 3, bytes: 90, consumers: 0 }];
    expect(published({ result: sampleResult({ orphans }) }).metrics()).toMatchObject([{ Orphans: 1 }]);
  });

  it("are by kind of resource too, for the kinds that are declared: what was found, what is held, what failed", () => {
    const of = (id: string, outcome: Outcome) => sampleResource({ id, outcome });
    const resources = [
      of("stream/A", "updated"),
      of("stream/B", "held"),
      of("kv/jobs", "unchanged"),
      of("consumer/A/one", "failed"),
      of("consumer/A/two", "unchanged"),
    ];
    const captured = published({ result: sampleResult({ resources }) });
    expect(captured.metricsByKind()).toMatchObject([
      { topology: "orders", kind: "stream", Drift: 2, Held: 1, Failed: 0 },
      { topology: "orders", kind: "kv", Drift: 0, Held: 0, Failed: 0 },
      { topology: "orders", kind: "consumer", Drift: 1, Held: 0, Failed: 1 },
    ]);
    for (const { _aws, function: name } of captured.metricsByKind()) {
      expect(name).toBe("ensure");
      expect(_aws).toMatchObject({
        CloudWatchMetrics: [{ Namespace: "JetStreamEnsure", Dimensions: [["topology", "function", "kind"]] }],
      });
    }
  });

  it("have the storage in bytes, and no limit where there is none", () => {
    const [line] = published({ result: sampleResult() }).metrics();
    expect(line).toMatchObject({ StorageDeclared: 10, StorageReserved: 10 });
    expect(line).not.toHaveProperty("StorageLimit");
  });

  it("say nothing of the drift of a broker that could not be asked: a zero would end an alarm", () => {
    const resources = [sampleResource({ outcome: "failed" })];
    const summary = { unchanged: 0, created: 0, updated: 0, held: 0, failed: 1, settling: 0, unmanaged: 0 };
    const captured = published({ succeeded: false, result: sampleResult({ broker: null, resources, summary }) });
    const [line] = captured.metrics();
    expect(line).toMatchObject({ RunsSucceeded: 0, Failed: 1 });
    expect(captured.metricsByKind()).toEqual([]);
    for (const name of ["Drift", "Held", "Unmanaged"]) expect(line).not.toHaveProperty(name);
  });

  it("of a run of a part of the topology (only) are not taken for the whole: neither drift nor a sign of life", () => {
    const part = { resources: [sampleResource()], only: ["stream/*"], lookedAt: { resources: 1, declared: 4 } };
    const captured = published({ result: sampleResult(part) });
    const [line] = captured.metrics();
    expect(line).toMatchObject({ Created: 0, Updated: 0, StorageDeclared: 10 });
    expect(line).not.toHaveProperty("Failed");
    const ofTheWhole = Object.entries<Metric>(METRICS).filter(([, metric]) => metric.ofTheWhole);
    expect(ofTheWhole.map(([name]) => name).filter((name) => name in (line ?? {}))).toEqual([]);
    expect(Object.keys(METRICS).filter((name) => !(name in (line ?? {})))).toEqual(
      [...ofTheWhole.map(([name]) => name), "Failed", "StorageLimit"].toSorted(),
    );
    expect(captured.metricsByKind()).toEqual([]);
  });

  it("of a run of a part of the topology (only) tell what failed", () => {
    const resources = [sampleResource({ outcome: "failed" })];
    const summary = { unchanged: 0, created: 0, updated: 0, held: 0, failed: 1, settling: 0, unmanaged: 0 };
    const part = { resources, summary, lookedAt: { resources: 1, declared: 4 } };
    const [line] = published({ succeeded: false, result: sampleResult(part) }).metrics();
    expect(line).toMatchObject({ Failed: 1 });
    expect(line).not.toHaveProperty("Drift");
  });

  it("of two invocations of a warm function do not mix", () => {
    published({ topology: "first", result: sampleResult() });
    const [line] = published({ topology: "second", result: sampleResult() }).metrics();
    expect(line).toMatchObject({ topology: "second", RunsSucceeded: 1 });
  });
});

function withLimit(): Result {
  const result = sampleResult();
  const { broker } = result;
  return { ...result, broker: broker && { ...broker, storage: { ...broker.storage, limit: 20 } } };
}

function sameSet(expected: object[]) {
  const sorted = (list: object[]) => list.map((each) => JSON.stringify(each)).sort();
  return (actual: object[]) => sorted(actual).join() === sorted(expected).join();
}
