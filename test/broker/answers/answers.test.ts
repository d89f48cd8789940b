import { expect, it } from "vitest";
import { renderResult } from "../../../lib/report/render-result.ts";
import { defineTopology, type Topology } from "../../../lib/topology/index.ts";
import { eachVersion, startTestCluster, withServer } from "../../support/nats-server.ts";
import { createTestOperator, JETSTREAM } from "../../support/operator.ts";
import { api, RawApiError } from "../../support/raw.ts";
import { reported, runOn } from "../../support/run.ts";

const MOST = 2n ** 63n - 1n;

const shop = defineTopology({
  name: "shop",
  streams: [{ name: "ORDERS", subjects: ["orders.>"], maxBytes: "1GiB" }],
  kvBuckets: [{ name: "jobs" }],
  consumers: [{ stream: "ORDERS", name: "worker", ackPolicy: "explicit" }],
});

const operator = await createTestOperator();
const counts = { streams: MOST, consumer: MOST };
const many = await operator.account("MANY", { limits: JETSTREAM }, counts);
const large = await operator.account(
  "LARGE",
  { limits: JETSTREAM },
  { ...counts, mem_storage: MOST, disk_storage: MOST },
);

eachVersion("a limit of 9223372036854775807", (version) => {
  it("of streams and consumers, in an account's JWT, is no trouble", async () => {
    await withServer(version, { config: operator.config([many]) }, async (server) => {
      const result = await runOn(server, shop, { connection: { credentials: { creds: await many.creds() } } });

      expect(JSON.parse(JSON.stringify(result))).toMatchObject({ converged: true, summary: { created: 3 } });
    });
  });

  // A server that is not clustered gives an account no more storage than it has.
  it("of storage, in an account's JWT, is a number in the report", { timeout: 120_000 }, async () => {
    await using cluster = await startTestCluster({ version, options: { config: operator.config([large]) } });
    const server = { url: cluster.urls[0] ?? "" };
    const connection = { credentials: { creds: await large.creds() } };

    const first = await runOn(server, shop, { connection });
    const second = await runOn(server, shop, { connection, mode: "plan" });

    expect(JSON.parse(JSON.stringify(first))).toMatchObject({
      summary: { created: 3, failed: 0 },
      broker: { storage: { limit: 2 ** 63 } },
    });
    expect(renderResult(second, { width: 120, colour: false })).toContain("8589934592 GiB limit");
    expect(second).toMatchObject({ converged: true, warnings: [] });
  });

  it("of a live stream and consumer is kept with every digit by an update", async () => {
    await withServer(version, {}, async (plain) => {
      const nc = await plain.connect();
      await api(nc, "STREAM.CREATE.A", { name: "A", max_msgs: Number.MAX_SAFE_INTEGER });
      await nc.request("$JS.API.STREAM.UPDATE.A", `{"name":"A","max_msgs":${MOST}}`);
      const config = `{"durable_name":"c","name":"c","ack_policy":"explicit","max_deliver":${MOST}}`;
      await nc.request("$JS.API.CONSUMER.CREATE.A.c", `{"stream_name":"A","config":${config}}`);
      const topology: Topology = {
        name: "t",
        streams: [{ name: "A", description: "x" }],
        consumers: [{ stream: "A", name: "c", ackPolicy: "explicit", description: "x" }],
      };

      const result = await runOn(plain, topology);

      expect(JSON.parse(JSON.stringify(result))).toMatchObject({ converged: true, summary: { updated: 2 } });
      expect(reported(result, "stream/A").undeclared).toContainEqual({ field: "maxMsgs", live: `${MOST}` });
      expect((await api(nc, "STREAM.INFO.A")).config).toMatchObject({ max_msgs: MOST });
      expect((await api(nc, "CONSUMER.INFO.A.c")).config).toMatchObject({ max_deliver: MOST, description: "x" });
    });
  });
});

eachVersion("a stream that stores the requests of JetStream", (version) => {
  it("is named as the cause where its receipts arrive as answers, and no TypeError is", async () => {
    await withServer(version, {}, async (server) => {
      const nc = await server.connect();
      const made = api(nc, "STREAM.CREATE.AUDIT", { name: "AUDIT", subjects: ["$JS.>"] });
      const isRefused = await made.then(
        () => false,
        // The answer to the request that makes it may be its first receipt.
        (error: unknown) => error instanceof RawApiError,
      );

      const sentence =
        'The answer to $JS.API.STREAM.INFO.ORDERS cannot be used: it is the receipt of the stream "AUDIT", which ' +
        "stores the requests of JetStream as messages. Take the subject that covers them ($JS.API.>, $JS.> or the " +
        "like) from that stream, or set its no_ack.";
      // Receipt and answer both come, in any order, and the first one counts: in some runs it is always the answer.
      const told: string[] = [];
      let result = await runOn(server, shop);
      for (let runs = 1; ; runs += 1) {
        told.push(JSON.stringify(result));
        if (isRefused || runs === 50 || result.resources.some(({ error }) => error?.message === sentence)) break;
        result = await runOn(server, shop, { mode: "plan" });
      }

      // Newer servers take such a stream only if it gives no receipts.
      expect(isRefused).toBe(!version.startsWith("2.9."));
      expect(told.join()).not.toMatch(/TypeError|Cannot read/);
      if (isRefused) return expect(result.converged).toBe(true);
      expect(result.resources.map(({ error }) => error?.message)).toContain(sentence);
    });
  });
});

eachVersion("a request that is larger than a message may be", (version) => {
  it("is told as a limit, and keeps no other resource from being created", async () => {
    await withServer(version, { config: "max_payload: 2048" }, async (server) => {
      const streams = [
        { name: "LARGE", subjects: ["large"], description: "x".repeat(3000) },
        { name: "SMALL", subjects: ["small"] },
      ];

      const result = await runOn(server, { name: "t", streams });

      expect(reported(result, "stream/LARGE")).toMatchObject({ outcome: "failed", error: { class: "limits" } });
      expect(reported(result, "stream/LARGE").error?.message).toContain(
        "$JS.API.STREAM.CREATE.LARGE was not sent: it is larger than a message may be on this server (max_payload).",
      );
      expect(reported(result, "stream/SMALL").outcome).toBe("created");
    });
  });
});
