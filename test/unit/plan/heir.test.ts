import { describe, expect, it } from "vitest";
import { heirsAmong } from "../../../lib/plan/disruption/heir.ts";
import { resolveTopology } from "../../../lib/topology/index.ts";

const topology = resolveTopology({
  name: "t",
  streams: [
    { name: "A", subjects: ["a"], retention: "workqueue" },
    { name: "B", subjects: ["b.>"] },
    { name: "SEEN", subjects: ["c"], manage: "observe" },
  ],
  consumers: [
    { stream: "A", name: "one", filterSubject: "a.1" },
    { stream: "A", name: "two", filterSubject: "a.2" },
  ],
});
const [a, , , one] = topology.resources;
if (a === undefined || one === undefined) throw new Error("there are five");

describe("who takes over what a resource gives up, in a run of a part of the topology (--only)", () => {
  const heirs = heirsAmong(topology, [a, one]);

  it("is also a declared stream that the run does not look at: the preflight then holds the release", () => {
    expect(heirs.of(a, "b.1")).toBe("stream/B");
  });

  it("is no stream that takes a part, which is told apart, and none that is only observed", () => {
    expect(heirs.of(a, "*.1")).toBeUndefined();
    expect(heirs.ofParts(a, "*.1")).toEqual([{ subject: "b.1", heir: "stream/B" }]);
    expect(heirs.ofParts(a, "b.1")).toEqual([]);
    expect(heirs.of(a, "c")).toBeUndefined();
    expect(heirs.ofParts(a, ">")).toEqual([{ subject: "b.>", heir: "stream/B" }]);
  });

  it("is no consumer that the run does not look at: nothing would hold the change until that one delivers it", () => {
    expect(heirs.of(one, "a.2")).toBeUndefined();
    expect(heirsAmong(topology, topology.resources).of(one, "a.2")).toBe("consumer/A/two");
  });
});
