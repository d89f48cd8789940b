import { expect, it } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { eachVersion } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";
import { sharedServer } from "../../support/shared-server.ts";

const ORDERS = { name: "ORDERS", subjects: ["orders.>"] };

eachVersion("what the plan calls safe is applied, and what the server always refuses is not sent", (version) => {
  const server = sharedServer(version);

  it("filterSubjects with one subject filters, also on a server that knows no list of filters", async () => {
    await api(server.nc, "STREAM.CREATE.ORDERS", ORDERS);
    const consumers = [{ stream: "ORDERS", name: "billing", filterSubjects: ["orders.paid"] }];

    const run = await runOn(server, { name: "shop", consumers });

    expect(run).toMatchObject({ converged: true, summary: { created: 1 } });
    const { config } = await api(server.nc, "CONSUMER.INFO.ORDERS.billing");
    expect(config.filter_subjects ?? [config.filter_subject]).toEqual(["orders.paid"]);
    expect(await runOn(server, { name: "shop", consumers })).toMatchObject({ converged: true, requests: { write: 0 } });
  });

  it("filterSubjects narrowed to another single subject are applied", async () => {
    await api(server.nc, "STREAM.CREATE.ORDERS", ORDERS);
    const declare = (filter: string) => ({
      name: "shop",
      consumers: [{ stream: "ORDERS", name: "billing", filterSubjects: [filter] }],
    });
    await runOn(server, declare("orders.paid"));

    expect(await runOn(server, declare("orders.sent"))).toMatchObject({ converged: true, summary: { updated: 1 } });
    expect(await runOn(server, declare("orders.sent"))).toMatchObject({ converged: true, requests: { write: 0 } });
  });

  it("subjects, sources and markers of a live mirror are held as immutable, and nothing is sent", async () => {
    await api(server.nc, "STREAM.CREATE.COPY", { name: "COPY", mirror: { name: "ORDERS" } });
    const own = { subjects: ["copy.>"], sources: [{ name: "OTHER" }] };
    const newer = {
      ...(isAtLeast({ version }, "2.11.0") ? { subjectDeleteMarkerTtl: "1m" } : {}),
      ...(isAtLeast({ version }, "2.12.0") ? { allowAtomic: true, allowMsgSchedules: true } : {}),
      ...(isAtLeast({ version }, "2.14.0") ? { allowBatched: true } : {}),
    };

    for (const [field, value] of Object.entries({ ...own, ...newer })) {
      const topology = { name: "shop", streams: [{ name: "COPY", [field]: value, allowOneWay: true }] };
      const run = await runOn(server, topology);

      const blamed = differencesOf(run, "stream/COPY").filter((each) => each.startsWith(`${field}:`));
      expect(blamed.map((each) => each.slice(each.lastIndexOf("immutable")))).toEqual(["immutable, held"]);
      expect(run.requests.write, field).toBe(0);
    }
  });

  const toItself = { republish: { src: ">", dest: ">" } };
  const allToAll: [string, object][] = [
    ["of the declared subject", { ...ORDERS, subjectTransform: { src: "orders.>", dest: "kept.>" }, ...toItself }],
    [
      "of the stream's own name, where no subjects are declared",
      { name: "ORDERS", subjectTransform: { src: "ORDERS", dest: "kept" }, ...toItself },
    ],
  ];

  it.each(allToAll)("a republish from all to all beside a subject transform converges, %s", async (_, stream) => {
    const streams = [stream as typeof ORDERS];
    // Older servers refuse it as a cycle (10052).
    if (!isAtLeast({ version }, "2.11.0")) {
      expect(await runOn(server, { name: "shop", streams })).toMatchObject({ converged: false });
      expect(await runOn(server, { name: "shop", streams })).toMatchObject({ requests: { write: 0 } });
      return;
    }

    for (const exact of [false, true]) {
      const run = await runOn(server, { name: "shop", streams, exact });
      expect(run).toMatchObject({ converged: true, summary: exact ? { unchanged: 1 } : { created: 1 } });
      expect((await api(server.nc, "STREAM.INFO.ORDERS")).config.republish).toMatchObject({
        src: expect.stringMatching(/^kept/),
        dest: expect.stringMatching(/^kept/),
      });
      expect(await runOn(server, { name: "shop", streams, exact })).toMatchObject({ requests: { write: 0 } });
    }
  });

  const loops: [string, object, object][] = [
    ["republish", {}, { republish: { src: "orders.a", dest: "orders.b" } }],
    ["subjects", { republish: { src: "orders.a", dest: "copy.a" } }, { subjects: ["orders.>", "copy.>"] }],
  ];

  it.each(loops)(
    "%s that would lead republished messages back is held, and nothing is sent",
    async (field, live, declared) => {
      await api(server.nc, "STREAM.CREATE.ORDERS", { ...ORDERS, ...live });
      const raw = api(server.nc, "STREAM.UPDATE.ORDERS", { ...ORDERS, ...live, ...declared });
      await expect(raw).rejects.toMatchObject({ errCode: 10052 });

      const run = await runOn(server, { name: "shop", streams: [{ name: "ORDERS", ...declared }] });

      expect(run.requests.write).toBe(0);
      expect(reported(run, "stream/ORDERS").differences).toMatchObject([
        { field, impact: "immutable", outcome: "held" },
      ]);
    },
  );
});
