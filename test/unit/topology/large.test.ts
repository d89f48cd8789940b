import { expect, test, vi } from "vitest";
import { resolveTopology } from "../../../lib/topology/resolve/resolve.ts";
import { topologyIssues } from "../../../lib/topology/validate.ts";

// Each took from a minute to for ever, or overflowed the call stack, where streams were compared in pairs: these tests
// fail by their time-out. How long validation takes is the benchmark's.

vi.setConfig({ testTimeout: 60_000 });

const MANY = 20_000;
const indexes = [...Array(MANY).keys()];

test("twenty thousand streams with a consumer each are resolved", () => {
  const topology = {
    name: "large",
    streams: indexes.map((at) => ({ name: `S${at}`, subjects: [`s${at}.>`, `t.*.${at}`] })),
    consumers: indexes.map((at) => ({ stream: `S${at}`, name: "reader" })),
  };
  expect(resolveTopology(topology).resources).toHaveLength(2 * MANY);
});

test("twenty thousand consumers of one work queue are resolved", () => {
  const topology = {
    name: "large",
    streams: [{ name: "Q", subjects: ["q.*"], retention: "workqueue" as const }],
    consumers: indexes.map((at) => ({ stream: "Q", name: `c${at}`, filterSubject: `q.${at}` })),
  };
  expect(resolveTopology(topology).resources).toHaveLength(1 + MANY);
});

test("each of twenty thousand streams that mirror one another in a circle has its mistake", () => {
  const streams = indexes.map((at) => ({ name: `S${at}`, mirror: { name: `S${(at + 1) % MANY}` } }));
  expect(topologyIssues({ name: "large", streams })).toHaveLength(MANY);
});

test("twenty thousand mistakes are all told", () => {
  const streams = indexes.map((at) => ({ name: `S${at}`, maxAge: "90 days" }));
  expect(topologyIssues({ name: "large", streams })).toHaveLength(MANY);
});
