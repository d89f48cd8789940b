import { expect, it } from "vitest";
import { resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import { topologyWarnings } from "../../../lib/topology/topology-warnings.ts";

const warningsOf = (topology: Omit<Topology, "name">) =>
  topologyWarnings(resolveTopology({ name: "shop", ...topology }).resources);

it("warns of values that the server replaces because of another one", () => {
  const markers = { name: "A", subjectDeleteMarkerTtl: "1m", allowMsgTtl: false, allowRollupHdrs: false };
  const consumers = [{ stream: "A", name: "c", ackWait: "1m", backoff: ["1s", "5s"] }];

  expect(warningsOf({ streams: [markers], consumers })).toEqual([
    "stream/A: allowMsgTtl is declared false, and the server turns it on because of subjectDeleteMarkerTtl.",
    "stream/A: allowRollupHdrs is declared false, and the server turns it on because of subjectDeleteMarkerTtl.",
    "consumer/A/c: ackWait has no effect beside backoff: the server sets it to the first backoff.",
  ]);
});

it("warns of schedules without roll-ups", () => {
  const streams = [{ name: "A", allowMsgSchedules: true, allowRollupHdrs: false }];

  expect(warningsOf({ streams })).toEqual([
    "stream/A: allowRollupHdrs is declared false, and the server turns it on because of allowMsgSchedules.",
  ]);
});

it.each([undefined, false])(
  "warns of mirrorDirect beside an origin whose allowDirect is declared as %s",
  (allowDirect) => {
    const origin = { name: "A", ...(allowDirect === undefined ? {} : { allowDirect }) };
    const streams = [origin, { name: "C", mirror: { name: "A" }, mirrorDirect: true }];

    expect(warningsOf({ streams })).toEqual([
      "stream/C: mirrorDirect has no effect while the server sets it to allowDirect of stream/A: declare allowDirect: true there.",
    ]);
  },
);

it("does not warn of the same values where they are as the server sets them, or hold", () => {
  const streams = [
    { name: "A", subjectDeleteMarkerTtl: "1m", allowMsgTtl: true, allowRollupHdrs: true },
    { name: "B", allowMsgTtl: false, allowRollupHdrs: false },
    { name: "C", mirror: { name: "D" }, mirrorDirect: true },
    { name: "D", allowDirect: true },
    { name: "E", mirror: { name: "KV_jobs" }, mirrorDirect: true },
    { name: "F", mirror: { name: "LIVE" }, mirrorDirect: true },
    { name: "G", mirror: { name: "A", external: { api: "$JS.x.API" } }, mirrorDirect: true },
  ];
  const kvBuckets = [{ name: "jobs", limitMarkerTtl: "1m" }];
  const consumers = [
    { stream: "A", name: "c", ackWait: "1s", backoff: ["1s", "5s"] },
    { stream: "A", name: "d", ackWait: "1m" },
  ];

  expect(warningsOf({ streams, kvBuckets, consumers })).toEqual([]);
});
