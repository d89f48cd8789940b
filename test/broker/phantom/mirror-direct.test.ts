import { expect, it } from "vitest";
import { eachVersion } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";
import { sharedServer } from "../../support/shared-server.ts";
import { expectNothing } from "./expect-nothing.ts";

const HELD = ["mirrorDirect: false → true, unsupported, held"];

eachVersion("mirrorDirect declared beside an origin without allowDirect", (version) => {
  const server = sharedServer(version);

  const origin = (allowDirect: boolean) => ({ name: "ORDERS", subjects: ["orders.>"], allowDirect });
  const COPY = { name: "COPY", mirror: { name: "ORDERS" }, mirrorDirect: true };
  const shop = (allowDirect: boolean, more = {}) => ({
    name: "shop",
    streams: [origin(allowDirect), { ...COPY, ...more }],
  });

  it("is held in the run that creates the mirror and in each later one, which writes nothing", async () => {
    const first = await runOn(server, shop(false));

    expect(differencesOf(first, "stream/COPY")).toEqual(HELD);
    expect(first.converged).toBe(false);
    for (const exact of [false, true]) {
      const again = await runOn(server, { ...shop(false), exact });
      expect(again).toMatchObject({ converged: false, requests: { write: 0 } });
      expect(differencesOf(again, "stream/COPY")).toEqual(HELD);
      expect(reported(again, "stream/COPY").differences[0]?.reason).toContain("the origin's allowDirect");
    }
  });

  it("comes with allowDirect of the origin, in the same run", async () => {
    await runOn(server, shop(false));

    const run = await runOn(server, shop(true));

    expect(differencesOf(run, "stream/COPY")).toEqual(["mirrorDirect: false → true, safe, applied"]);
    expect(run.converged).toBe(true);
    expect((await api(server.nc, "STREAM.INFO.COPY")).config.mirror_direct).toBe(true);
    await expectNothing(server, shop(true));
  });

  it("comes in the next run where somebody else gave allowDirect to a declared origin that leaves it open", async () => {
    const streams = [{ name: "ORDERS", subjects: ["orders.>"] }, COPY];
    await runOn(server, { name: "shop", streams });
    const { config } = await api(server.nc, "STREAM.INFO.ORDERS");
    await api(server.nc, "STREAM.UPDATE.ORDERS", { ...config, allow_direct: true });

    const run = await runOn(server, { name: "shop", streams });

    expect(differencesOf(run, "stream/COPY")).toEqual(["mirrorDirect: false → true, safe, applied"]);
    const again = await runOn(server, { name: "shop", streams });
    expect(again).toMatchObject({ converged: true, requests: { write: 0 }, warnings: [] });
  });

  // Servers before 2.10 keep no metadata, and so no run reads streams that it does not declare there.
  const [outcome, writes] = version.startsWith("2.9.") ? [HELD, 0] : [["mirrorDirect: false → true, safe, applied"], 1];
  it(`is ${writes ? "applied" : "held"} in the next run where the origin is live and not declared`, async () => {
    const streams = [COPY];
    const origin = { name: "ORDERS", subjects: ["orders.>"] };
    await api(server.nc, "STREAM.CREATE.ORDERS", origin);
    expect((await runOn(server, { name: "shop", streams })).converged).toBe(false);
    await api(server.nc, "STREAM.UPDATE.ORDERS", { ...origin, allow_direct: true });

    const run = await runOn(server, { name: "shop", streams });

    expect(differencesOf(run, "stream/COPY")).toEqual(outcome);
    expect(run.requests.write).toBe(writes);
    expect((await runOn(server, { name: "shop", streams })).requests.write).toBe(0);
  });

  it("is as declared where the origin has allowDirect, in a create", async () => {
    expect(await runOn(server, shop(true))).toMatchObject({ summary: { created: 2, held: 0 } });

    await expectNothing(server, shop(true));
  });
});
