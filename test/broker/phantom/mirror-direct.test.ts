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

  it("stays held where allowDirect comes later, until an update of the mirror brings it", async () => {
    await runOn(server, shop(false));

    expect((await runOn(server, shop(true))).converged).toBe(false);
    const again = await runOn(server, shop(true));
    expect(again).toMatchObject({ converged: false, requests: { write: 0 } });
    expect(differencesOf(again, "stream/COPY")).toEqual(HELD);

    await runOn(server, shop(true, { description: "a copy" }));

    expect((await api(server.nc, "STREAM.INFO.COPY")).config.mirror_direct).toBe(true);
    await expectNothing(server, shop(true, { description: "a copy" }));
  });

  it("is as declared where the origin has allowDirect, in a create", async () => {
    expect(await runOn(server, shop(true))).toMatchObject({ summary: { created: 2, held: 0 } });

    await expectNothing(server, shop(true));
  });
});
