import { describe, expect, it } from "vitest";
import { orderOf, roomTaken, type WriteUnit } from "../../../lib/ensure/order.ts";
import type { Action } from "../../../lib/plan/action.ts";
import { CONSUMER_TABLE, STREAM_TABLE } from "../../../lib/plan/fields/tables.ts";
import { type StreamWrite, streamWrite } from "../../../lib/plan/stream-write.ts";
import { CAUTIOUS, question } from "../plan/question.ts";

const about = (name: string) => ({
  table: STREAM_TABLE,
  resource: {
    id: `stream/${name}`,
    kind: "stream" as const,
    name,
    stream: name,
    enforced: {},
    createDefaults: {},
    policy: CAUTIOUS,
  },
});
const create = (name: string, config: object): Action => ({
  ...about(name),
  does: "create",
  config: { name, ...config },
  missing: [],
});
const update = (name: string, live: object, config: object): Action => ({
  ...about(name),
  does: "update",
  decision: { differences: [], undeclared: [], target: {}, update: { name, ...config } },
  question: { ...question(live, {}), live: { name, ...live } },
});
const consumer = (stream: string): Action => {
  const resource = { id: `consumer/${stream}/c`, kind: "consumer" as const, name: "c", stream };
  const rest = { enforced: {}, createDefaults: {}, policy: CAUTIOUS };
  return { table: STREAM_TABLE, resource: { ...resource, ...rest }, does: "create", config: {}, missing: [] };
};
/** A consumer whose pending acknowledgements are lowered. */
const lowered = (stream: string, from: number, to: number): Action => ({
  ...consumer(stream),
  table: CONSUMER_TABLE,
  does: "update",
  decision: { differences: [], undeclared: [], target: {}, update: { name: "c", max_ack_pending: to } },
  question: { ...question({}, {}), live: { name: "c", max_ack_pending: from } },
});
const idsOf = (unit: WriteUnit) => unit.actions.map(({ resource }) => resource.id).join("+");
/** What each unit waits for, whatever it waits through. */
const before = (unit: WriteUnit): string[] =>
  unit.waitsFor.flatMap((each) => (each.actions.length > 0 ? [idsOf(each)] : before(each)));
const order = (...actions: Action[]) =>
  Object.fromEntries(
    orderOf(actions).flatMap((unit) => (unit.actions.length > 0 ? [[idsOf(unit), before(unit).sort()]] : [])),
  );

it("a consumer waits for its stream, and for no other", () => {
  expect(order(consumer("A"), create("A", {}), create("B", {}))["consumer/A/c"]).toEqual(["stream/A"]);
});

it("a mirror and a stream with sources wait for their origins, unless those are elsewhere", () => {
  const elsewhere = { name: "C", external: { api: "$JS.hub.API" } };
  const found = order(
    create("M", { mirror: { name: "A" } }),
    create("S", { sources: [{ name: "B" }, elsewhere] }),
    create("A", {}),
    create("B", {}),
    create("C", {}),
  );

  expect(found).toMatchObject({ "stream/M": ["stream/A"], "stream/S": ["stream/B"] });
});

it("a stream that takes a subject is one unit with the stream that lets go of it", () => {
  const found = order(
    create("NEW", { subjects: ["a.*"] }),
    update("OLD", { subjects: ["a.b", "c"] }, { subjects: ["c"] }),
    update("SAME", { subjects: ["d"] }, { subjects: ["d"] }),
    consumer("OLD"),
    create("COPY", { mirror: { name: "NEW" } }),
  );

  expect(found).toEqual({
    "stream/NEW+stream/OLD": [],
    "stream/SAME": [],
    "consumer/OLD/c": ["stream/NEW+stream/OLD"],
    "stream/COPY": ["stream/NEW+stream/OLD"],
  });
});

it("all that a claim waits for is over before its release", () => {
  const found = order(
    create("NEW", { subjects: ["a"], sources: [{ name: "ORIGIN" }] }),
    update("OLD", { subjects: ["a", "c"] }, { subjects: ["c"] }),
    create("ORIGIN", {}),
  );

  expect(found).toEqual({ "stream/ORIGIN": [], "stream/NEW+stream/OLD": ["stream/ORIGIN"] });
});

it("a circle of origins ends at the one that closes it, and every unit comes after those that it waits for", () => {
  const units = orderOf([
    update("A", {}, { sources: [{ name: "C" }] }),
    update("B", {}, { sources: [{ name: "A" }] }),
    update("C", {}, { sources: [{ name: "B" }] }),
  ]);

  expect(units.map(idsOf)).toEqual(["stream/B", "stream/C", "stream/A"]);
  for (const [at, unit] of units.entries()) {
    for (const each of unit.waitsFor) expect(units.indexOf(each)).toBeLessThan(at);
  }
});

