import { expect, it } from "vitest";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";

eachVersion("subjects handed from one stream to another", (version) => {
  it("are let go before they are claimed, whatever the order of the declarations", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.OLD", { name: "OLD", subjects: ["orders.>", "returns.>"] });

    const streams = [
      { name: "NEW", subjects: ["orders.*"] },
      { name: "OLD", subjects: ["returns.>"] },
    ];
    const result = await runOn(server, { name: "shop", streams });

    expect(result).toMatchObject({ converged: true, summary: { created: 1, updated: 1 } });
    await publish(nc, "orders.one", 1);
    expect((await api(nc, "STREAM.INFO.NEW")).state.messages).toBe(1);
  });

  it("change places", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.A", { name: "A", subjects: ["a", "x"] });
    await api(nc, "STREAM.CREATE.B", { name: "B", subjects: ["b", "y"] });
    await publish(nc, "a", 3);

    const swapped = {
      name: "swap",
      streams: [
        { name: "A", subjects: ["b", "x"] },
        { name: "B", subjects: ["a", "y"] },
      ],
    };

    expect(await runOn(server, swapped)).toMatchObject({ converged: true, summary: { updated: 2 } });
    expect(await runOn(server, swapped)).toMatchObject({ summary: { unchanged: 2 }, requests: { write: 0 } });
    expect((await api(nc, "STREAM.INFO.A")).state.messages).toBe(3);
  });

  it("go back to their old owner where the new one cannot be made, so that they are stored all the same", async () => {
    await using server = await startServer(version, { jetstream: { maxFileStore: 1024 ** 2 } });
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.OLD", { name: "OLD", subjects: ["orders.>", "returns.>"] });

    const streams = [
      { name: "OLD", subjects: ["returns.>"] },
      { name: "NEW", subjects: ["orders.>"], maxBytes: "1GiB" },
    ];
    const result = await runOn(server, { name: "shop", streams });

    expect(reported(result, "stream/NEW").outcome).toBe("failed");
    expect(differencesOf(result, "stream/OLD")).toEqual([
      'subjects: ["orders.>","returns.>"] → ["returns.>"], safe, held',
    ]);
    expect(reported(result, "stream/OLD").differences[0]?.reason).toContain("stream/NEW could not take orders.> over");
    await publish(nc, "orders.one", 1);
    expect((await api(nc, "STREAM.INFO.OLD")).state.messages).toBe(1);
  });

  it("stay where they are when the plan knows already that the new owner cannot be made", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.OLD", { name: "OLD", subjects: ["orders.>", "returns.>"] });

    const streams = [
      { name: "OLD", subjects: ["returns.>"], description: "what is left" },
      { name: "NEW", subjects: ["orders.>"], numReplicas: 3 },
    ];
    const plan = await runOn(server, { name: "shop", streams }, { mode: "plan" });
    const result = await runOn(server, { name: "shop", streams });

    expect(plan).toMatchObject({ planId: result.planId, summary: { held: 1, failed: 1 } });
    expect(differencesOf(result, "stream/OLD")).toEqual([
      'description: "" → "what is left", safe, applied',
      'subjects: ["orders.>","returns.>"] → ["returns.>"], safe, held',
    ]);
    expect(reported(result, "stream/OLD").differences[1]?.reason).toContain("stream/NEW, which is to take it over");
    expect((await api(nc, "STREAM.INFO.OLD")).config.subjects).toEqual(["orders.>", "returns.>"]);
  });
});
