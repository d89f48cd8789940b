import { describe, expect, it } from "vitest";
import { decide } from "../../../lib/plan/decide.ts";
import { STREAM_TABLE } from "../../../lib/plan/fields/tables.ts";
import type { Ownership } from "../../../lib/plan/ownership.ts";
import { OWNER_KEY } from "../../../lib/topology/owner.ts";
import { CAUTIOUS, decideStream, OLD, question } from "./question.ts";

const shop: Ownership = { topology: "shop", marks: true, adopts: false, takesOver: false };
const owned = (topology: string, more: Record<string, string> = {}) => ({
  metadata: { ...more, [OWNER_KEY]: topology },
});

describe("the owner in a stream's metadata", () => {
  it.each([
    ["none", {}],
    ["this topology", owned("shop")],
    ["this topology, beside a label", owned("shop", { team: "a" })],
    ["another topology", owned("billing")],
  ])("is no difference by itself: %s", (_title, live) => {
    for (const policy of [CAUTIOUS, { ...CAUTIOUS, exact: true }]) {
      const enforced = "metadata" in live && "team" in live.metadata ? { metadata: { team: "a" } } : {};
      const decision = decideStream(live, enforced, { ownership: shop, policy });
      expect(decision.differences).toEqual([]);
      expect(decision.undeclared).toEqual([]);
      expect(decision.update).toBeUndefined();
    }
  });

  it("comes along with any other update, beside the labels that are there", () => {
    const live = { metadata: { team: "a", "_nats.ver": "2.15.2" } };
    const { update } = decideStream(live, { description: "new" }, { ownership: shop });
    expect(update).toMatchObject({ description: "new", metadata: { team: "a", [OWNER_KEY]: "shop" } });
  });

  it.each([
    ["the topology marks nothing", {}, { ...shop, marks: false }, undefined],
    ["the topology marks nothing, and it was marked before", owned("shop"), { ...shop, marks: false }, "shop"],
    ["nobody looks", owned("billing"), undefined, "billing"],
    ["it is taken over without being marked", owned("billing"), { ...shop, marks: false, takesOver: true }, undefined],
    ["it is taken over", owned("billing"), { ...shop, takesOver: true }, "shop"],
  ])("after an update, where %s", (_title, live, ownership, owner) => {
    const more = ownership === undefined ? {} : { ownership };
    const { update } = decideStream(live, { description: "new" }, more);
    expect(update?.description).toBe("new");
    expect((update?.metadata as Record<string, string> | undefined)?.[OWNER_KEY]).toBe(owner);
  });

  it("is not sent to a server that keeps no metadata", () => {
    const { update } = decideStream({}, { description: "new" }, { ownership: shop, server: OLD });
    expect(update).not.toHaveProperty("metadata");
  });

  it("of another topology holds every difference, also those that are allowed", () => {
    const policy = { ...CAUTIOUS, allowLoss: true, allowOneWay: true, allowDisruption: true };
    const decision = decideStream(
      owned("billing"),
      { description: "new", deny_purge: true },
      { ownership: shop, policy },
    );
    expect(decision).toMatchObject({ owner: "billing" });
    expect(decision.differences.map(({ field, held }) => [field, held])).toEqual([
      ["description", true],
      ["deny_purge", true],
    ]);
    expect(decision.update).toBeUndefined();
  });
});

describe("adopting", () => {
  const adopting: Ownership = { ...shop, adopts: true };

  it("is one safe difference of the metadata, and an update of nothing else", () => {
    const decision = decideStream({ max_age: 60_000_000_000, metadata: { team: "a" } }, {}, { ownership: adopting });
    expect(decision.differences).toMatchObject([
      {
        field: "metadata",
        live: { team: "a" },
        declared: { team: "a", [OWNER_KEY]: "shop" },
        verdict: { impact: "safe" },
        held: false,
      },
    ]);
    expect(decision.update).toMatchObject({
      max_age: 60_000_000_000,
      metadata: { team: "a", [OWNER_KEY]: "shop" },
    });
  });

  it.each([
    ["it carries the name", owned("shop"), {}],
    ["it is another topology's", owned("billing"), {}],
    ["it is only observed", {}, { policy: { ...CAUTIOUS, manage: "observe" as const } }],
    ["the topology marks nothing", {}, { ownership: { ...adopting, marks: false } }],
    ["the server keeps no metadata", {}, { server: OLD }],
    ["the server refused the metadata in this run", {}, { withheld: new Map([["metadata", "refused"]]) }],
  ])("does nothing where %s", (_title, live, more) => {
    const decision = decide(STREAM_TABLE, question(live, {}, { ownership: adopting, ...more }));
    expect(decision.differences).toEqual([]);
    expect(decision.update).toBeUndefined();
  });

  it("takes over what another topology left, where that is allowed", () => {
    const decision = decideStream(owned("billing"), {}, { ownership: { ...adopting, takesOver: true } });
    expect(decision.differences).toMatchObject([
      { field: "metadata", live: owned("billing").metadata, declared: owned("shop").metadata },
    ]);
  });
});