it("consumerLimits that are lowered wait for the consumer that is lowered with them", () => {
  const stream = (limit: number) => update("A", {}, { consumer_limits: { max_ack_pending: limit } });

  expect(order(stream(50), lowered("A", 100, 50))).toEqual({ "consumer/A/c": [], "stream/A": ["consumer/A/c"] });
  expect(order(stream(50), lowered("A", 50, 40))).toEqual({ "stream/A": [], "consumer/A/c": ["stream/A"] });
  expect(order(stream(50), lowered("A", 100, 51))).toEqual({ "stream/A": [], "consumer/A/c": ["stream/A"] });
});

describe("the time that ordering takes grows with what is ordered", () => {
  /** Milliseconds; the best of three, for others work on this machine too. */
  const timeOf = (actions: Action[]) =>
    Math.min(
      ...[1, 2, 3].map(() => {
        const started = performance.now();
        orderOf(actions);
        return performance.now() - started;
      }),
    );
  const some = (count: number, make: (at: number) => Action) => Array.from({ length: count }, (_, at) => make(at));

  it("of 10,000 creates", () => {
    expect(timeOf(some(10_000, (at) => create(`S${at}`, { subjects: [`s.${at}.>`] })))).toBeLessThan(500);
  });

  it("of layers of three, each a copy of the three before", () => {
    const layered = some(600, (at) => {
      const layer = Math.floor(at / 3);
      const origins = layer === 0 ? [] : [0, 1, 2].map((one) => ({ name: `S${(layer - 1) * 3 + one}` }));
      return create(`S${at}`, { sources: origins });
    });

    expect(timeOf(layered)).toBeLessThan(200);
  });

  it("of a chain of 10,000 copies, the last one first", () => {
    const chain = some(10_000, (at) => create(`S${at}`, { mirror: { name: `S${at + 1}` } }));

    expect(timeOf(chain)).toBeLessThan(500);
  });

  it("of 2,000 streams that free room and 2,000 that take some", () => {
    const freeing = some(2000, (at) => update(`F${at}`, { max_bytes: 9 }, { max_bytes: 1 }));
    const taking = some(2000, (at) => create(`T${at}`, { max_bytes: 9 }));

    expect(timeOf([...freeing, ...taking])).toBeLessThan(500);
  });

  it("of 2,000 subjects that move", () => {
    const moving = some(2000, (at) =>
      update(`O${at}`, { subjects: [`a.${at}`, `b.${at}`] }, { subjects: [`b.${at}`] }),
    );
    const taking = some(2000, (at) => create(`N${at}`, { subjects: [`a.${at}`] }));

    expect(timeOf([...moving, ...taking])).toBeLessThan(1000);
  });
});

it("a stream that takes room waits for those before it that free some, and for no other", () => {
  const [small, large] = [
    { subjects: ["f"], max_bytes: 10 },
    { subjects: ["f"], max_bytes: 50 },
  ];
  const found = order(
    update("FREES", large, small),
    create("TAKES", { max_bytes: 20 }),
    create("NONE", {}),
    update("GROWS", { subjects: ["g"], max_bytes: 10 }, { subjects: ["g"], max_bytes: 11 }),
    update("SAME", { subjects: ["s"], max_bytes: 10 }, { subjects: ["s"], max_bytes: 10 }),
    update("LATE", { subjects: ["l"], max_bytes: 50 }, { subjects: ["l"] }),
    update("COPIES", { subjects: ["c"], num_replicas: 3 }, { subjects: ["c"], num_replicas: 1 }),
    create("LAST", {}),
  );

  expect(found).toEqual({
    "stream/FREES": [],
    "stream/TAKES": ["stream/FREES"],
    // It takes a place among the account's streams.
    "stream/NONE": ["stream/FREES"],
    "stream/GROWS": ["stream/FREES"],
    "stream/SAME": [],
    "stream/LATE": [],
    "stream/COPIES": [],
    "stream/LAST": ["stream/COPIES", "stream/FREES", "stream/LATE"],
  });
});

it("room is counted by replicas", () => {
  const write = (live: object, config: object) => streamWrite(update("A", live, config)) as StreamWrite;

  expect(roomTaken(write({ max_bytes: 10, num_replicas: 3 }, { max_bytes: 20, num_replicas: 3 }))).toBe(30);
  expect(roomTaken(write({ max_bytes: 30, num_replicas: 1 }, { max_bytes: 10, num_replicas: 3 }))).toBe(2);
  expect(roomTaken(write({ max_bytes: -1 }, { max_bytes: 5 }))).toBe(5);
  expect(roomTaken(streamWrite(create("A", { max_bytes: 10, num_replicas: 3 })) as StreamWrite)).toBe(31);
  expect(roomTaken(streamWrite(create("A", {})) as StreamWrite)).toBe(1);
});
