import { expect, it } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { eachVersion } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, runOn } from "../../support/run.ts";
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

  it("a republish from all to all beside a subject transform converges", async () => {
    const streams = [
      {
        ...ORDERS,
        subjectTransform: { src: "orders.>", dest: "kept.>" },
        republish: { src: ">", dest: ">" },
      },
    ];
    // Older servers refuse it as a cycle (10052).
    if (!isAtLeast({ version }, "2.11.0")) {
      expect((await runOn(server, { name: "shop", streams })).summary.failed).toBe(1);
      return;
    }

    expect(await runOn(server, { name: "shop", streams })).toMatchObject({ converged: true, summary: { created: 1 } });
    expect((await api(server.nc, "STREAM.INFO.ORDERS")).config.republish).toMatchObject({
      src: "kept.>",
      dest: "kept.>",
    });
    for (const exact of [false, true]) {
      const again = await runOn(server, { name: "shop", streams, exact });
      expect(again).toMatchObject({ converged: true, requests: { write: 0 } });
    }
  });
});
