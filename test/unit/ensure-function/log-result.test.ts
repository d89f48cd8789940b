import { describe, expect, it } from "vitest";
import { logLook, logResult, logWaiting } from "../../../functions/ensure/telemetry/log-result.ts";
import { membersOf } from "../../../functions/reference/declarations/interface.ts";
import type { Outcome, ReportedDifference } from "../../../lib/report/result.ts";
import { captureLines, type LogLine } from "./captured-lines.ts";
import { sampleResource, sampleResult } from "./sample-result.ts";

const OF_THE_LOGGER = ["level", "message", "timestamp", "service", "sampling_rate"];
const LINES = {
  resource: ["ResourceLine", "RunKeys"],
  warning: ["WarningLine", "RunKeys"],
  failure: ["FailureLine", "RunKeys"],
  run: ["RunLine", "RunKeys", "PartKeys"],
  look: ["LookLine", "RunKeys", "PartKeys"],
  waiting: ["WaitingLine", "RunKeys", "PartKeys"],
};

const held: ReportedDifference = {
  field: "maxBytes",
  live: "2GiB",
  declared: "1GiB",
  impact: "lossy",
  reason: "12 messages would go.",
  forecast: { messages: 12, bytes: 4096, certainty: "at most" },
  outcome: "held",
};

describe("a run in the log", () => {
  it("has no key that the reference does not list", () => {
    const captured = captureLines();
    const causes = [{ what: "leader" as const, reason: "no leader" }];
    const error = { code: 10047, class: "storage" as const, message: "No room." };
    const settling = { reason: "no leader", causes };
    const all = { outcome: "held" as const, owner: "billing", differences: [held], error, settling };
    const many = (count: number) => Array.from({ length: count }, (_, at) => `stream/S${at}`);
    const result = sampleResult({
      resources: [sampleResource(all)],
      warnings: ["Look."],
      error: { class: "network", message: "Gone." },
      only: ["stream/*"],
      unmanaged: many(300),
      others: many(300).map((id) => ({ id, topology: "billing" })),
      orphans: many(300).map((id) => ({ id })),
    });
    logResult(result);
    logLook(result, undefined);
    logWaiting("Half a pair.", result);

    for (const { event, ...line } of captured.lines()) {
      const own = LINES[event as keyof typeof LINES].flatMap((name) =>
        membersOf("functions/ensure/telemetry/log-lines.ts", name),
      );
      const known = [...OF_THE_LOGGER, ...own.map(({ name }) => name)];
      expect(
        Object.keys(line).filter((key) => !known.includes(key)),
        String(event),
      ).toEqual([]);
    }
  });

  it.each<[Outcome, string]>([
    ["created", "INFO"],
    ["updated", "INFO"],
    ["toCreate", "INFO"],
    ["toUpdate", "INFO"],
    ["held", "WARN"],
    ["failed", "ERROR"],
  ])("has a line for a resource that is %s, at %s", (outcome, level) => {
    const captured = captureLines();
    logResult(sampleResult({ resources: [sampleResource({ outcome })] }));
    expect(ofEvent(captured.lines(), "resource")).toMatchObject([
      { level, id: "stream/ORDERS", outcome, planId: "9f2c" },
    ]);
  });

  it("has the orphans with what they hold, and the other topologies' resources apart", () => {
    const captured = captureLines();
    const orphans = [{ id: "kv/old", messages: 3, bytes: 90, consumers: 0 }];
    const others = [{ id: "stream/INVOICES", topology: "billing" }];
    logResult(
      sampleResult({ orphans, others, summary: { unchanged: 1, held: 0, failed: 0, settling: 0, unmanaged: 0 } }),
    );
    expect(captured.lines()).toMatchObject([{ message: "ensure: unchanged 1, orphans 1", orphans, others }]);
  });

  it("names the other topology that a held resource belongs to", () => {
    const captured = captureLines();
    logResult(sampleResult({ resources: [sampleResource({ outcome: "held", owner: "billing" })] }));
    expect(ofEvent(captured.lines(), "resource")).toMatchObject([{ level: "WARN", owner: "billing" }]);
  });

  it("has a line for a resource that is unchanged and settling, with the numbers", () => {
    const captured = captureLines();
    const causes = [
      { what: "replica" as const, name: "n2", behind: 1204, reason: "replica n2 is 1,204 operations behind" },
    ];
    const settling = { reason: "replica n2 is 1,204 operations behind", causes };
    logResult(sampleResult({ resources: [sampleResource({ settling })] }));
    expect(ofEvent(captured.lines(), "resource")).toMatchObject([
      { message: "stream/ORDERS unchanged: settling: replica n2 is 1,204 operations behind", settling },
    ]);
  });

  it("of a part of the topology (only) says so, and which part", () => {
    const captured = captureLines();
    const part = { only: ["stream/*"], lookedAt: { resources: 1, declared: 4 } };
    logResult(sampleResult({ ...part, summary: { unchanged: 1, held: 0, failed: 0, settling: 0, unmanaged: 0 } }));
    expect(captured.lines()).toMatchObject([
      { event: "run", message: "ensure: 1 of 4 resources looked at: unchanged 1", ...part },
    ]);
  });

  it("says nothing of what is as declared, and sums up in one line", () => {
    const captured = captureLines();
    const resources = Array.from({ length: 22 }, (_, i) => sampleResource({ id: `kv/${i}` }));
    logResult(
      sampleResult({
        resources,
        unmanaged: ["stream/OLD"],
        summary: { unchanged: 22, held: 0, failed: 0, settling: 0, unmanaged: 1 },
      }),
    );
    expect(captured.lines()).toMatchObject([
      {
        level: "INFO",
        message: "ensure: unchanged 22, unmanaged 1",
        event: "run",
        service: "jetstream-ensure",
        mode: "ensure",
        trigger: "schedule",
        planId: "9f2c",
        converged: true,
        summary: { unchanged: 22, unmanaged: 1 },
        broker: { server: "2.15.2" },
        requests: { read: 3, write: 1 },
        durationMs: 12,
        unmanaged: ["stream/OLD"],
      },
    ]);
  });

  it("shows a difference with both values in the topology's units, why it is held and what it would cost", () => {
    const captured = captureLines();
    const undeclared = [{ field: "republish", live: { src: ">", dest: "copy.>" } }];
    logResult(sampleResult({ resources: [sampleResource({ outcome: "held", differences: [held], undeclared })] }));
    const [line] = ofEvent(captured.lines(), "resource");
    expect(line).toMatchObject({
      message: "stream/ORDERS held: maxBytes 2GiB → 1GiB, lossy: at most 12 messages, held",
      differences: [held],
      undeclared,
    });
  });

  it("names the server's error of a resource that failed", () => {
    const captured = captureLines();
    const error = {
      code: 10047,
      class: "storage" as const,
      message: "No room: there is no existing stream to fall back to.",
    };
    logResult(sampleResult({ resources: [sampleResource({ outcome: "failed", error })] }));
    expect(ofEvent(captured.lines(), "resource")).toMatchObject([
      { level: "ERROR", code: 10047, class: "storage", reason: error.message },
    ]);
  });

  it("has a line at WARN for each warning", () => {
    const captured = captureLines();
    logResult(sampleResult({ warnings: ["One.", "Two."] }));
    expect(ofEvent(captured.lines(), "warning")).toMatchObject([
      { level: "WARN", message: "One." },
      { level: "WARN", message: "Two." },
    ]);
  });

  it("says once, not for each resource, that the broker could not be asked", () => {
    const captured = captureLines();
    const error = { class: "network" as const, message: "Cannot connect to the broker at nats://a:4222." };
    const resources = Array.from({ length: 22 }, (_, i) => sampleResource({ id: `kv/${i}`, outcome: "failed" }));
    logResult(sampleResult({ converged: false, planId: null, broker: null, resources, error }));
    const lines = captured.lines();
    expect(lines.map(({ level, event }) => [level, event])).toEqual([
      ["ERROR", "failure"],
      ["INFO", "run"],
    ]);
    expect(lines[0]).toMatchObject({ class: "network", message: error.message });
    expect(lines[1]).toMatchObject({ message: "ensure: the broker was not asked" });
  });

  it("shows what differs by now where the approved plan is another", () => {
    const captured = captureLines();
    const error = { class: "conflict" as const, message: "The plan 1 was approved, and the plan is 2 by now." };
    logResult(sampleResult({ mode: "plan", resources: [sampleResource({ outcome: "toUpdate" })], error }));
    expect(captured.lines().map(({ event }) => event)).toEqual(["resource", "failure", "run"]);
  });

  it("fits CloudWatch's line however much the broker holds", () => {
    const captured = captureLines();
    const huge = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`key-${i}`, "ü\u0001".repeat(50)]));
    const differences = Array.from({ length: 45 }, () => ({ ...held, live: huge, declared: huge }));
    const undeclared = Array.from({ length: 45 }, () => ({ field: "metadata", live: huge }));
    const unmanaged = Array.from({ length: 10_000 }, (_, i) => `stream/A_STREAM_WITH_A_LONG_NAME_${i}`);
    const others = unmanaged.map((id) => ({ id, topology: "ü".repeat(1024) }));
    const orphans = unmanaged.map((id) => ({ id, messages: 1e15, bytes: 1e15, consumers: 1000 }));
    const resources = [sampleResource({ outcome: "held", differences, undeclared })];
    logResult(sampleResult({ resources, unmanaged, others, orphans }));
    for (const line of captured.text().split("\n")) expect(Buffer.byteLength(line)).toBeLessThan(256 * 1024 - 26);
    const [resource, run] = captured.lines();
    expect(resource?.differences).toContainEqual({
      ...held,
      live: expect.stringMatching(/… \(\d+ bytes of JSON\)$/),
      declared: expect.stringMatching(/bytes of JSON/),
    });
    expect(run).toMatchObject({ unmanagedOmitted: 9800, othersOmitted: 9950, orphansOmitted: 9950 });
  });
});

function ofEvent(lines: LogLine[], event: string): LogLine[] {
  return lines.filter((line) => line.event === event);
}
