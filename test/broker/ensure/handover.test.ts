import type { NatsConnection } from "nats";
import { describe, expect, it } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";

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

  it("are all that two streams have: they change places once one has another subject, as the plan says", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.A", { name: "A", subjects: ["a", "b"] });
    await api(nc, "STREAM.CREATE.B", { name: "B", subjects: ["c", "d"] });
    await publish(nc, "a", 2);
    await publish(nc, "c", 3);
    const exchanged = {
      name: "exchange",
      streams: [
        { name: "A", subjects: ["c", "d"] },
        { name: "B", subjects: ["a", "b"] },
      ],
    };

    const held = await runOn(server, exchanged);
    const message = reported(held, "stream/A").error?.message ?? "";
    const subjects = [...message.matchAll(/--subjects '(.+?)'/g)].map(([, subject]) => subject);
    await api(nc, "STREAM.UPDATE.A", { name: "A", subjects });

    expect(held.requests.write).toBe(0);
    expect(subjects).toEqual(["a", "b", "jetstream-ensure.exchange.A"]);
    expect(await runOn(server, exchanged)).toMatchObject({ converged: true, summary: { updated: 2 } });
    for (const subject of ["a", "b", "c", "d"]) await publish(nc, subject, 1);
    expect((await api(nc, "STREAM.INFO.A")).state.messages).toBe(4);
    expect((await api(nc, "STREAM.INFO.B")).state.messages).toBe(5);
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

  describe("a subject is always somebody's", () => {
    const swap = {
      name: "swap",
      streams: [
        { name: "A", subjects: ["a", "S2"] },
        { name: "B", subjects: ["b", "S1"] },
      ],
    };
    const beforeSwap = async (nc: NatsConnection) => {
      await api(nc, "STREAM.CREATE.A", { name: "A", subjects: ["a", "S1"] });
      await api(nc, "STREAM.CREATE.B", { name: "B", subjects: ["b", "S2"] });
    };
    const subjectsOf = async (nc: NatsConnection, stream: string) =>
      (await api(nc, `STREAM.INFO.${stream}`)).config.subjects;

    it("where the user may not update the other stream of a swap", async () => {
      const config = `
        accounts { TEAM {
          jetstream: enabled
          users: [
            { user: all, password: p }
            { user: limited, password: p, permissions: { publish: { allow: ">", deny: "$JS.API.STREAM.UPDATE.B" } } }
          ]
        } }`;
      await using server = await startServer(version, { config });
      const nc = await server.connect({ user: "all", pass: "p" });
      await beforeSwap(nc);

      const limited = { connection: { credentials: { user: "limited", password: "p" } } };
      const result = await runOn(server, swap, limited);

      expect(await subjectsOf(nc, "A")).toEqual(["a", "S1"]);
      expect(await subjectsOf(nc, "B")).toEqual(["b", "S2"]);
      for (const id of ["stream/A", "stream/B"]) {
        expect(reported(result, id)).toMatchObject({ outcome: "held", differences: [{ outcome: "held" }] });
      }
      // Seen before the first write where the server tells a user's permissions: nothing is released at all.
      if (isAtLeast({ version }, "2.10.0")) {
        expect(result.requests.write).toBe(0);
        expect(reported(result, "stream/B").error?.message).toContain("The user may not publish to STREAM.UPDATE.B");
      }
      const all = { connection: { credentials: { user: "all", password: "p" } } };
      expect(await runOn(server, swap, all)).toMatchObject({ converged: true, summary: { updated: 2 } });
    });

    it("where a run looks at its old owner only (--only), and a run of the whole topology moves it", async () => {
      await using server = await startServer(version);
      const nc = await server.connect();
      await api(nc, "STREAM.CREATE.A", { name: "A", subjects: ["a", "S1"] });
      await api(nc, "STREAM.CREATE.B", { name: "B", subjects: ["b"] });
      const topology = {
        name: "move",
        streams: [
          { name: "A", subjects: ["a"] },
          { name: "B", subjects: ["b", "S1"] },
        ],
      };

      const part = await runOn(server, topology, { only: ["stream/A"] });

      expect(part.requests.write).toBe(0);
      expect(await subjectsOf(nc, "A")).toEqual(["a", "S1"]);
      await publish(nc, "S1", 1);
      expect(await runOn(server, topology)).toMatchObject({ converged: true, summary: { updated: 2 } });
      expect(await subjectsOf(nc, "B")).toEqual(["b", "S1"]);
    });

    it.each(["A", "B"])("where the connection breaks at an update of %s, with publishers", async (stream) => {
      await using server = await startServer(version);
      const nc = await server.connect();
      await beforeSwap(nc);
      for (const nth of [1, 2]) {
        const proxy = await startTcpProxy({ target: server });
        proxy.when(new RegExp(`STREAM\\.UPDATE\\.${stream} `), () => proxy.reset(), nth);
        const publishing = publishUntilTold(nc, ["a", "b", "S1", "S2"]);
        const declared = nth === 1 ? swap : swappedBack(swap);
        const options = { api: { timeoutMs: 1000 } };
        await runOn({ url: `nats://${proxy.address}` }, declared, options);
        await proxy.close();

        const stored = [...(await subjectsOf(nc, "A")), ...(await subjectsOf(nc, "B"))];
        expect(stored.toSorted()).toEqual(["S1", "S2", "a", "b"]);
        expect(await runOn(server, declared)).toMatchObject({ converged: true });
        const acknowledged = await publishing.end();
        const counts = await Promise.all(
          ["A", "B"].map(async (each) => (await api(nc, `STREAM.INFO.${each}`)).state.messages),
        );
        expect(counts[0] + counts[1]).toBeGreaterThanOrEqual(acknowledged);
        await Promise.all(["A", "B"].map((each) => api(nc, `STREAM.PURGE.${each}`)));
      }
    });
  });
});

/** The same streams with each other's shared subject. */
function swappedBack({ name, streams: [a, b] }: { name: string; streams: { name: string; subjects: string[] }[] }) {
  return {
    name,
    streams: [
      { name: "A", subjects: [a?.subjects[0] ?? "", b?.subjects[1] ?? ""] },
      { name: "B", subjects: [b?.subjects[0] ?? "", a?.subjects[1] ?? ""] },
    ],
  };
}

/** Publishes to each subject again and again. @returns `end`, which answers how many messages were acknowledged */
function publishUntilTold(nc: NatsConnection, subjects: string[]): { end(): Promise<number> } {
  let [stopped, acknowledged] = [false, 0];
  const loops = subjects.map(async (subject) => {
    while (!stopped) {
      const answer = await nc.request(subject, "x", { timeout: 1000 }).catch(() => undefined);
      if (answer?.json<{ seq?: number }>().seq !== undefined) acknowledged += 1;
    }
  });
  return {
    async end() {
      stopped = true;
      await Promise.all(loops);
      return acknowledged;
    },
  };
}
