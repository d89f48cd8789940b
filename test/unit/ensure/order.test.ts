import { expect, it } from "vitest";
import { orderOf, roomTaken } from "../../../lib/ensure/order.ts";
import type { Action } from "../../../lib/plan/plan.ts";
import { type StreamWrite, streamWrite } from "../../../lib/plan/stream-write.ts";
import { STREAM_TABLE } from "../../../lib/plan/tables.ts";
import { CAUTIOUS, question } from "../plan/question.ts";

const about = (name: string) => ({
  table: STREAM_TABLE,
  resource: {
    id: `stream/${name}`,
    kind: "stream" as const,
    name,
    stream: name,
    enforced: {},
    atBirth: {},
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
  const rest = { enforced: {}, atBirth: {}, policy: CAUTIOUS };
  return { table: STREAM_TABLE, resource: { ...resource, ...rest }, does: "create", config: {}, missing: [] };
};
const order = (...actions: Action[]) =>
  Object.fromEntries(
    [...orderOf(actions).waitFor].map(([id, before]) => [id, before.map(({ resource }) => resource.id)]),
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

it("a stream that takes a subject waits for the one that lets go of it", () => {
  const found = order(
    create("NEW", { subjects: ["a.*"] }),
    update("OLD", { subjects: ["a.b", "c"] }, { subjects: ["c"] }),
    update("SAME", { subjects: ["d"] }, { subjects: ["d"] }),
  );

  expect(found).toEqual({ "stream/NEW": ["stream/OLD"], "stream/OLD": [], "stream/SAME": [] });
});

it("does not wait in a circle: one lets go before anything else", () => {
  const [a, b] = [
    update("A", { subjects: ["a", "x"] }, { subjects: ["b", "x"] }),
    update("B", { subjects: ["b", "y"] }, { subjects: ["a", "y"] }),
  ];

  expect(order(a, b)).toEqual({ "stream/A": ["stream/B"], "stream/B": [] });
  expect(orderOf([a, b]).letGoFirst).toEqual([a]);
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
    "stream/LAST": ["stream/FREES", "stream/LATE", "stream/COPIES"],
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
