import type { NatsConnection } from "nats";
import { expect, it } from "vitest";
import { countApiRequests } from "../../../functions/local/api-counts.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { eachVersion, startServer, type TestServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";
import { type AccountLimits, accountsConfig, connectTo, loginOf } from "./accounts.ts";

const MIB = 1024 ** 2;

interface Account {
  server: TestServer;
  nc: NatsConnection;
  plan(topology: Topology): ReturnType<typeof runOn>;
  ensure(topology: Topology): ReturnType<typeof runOn>;
}

async function inAccount(version: string, limits: AccountLimits, body: (account: Account) => Promise<void>) {
  await using server = await startServer(version, { config: accountsConfig({ SHOP: limits }) });
  await body({
    server,
    nc: await connectTo(server, "SHOP"),
    plan: (topology) => runOn(server, topology, { mode: "plan", ...loginOf("SHOP") }),
    ensure: (topology) => runOn(server, topology, loginOf("SHOP")),
  });
}

eachVersion("preflight", (version) => {
  it("refuses what does not fit with the numbers, sends nothing of it, and makes the rest", async () => {
    await inAccount(version, { max_file: 3 * MIB }, async ({ server, nc, plan, ensure }) => {
      await api(nc, "STREAM.CREATE.OLD", { name: "OLD", max_bytes: 1.5 * MIB });
      const topology = {
        name: "shop",
        streams: [
          { name: "EVENTS", maxBytes: "1MiB" },
          { name: "RESULTS", maxBytes: "2MiB" },
          { name: "SMALL", maxBytes: "512KiB" },
        ],
        consumers: [{ stream: "RESULTS", name: "projector" }],
      };

      const planned = await plan(topology);
      await using counts = await countApiRequests(server, nc, "SHOP");
      const result = await ensure(topology);

      const sentence =
        "stream/RESULTS could not be created, and there is no existing stream to fall back to. It reserves 2MiB of " +
        "file storage, and of the account's 3MiB only 512KiB are left (1536KiB are reserved by live streams, 1MiB by " +
        "this plan before it): lower a maxBytes, or raise the limit.";
      for (const each of [planned, result]) {
        expect(reported(each, "stream/RESULTS")).toMatchObject({
          outcome: "failed",
          error: { class: "storage", code: 10047, message: sentence },
        });
        expect(reported(each, "consumer/RESULTS/projector").error?.message).toContain(
          "It reads stream/RESULTS, which does not exist and is not created by this run",
        );
      }
      expect(planned.summary).toMatchObject({ toCreate: 2, failed: 2 });
      expect(result.summary).toMatchObject({ created: 2, failed: 2 });
      expect((await counts.writes()).sort()).toEqual(["$JS.API.STREAM.CREATE.EVENTS", "$JS.API.STREAM.CREATE.SMALL"]);
      expect(result.planId).toBe(planned.planId);
    });
  });

  it("holds the field of an update that does not fit, and makes the other changes of the resource", async () => {
    await inAccount(version, { max_file: 3 * MIB }, async ({ server, nc, plan, ensure }) => {
      await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", max_bytes: MIB });
      await api(nc, "STREAM.CREATE.OLD", { name: "OLD", max_bytes: MIB });
      const topology = { name: "shop", streams: [{ name: "ORDERS", maxBytes: "3MiB", description: "what is bought" }] };

      expect((await plan(topology)).summary).toMatchObject({ held: 1, toUpdate: 0 });
      await using counts = await countApiRequests(server, nc, "SHOP");
      const result = await ensure(topology);

      expect(differencesOf(result, "stream/ORDERS")).toEqual([
        'description: "" → "what is bought", safe, applied',
        'maxBytes: "1MiB" → "3MiB", safe, held',
      ]);
      expect(reported(result, "stream/ORDERS")).toMatchObject({
        outcome: "held",
        error: { class: "storage", code: 10047 },
        differences: [
          {},
          {
            reason:
              "it would reserve 2MiB of file storage more, and of the account's 3MiB only 1MiB are left " +
              "(2MiB are reserved by live streams)",
          },
        ],
      });
      expect(await counts.writes()).toEqual(["$JS.API.STREAM.UPDATE.ORDERS"]);
      expect((await api(nc, "STREAM.INFO.ORDERS")).config).toMatchObject({
        max_bytes: MIB,
        description: "what is bought",
      });
      const again = await ensure(topology);
      expect(again).toMatchObject({ requests: { write: 0 }, summary: { held: 1 } });
    });
  });

  it("gives what an update frees to those declared after it", async () => {
    await inAccount(version, { max_file: 3 * MIB }, async ({ nc, ensure }) => {
      await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", max_bytes: 3 * MIB });
      const streams = [
        { name: "ORDERS", maxBytes: "1MiB" },
        { name: "RETURNS", maxBytes: "2MiB" },
      ];

      expect(await ensure({ name: "shop", streams })).toMatchObject({
        converged: true,
        summary: { updated: 1, created: 1 },
      });
    });
  });

  it("counts streams without a maxBytes for nothing, but makes none where nothing is left", async () => {
    await inAccount(version, { max_file: MIB }, async ({ plan }) => {
      const open = { name: "OPEN" };
      const full = { name: "FULL", maxBytes: "1MiB" };

      expect((await plan({ name: "shop", streams: [open, full] })).summary).toMatchObject({ toCreate: 2 });
      const late = await plan({ name: "shop", streams: [full, open] });
      expect(reported(late, "stream/OPEN").error?.message).toContain(
        "It has no maxBytes, for which the server wants at least a byte of file storage left, and of the account's " +
          "1MiB nothing is left (0B are reserved by live streams, 1MiB by this plan before it)",
      );
    });
  });

  it("names the account's other limits, each with the two values", async () => {
    const limits = {
      max_streams: 3,
      max_consumers: 1,
      max_ack_pending: 100,
      max_bytes_required: true,
      disk_max_stream_bytes: 2 * MIB,
    };
    await inAccount(version, limits, async ({ server, nc, ensure }) => {
      const streams = [
        { name: "OPEN" },
        { name: "LARGE", maxBytes: "3MiB" },
        { name: "MANY", maxBytes: "1MiB", maxConsumers: 5 },
        { name: "A", maxBytes: "1MiB" },
        { name: "B", maxBytes: "1MiB" },
        { name: "C", maxBytes: "1MiB" },
        { name: "D", maxBytes: "1MiB" },
      ];
      const consumers = [
        { stream: "A", name: "eager", maxAckPending: 500 },
        { stream: "A", name: "one" },
        { stream: "A", name: "two" },
      ];
      await using counts = await countApiRequests(server, nc, "SHOP");

      const result = await ensure({ name: "shop", streams, consumers });

      const said = (id: string) => reported(result, id).error;
      const expected: [string, string, string][] = [
        ["stream/OPEN", "limits", "The account demands a maxBytes of every stream, and it would have none"],
        ["stream/LARGE", "limits", "Its maxBytes would be 3MiB, and the account allows a stream 2MiB of file storage"],
        ["stream/MANY", "limits", "Its maxConsumers would be 5, and the account allows a stream 1 consumer"],
        ["stream/D", "limits", "The account may have 3 streams, and has 0, 3 with what this plan does before it"],
        ["consumer/A/eager", "limits", "Its maxAckPending would be 500, and the account allows 100"],
        ["consumer/A/two", "limits", "Its stream may have 1 consumer by the limit of the account, and has 0"],
      ];
      for (const [id, kind, text] of expected) {
        expect(said(id), id).toMatchObject({ class: kind, message: expect.stringContaining(text) });
      }
      expect(result.summary).toMatchObject({ created: 4, failed: 6 });
      expect(await counts.writes()).toHaveLength(4);
    });
  });

  it("counts the consumers that are on a stream already", async () => {
    await inAccount(version, {}, async ({ nc, ensure }) => {
      await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", max_consumers: 2 });
      await api(nc, "CONSUMER.DURABLE.CREATE.ORDERS.stale", {
        stream_name: "ORDERS",
        config: { durable_name: "stale", ack_policy: "explicit" },
      });
      const consumers = ["one", "two"].map((name) => ({ stream: "ORDERS", name }));

      const result = await ensure({ name: "shop", streams: [{ name: "ORDERS" }], consumers });

      expect(result.summary).toMatchObject({ created: 1, failed: 1 });
      expect(reported(result, "consumer/ORDERS/two").error?.message).toContain(
        "Its stream may have 2 consumers by its maxConsumers, and has 1, to which this plan adds 1 before it",
      );
    });
  });

  it("names the stream that has a subject, also where it is declared and only observed", async () => {
    await inAccount(version, {}, async ({ server, nc, ensure }) => {
      await api(nc, "STREAM.CREATE.OLD", { name: "OLD", subjects: ["orders.new"] });
      await api(nc, "STREAM.CREATE.KV_x", { name: "KV_x", subjects: ["$KV.x.>"] });
      await api(nc, "STREAM.CREATE.KEPT", { name: "KEPT", subjects: ["returns.>"] });
      await api(nc, "STREAM.CREATE.GROWS", { name: "GROWS", subjects: ["grows"] });
      await using counts = await countApiRequests(server, nc, "SHOP");
      const streams = [
        { name: "ORDERS", subjects: ["orders.>"] },
        { name: "KEYS", subjects: ["$KV.*.a"] },
        { name: "KEPT", subjects: ["kept"], manage: "observe" as const },
        { name: "RETURNS", subjects: ["returns.late"] },
        { name: "GROWS", subjects: ["grows", "orders.new"], description: "more" },
        { name: "FREE", subjects: ["free"] },
      ];

      const result = await ensure({ name: "shop", streams: streams.filter(({ name }) => name !== "GROWS") });
      const grown = await ensure({ name: "shop", streams: streams.filter(({ name }) => name === "GROWS") });

      const said = (id: string) => reported(result, id).error;
      expect(said("stream/ORDERS")).toMatchObject({
        class: "conflict",
        message: expect.stringContaining('"orders.>" is a subject of stream/OLD already'),
      });
      expect(said("stream/KEYS")?.message).toContain("a subject of kv/x already");
      expect(said("stream/RETURNS")?.message).toContain(
        '"returns.late" overlaps "returns.>", which is a subject of stream/KEPT already, which this plan does not change',
      );
      expect(differencesOf(grown, "stream/GROWS")).toEqual([
        'description: "" → "more", safe, applied',
        'subjects: ["grows"] → ["grows","orders.new"], safe, held',
      ]);
      expect((await counts.writes()).sort()).toEqual(["$JS.API.STREAM.CREATE.FREE", "$JS.API.STREAM.UPDATE.GROWS"]);
    });
  });

  it("refuses replicas on a server that is not clustered", async () => {
    await inAccount(version, {}, async ({ plan }) => {
      const result = await plan({ name: "shop", streams: [{ name: "ORDERS", numReplicas: 3 }] });

      expect(reported(result, "stream/ORDERS")).toMatchObject({
        outcome: "failed",
        error: {
          class: "limits",
          message: expect.stringContaining("It asks for 3 replicas, and the server is not clustered"),
        },
      });
    });
  });

  it("asks for nothing more where nothing is written, nor where all that is live is declared", async () => {
    await inAccount(version, { max_file: 3 * MIB }, async ({ server, nc, plan, ensure }) => {
      const topology = { name: "shop", streams: [{ name: "ORDERS", maxBytes: "1MiB" }] };
      const more = { name: "shop", streams: [...topology.streams, { name: "RETURNS", maxBytes: "3MiB" }] };
      await ensure(topology);
      await using counts = await countApiRequests(server, nc, "SHOP");

      const known = await plan(more);
      expect(known.summary).toMatchObject({ failed: 1 });
      await api(nc, "STREAM.CREATE.OLD", { name: "OLD" });
      await plan(topology);

      expect((await counts.requests()).filter((subject) => subject.includes("LIST"))).toEqual([]);
      await plan(more);
      expect((await counts.requests()).filter((subject) => subject.includes("LIST"))).toEqual(["$JS.API.STREAM.LIST"]);
    });
  });

  it("of a user who may not list streams says so, and leaves it to the server", async () => {
    const allowed = '"$JS.API.INFO", "$JS.API.STREAM.INFO.*", "$JS.API.STREAM.CREATE.*", "$JS.API.STREAM.NAMES"';
    const config = `accounts { SHOP { jetstream: { max_file: ${3 * MIB} }, users: [
      { user: SHOP, password: p }, { user: u, password: p, permissions: { publish: [${allowed}] } } ] } }`;
    await using server = await startServer(version, { config });
    const nc = await connectTo(server, "SHOP");
    await api(nc, "STREAM.CREATE.OLD", { name: "OLD", max_bytes: 2 * MIB });
    const topology = { name: "shop", streams: [{ name: "ORDERS", maxBytes: "2MiB" }] };

    const result = await runOn(server, topology, loginOf("u"));

    expect(result.warnings.join()).toMatch(/Whether the storage suffices is not certain: .*STREAM\.LIST/);
    expect(reported(result, "stream/ORDERS").error).toMatchObject({
      code: 10047,
      message: expect.stringContaining("The server answered"),
    });
  });
});
