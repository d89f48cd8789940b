import { describe, expect, it } from "vitest";
import { run } from "../../../lib/ensure/run.ts";
import { approvable } from "../../../lib/report/next-steps.ts";
import { renderResult } from "../../../lib/report/render-result.ts";
import { resolveTopology } from "../../../lib/topology/index.ts";
import { FakeBroker } from "../../support/fake-broker.ts";

/** The plan of a stream with eight messages that is to keep five. */
function planOf(manage: "ensure" | "observe") {
  const broker = new FakeBroker().add({ name: "A", subjects: ["A"] }, { messages: 8 });
  const topology = resolveTopology({ name: "t", streams: [{ name: "A", maxMsgs: 5, manage }] });
  return run({ topology, connect: async () => broker.connection(), mode: "plan", trigger: "test" });
}

describe("a held difference that loses messages", () => {
  it("may be approved", async () => {
    const result = await planOf("ensure");

    expect(approvable(result)).toHaveLength(1);
    expect(renderResult(result)).toContain("To apply the lossy differences too: ensure --approve");
  });

  it("may not where the resource is only observed: no hint offers it", async () => {
    const result = await planOf("observe");

    expect(result.resources).toMatchObject([{ outcome: "held", observed: true, differences: [{ impact: "lossy" }] }]);
    expect(approvable(result)).toEqual([]);
    expect(renderResult(result)).not.toContain("To apply");
    expect(renderResult(result)).toContain("! held       stream/A (only observed)");
  });
});
