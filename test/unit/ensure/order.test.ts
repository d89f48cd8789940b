import { expect, it } from "vitest";
import { orderOf } from "../../../lib/ensure/order.ts";
import type { Action } from "../../../lib/plan/plan.ts";
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
