import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type RunOptions, run } from "../../../lib/ensure/run.ts";
import { resolveTopology } from "../../../lib/topology/index.ts";
import { FakeBroker } from "../../support/fake-broker.ts";

const topology = resolveTopology({ name: "t", streams: [{ name: "A" }, { name: "B" }, { name: "C" }] });

function runWith(options: Partial<RunOptions>, broker = new FakeBroker()) {
  return run({ topology, connect: async () => broker.connection(), mode: "ensure", trigger: "test", ...options });
}

afterEach(() => void vi.useRealTimers());

describe("a run that makes no sense is refused before it connects", () => {
  it.each<[string, Partial<RunOptions>, string]>([
    ["an approval of a plan", { mode: "plan", approve: "0123456789abcdef" }, '"approve" goes with the mode "ensure"'],
    ["an approval of what is no plan", { approve: "0123" }, '"approve" is "0123": it must be the id of a plan, 16 hex'],
    [
      "an approval of a long text, of which 80 characters are shown",
      { approve: "x".repeat(100) },
      `"approve" is "${"x".repeat(80)}": it must`,
    ],
    ["none of its resources", { only: [] }, '"only" matches no resource of the topology "t": an empty list. It takes'],
    [
      "one that is not there",
      { only: ["stream/A", "kv/*"] },
      '"only" matches no resource of the topology "t": "kv/*".',
    ],
    [
      "more that are not there than a sentence names",
      { only: Array.from({ length: 13 }, (_, at) => `x${at}`) },
      '"x8", "x9" and 3 more. It takes',
    ],
    ["too many patterns", { only: Array(501).fill("stream/A") }, '"only" has 501 patterns: it may have 500 at most.'],
    ["too long a pattern", { only: [`*${"a*".repeat(300)}`] }, '"only" has a pattern of 601 characters ("*a*a*a'],
    ["two that are not there", { only: ["kv/*", "x"] }, '"only" matches no resource of the topology "t": "kv/*", "x".'],
  ])("%s", async (_, options, message) => {
    const connect = vi.fn();

    await expect(runWith({ ...options, connect })).rejects.toMatchObject({
      name: "RequestError",
      message: expect.stringContaining(message),
    });
    expect(connect).not.toHaveBeenCalled();
  });
});

describe("the connection", () => {
  it("is closed after a run, also after one that could not read", async () => {
    const [broker, broken] = [new FakeBroker(), new FakeBroker()];
    broken.troubles.push(() => "denied");

    await runWith({}, broker);
    await runWith({}, broken);

    expect([broker.closed, broken.closed]).toEqual([true, true]);
  });

  it.each([
    ["of a known class", Object.assign(new Error("no password"), { class: "auth" }), "auth"],
    ["of an unknown class", Object.assign(new Error("no password"), { class: "odd" }), "unknown"],
    ["of no class", new Error("no password"), "unknown"],
  ])("that fails by an error %s ends in a report", async (_, error, expected) => {
    const result = await runWith({ connect: () => Promise.reject(error) });

    expect(result).toMatchObject({ error: { class: expected, message: "no password" }, broker: null, planId: null });
    expect(result.resources).toHaveLength(3);
  });

  it("that comes after the deadline is closed, and the report is there before", async () => {
    const broker = new FakeBroker();
    const late = new Promise<NatsConnection>((resolve) => setTimeout(() => resolve(broker.connection()), 100));

    const result = await runWith({ connect: () => late, deadline: Date.now() + 270 - 250 });

    expect(broker.closed).toBe(false);
    expect(result.error).toMatchObject({ class: "network", message: expect.stringContaining("time was up") });
    await late;
    await sleep(0);
    expect(broker.closed).toBe(true);
    expect(broker.requests).toEqual([]);
  });
});

it("what is not reached before the deadline is told as such, and 250 ms are left to tell it", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime("2026-01-31T00:00:00Z");
  const broker = new FakeBroker();
  broker.troubles.push(({ verb }) => {
    if (verb === "STREAM.CREATE.A") vi.setSystemTime(Date.now() + 750);
    return undefined;
  });
  const ordered = resolveTopology({
    name: "t",
    streams: [{ name: "A" }, { name: "B", sources: [{ name: "A" }] }],
    consumers: [{ stream: "A", name: "c", ackPolicy: "explicit" }],
  });

  const result = await runWith({ topology: ordered, deadline: Date.now() + 1000 }, broker);

  expect(broker.writes).toEqual(["STREAM.CREATE.A"]);
  expect(result.resources).toMatchObject([
    { outcome: "created" },
    { outcome: "failed", error: { class: "unavailable", message: expect.stringContaining("It was not reached") } },
    { outcome: "failed", error: { class: "unavailable" } },
  ]);
  expect(result.durationMs).toBe(750);
});

it("what was read before the deadline is reported where the rest is not", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime("2026-01-31T00:00:00Z");
  const broker = new FakeBroker().add({ name: "A", subjects: ["A"] }).add({ name: "OLD", subjects: ["OLD"] });
  broker.troubles.push(({ verb }) => {
    if (verb === "STREAM.INFO.OLD") vi.setSystemTime(Date.now() + 800);
    return undefined;
  });
  const declared = resolveTopology({ name: "t", streams: [{ name: "A", maxBytes: 5, description: "x" }] });

  const result = await runWith({ topology: declared, deadline: Date.now() + 1000 }, broker);

  expect(result.error).toBeUndefined();
  expect(broker.writes).toEqual([]);
  expect(result.resources).toMatchObject([{ id: "stream/A", outcome: "held", error: { class: "unavailable" } }]);
});

describe("an approved plan", () => {
  it("is carried out, with what it loses", async () => {
    const broker = new FakeBroker().add({ name: "A", subjects: ["A"] }, { messages: 8 });
    const lossy = resolveTopology({ name: "t", streams: [{ name: "A", maxMsgs: 5 }] });
    const plan = await runWith({ topology: lossy, mode: "plan" }, broker);
    expect(plan.resources[0]?.outcome).toBe("held");

    broker.closed = false;
    const result = await runWith({ topology: lossy, approve: plan.planId ?? "" }, broker);

    expect(result).toMatchObject({ converged: true, planId: plan.planId, summary: { updated: 1 } });
    expect(broker.writes).toEqual(["STREAM.UPDATE.A"]);
  });

  it.each([
    [1234, 1290, true],
    [1234, 1310, false],
    [5, 6, false],
    [12, 13, false],
  ])("of %i messages is the same one with %i: %s", async (some, others, same) => {
    const topology = resolveTopology({ name: "t", streams: [{ name: "A", maxMsgs: 1 }] });
    const idOf = async (messages: number) =>
      (
        await runWith(
          { topology, mode: "plan" },
          new FakeBroker().add({ name: "A", subjects: ["A"] }, { messages: messages + 1 }),
        )
      ).planId;

    expect((await idOf(some)) === (await idOf(others))).toBe(same);
  });
});

describe("writes at once", () => {
  it.each([
    ["that reserve storage, on one server", 10, undefined, 1],
    ["that reserve storage, in a cluster", 10, "c", 12],
    ["that reserve none", undefined, undefined, 12],
  ])("%s", async (_, maxBytes, cluster, expected) => {
    const streams = Array.from({ length: 20 }, (_, at) => ({ name: `S${at}`, ...(maxBytes ? { maxBytes } : {}) }));
    const broker = new FakeBroker({ version: "2.15.2", ...(cluster ? { cluster } : {}) });

    await runWith({ topology: resolveTopology({ name: "t", streams }) }, broker);

    expect(broker.mostWritesAtOnce).toBe(expected);
  });
});
