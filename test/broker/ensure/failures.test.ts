import { createServer } from "node:net";
import { expect, it } from "vitest";
import kanade from "../../../cdk/kanade.ts";
import { countApiRequests } from "../../../functions/local/api-counts.ts";
import { failureOf } from "../../../lib/report/failure.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";
import { timed } from "../../support/timed.ts";
import { newest } from "../../support/versions.ts";

const ORDERS = { name: "ORDERS", subjects: ["orders.>"] };
const orders = { name: "shop", streams: [ORDERS] };
const GIB = 1024 ** 3;

eachVersion("a broker that cannot be asked", (version) => {
  it("wrong password: class auth, and a report of every resource", async () => {
    await using server = await startServer(version, { login: { user: "fleet", password: "right" } });

    const result = await runOn(server, kanade, { connection: { credentials: { user: "fleet", password: "wrong" } } });

    expect(result.error).toMatchObject({ class: "auth", message: expect.stringContaining("refused the credentials") });
    expect(result).toMatchObject({ converged: false, planId: null, broker: null, summary: { failed: 22 } });
    expect(failureOf(result)).toBe(result.error?.message);
    expect(JSON.stringify(result)).not.toContain("wrong");
  });

  it("JetStream off on the server: class unavailable, at once", async () => {
    await using server = await startServer(version, { jetstream: false });

    const { value: result, ms } = await timed(() => runOn(server, orders));

    expect(result.error).toMatchObject({ class: "unavailable" });
    expect(result.error?.message).toMatch(/not enabled/);
    expect(ms).toBeLessThan(3000);
  });

  it("JetStream off for the account: class unavailable, and the server's code", async () => {
    const config = `
      accounts {
        WITH { jetstream: enabled, users: [{ user: with, password: p }] }
        WITHOUT { users: [{ user: without, password: p }] }
      }`;
    await using server = await startServer(version, { config });

    const result = await runOn(server, orders, { connection: { credentials: { user: "without", password: "p" } } });

    expect(result.error).toMatchObject({ class: "unavailable", message: expect.stringMatching(/not enabled/) });
  });

  it("a user who may not use the API: class auth, naming the subject", async () => {
    const config = `authorization { users: [{ user: u, password: p, permissions: { publish: "orders.>" } }] }`;
    await using server = await startServer(version, { config });

    const result = await runOn(server, orders, { connection: { credentials: { user: "u", password: "p" } } });

    expect(result.summary.failed).toBe(1);
    expect(reported(result, "stream/ORDERS").error).toMatchObject({
      class: "auth",
      message: expect.stringContaining("may not publish to $JS.API.STREAM.INFO.ORDERS"),
    });
    expect(failureOf(result)).toContain("stream/ORDERS");
  });

  it("a user who may not subscribe to the inbox: class auth, naming it", async () => {
    const config = `authorization { users: [{ user: u, password: p, permissions: { publish: ">", subscribe: "other.>" } }] }`;
    await using server = await startServer(version, { config });

    const result = await runOn(server, orders, {
      connection: { credentials: { user: "u", password: "p" } },
      api: { timeoutMs: 1000 },
    });

    expect(JSON.stringify(result)).toMatch(/may not subscribe to _INBOX/);
    expect(failureOf(result)).toMatch(/_INBOX/);
  });
});

it("nobody listens there: class network, at once", async () => {
  const port = await unusedPort();

  const result = await runOn({ url: `nats://127.0.0.1:${port}` }, orders);

  expect(result.error).toMatchObject({ class: "network", message: expect.stringContaining("connection refused") });
  expect(result.error?.message).toContain(`127.0.0.1:${port}`);
});

it("something listens and says nothing: class network, within the time it was given", async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as { port: number };

  const { value: result, ms } = await timed(() =>
    runOn({ url: `nats://127.0.0.1:${port}` }, orders, { deadline: Date.now() + 1500 }),
  );

  expect(result.error?.class).toBe("network");
  expect(ms).toBeLessThan(1500);
  silent.close();
});

it("TLS is asked for and not offered: refused, never plaintext", async () => {
  await using server = await startServer(newest);

  for (const connection of [{ tls: true }, {}]) {
    const url = "tls" in connection ? server.url : server.url.replace("nats:", "tls:");
    const result = await runOn({ url }, orders, { connection });
    expect(result.error).toMatchObject({ class: "network", message: expect.stringContaining("TLS is required") });
  }
});

eachVersion("a write that is refused", (version) => {
  it("storage too small: what fits is created; the rest says the numbers, the class and that nothing is there", async () => {
    // A MiB over what the caps can add up to, for a store that is reserved to its last byte takes no stream at all.
    await using server = await startServer(version, { jetstream: { maxFileStore: 2 * GIB + 2 ** 20 } });

    const result = await runOn(server, kanade);

    expect(result.summary.created).toBeGreaterThan(10);
    expect(result.summary.failed).toBeGreaterThan(0);
    const failed = result.resources.find(({ outcome }) => outcome === "failed");
    expect(failed?.error).toMatchObject({ code: 10047, class: "storage" });
    expect(failed?.error?.message).toMatch(/no existing (stream|bucket|store) to fall back to/);
    expect(failureOf(result)).toContain(failed?.id);
  });

  it("a cap that does not fit on what exists is held, and the other change of the same resource is made", async () => {
    await using server = await startServer(version, { jetstream: { maxFileStore: GIB } });
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { ...ORDERS, max_bytes: GIB / 2 });

    const streams = [{ ...ORDERS, maxBytes: "4GiB", description: "grown" }];
    const result = await runOn(server, { name: "shop", streams });

    expect(result).toMatchObject({ converged: false, summary: { held: 1, failed: 0 } });
    expect(failureOf(result)).toBeUndefined();
    expect(differencesOf(result, "stream/ORDERS")).toEqual([
      'description: "" → "grown", safe, applied',
      'maxBytes: "512MiB" → "4GiB", safe, held',
    ]);
    expect(reported(result, "stream/ORDERS").error).toMatchObject({ code: 10047, class: "storage" });
    expect((await api(nc, "STREAM.INFO.ORDERS")).config).toMatchObject({ description: "grown", max_bytes: GIB / 2 });
  });

  it("a create that fails with no existing store is fatal; the others are made all the same", async () => {
    const allowed = '"$JS.API.INFO", "$JS.API.STREAM.INFO.*", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.CREATE.ORDERS"';
    const config = `authorization { users: [{ user: u, password: p, permissions: { publish: [${allowed}] } }] }`;
    await using server = await startServer(version, { config });

    const topology = { ...orders, objectStores: [{ name: "files" }], kvBuckets: [{ name: "jobs" }] };
    const result = await runOn(server, topology, { connection: { credentials: { user: "u", password: "p" } } });

    expect(result.summary).toMatchObject({ created: 1, failed: 2 });
    expect(reported(result, "object/files").error).toMatchObject({ class: "auth" });
    expect(failureOf(result)).toContain("no existing store to fall back to");
    expect(failureOf(result)).toContain("no existing bucket to fall back to");
  });

  it("an update that is not permitted leaves the resource held, and does not fail the run", async () => {
    const config = `authorization { users: [
      { user: admin, password: a },
      { user: u, password: p, permissions: { publish: ["$JS.API.INFO", "$JS.API.STREAM.INFO.*"] } } ] }`;
    await using server = await startServer(version, { config });
    const nc = await server.connect({ user: "admin", pass: "a" });
    await api(nc, "STREAM.CREATE.ORDERS", ORDERS);

    const streams = [{ ...ORDERS, description: "new" }];
    const connection = { credentials: { user: "u", password: "p" } };
    const plan = await runOn(server, { name: "shop", streams }, { connection, mode: "plan" });
    const result = await runOn(server, { name: "shop", streams }, { connection });

    expect(plan).toMatchObject({ summary: { toUpdate: 1 } });
    expect(result).toMatchObject({ converged: false, summary: { held: 1, failed: 0 } });
    expect(reported(result, "stream/ORDERS").error).toMatchObject({ class: "auth" });
    expect(failureOf(result)).toBeUndefined();
    expect(result.warnings.join()).toContain("Unmanaged streams are not listed");
  });

  it("subjects that an unmanaged stream has: class conflict", async () => {
    await using server = await startServer(version);
    await api(await server.connect(), "STREAM.CREATE.OLD", { name: "OLD", subjects: ["orders.*"] });

    const result = await runOn(server, orders);

    expect(reported(result, "stream/ORDERS").error).toMatchObject({ code: 10065, class: "conflict" });
  });
});

eachVersion("what would lose data", (version) => {
  it("first_seq on an existing stream is never sent: the server would purge the stream at its next restart", async () => {
    if (version.startsWith("2.9.")) return;
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", ORDERS);
    await publish(nc, "orders.new", 100);

    const streams = [{ ...ORDERS, firstSeq: 50, allowLoss: true, allowOneWay: true }];
    const result = await runOn(server, { name: "shop", streams });
    await server.restart();

    const impact = version === "2.10.27" ? "unsupported" : "immutable";
    expect(differencesOf(result, "stream/ORDERS")).toEqual([`firstSeq: 0 → 50, ${impact}, held`]);
    expect((await api(await server.connect(), "STREAM.INFO.ORDERS")).state.messages).toBe(100);
  });

  it("more replicas are never asked of a server that is not clustered: the stream would not come back", async () => {
    await using server = await startServer(version);
    await api(await server.connect(), "STREAM.CREATE.ORDERS", ORDERS);

    const streams = [{ ...ORDERS, numReplicas: 3, description: "more" }];
    const result = await runOn(server, { name: "shop", streams });
    await server.restart();

    expect(differencesOf(result, "stream/ORDERS")).toEqual([
      'description: "" → "more", safe, applied',
      "numReplicas: 1 → 3, immutable, held",
    ]);
    expect((await api(await server.connect(), "STREAM.INFO.ORDERS")).config.num_replicas).toBe(1);
  });

  it("interest retention, discard old over the limit, sealing: held, each with its reason", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { ...ORDERS, discard: "new", max_msgs: 5 });
    await publish(nc, "orders.new", 5);

    const streams = [
      { ...ORDERS, retention: "interest" as const, maxMsgs: 3, discard: "old" as const, denyDelete: true },
    ];
    const result = await runOn(server, { name: "shop", streams });

    expect(reported(result, "stream/ORDERS").differences.every(({ outcome }) => outcome === "held")).toBe(true);
    expect(
      reported(result, "stream/ORDERS")
        .differences.map(({ field }) => field)
        .sort(),
    ).toEqual(["denyDelete", "discard", "maxMsgs", "retention"]);
    expect((await api(nc, "STREAM.INFO.ORDERS")).state.messages).toBe(5);
  });

  it("a narrower filter of a consumer on a stream with interest retention: what nobody wants any more would go", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { ...ORDERS, retention: "interest" });
    const config = { name: "billing", durable_name: "billing", ack_policy: "explicit" };
    await api(nc, "CONSUMER.CREATE.ORDERS.billing", { stream_name: "ORDERS", config });
    await publish(nc, "orders.paid", 3);
    await publish(nc, "orders.open", 5);

    const narrower = (more: object) => ({
      name: "shop",
      consumers: [{ stream: "ORDERS", name: "billing", filterSubject: "orders.paid", ...more }],
    });
    const held = await runOn(server, narrower({}));

    // 2.9 keeps the messages, so there it is safe.
    const kept = version.startsWith("2.9.");
    expect(differencesOf(held, "consumer/ORDERS/billing")).toEqual([
      `filterSubject: "" → "orders.paid", ${kept ? "safe, applied" : "lossy, held"}`,
    ]);
    expect((await api(nc, "STREAM.INFO.ORDERS")).state.messages).toBe(8);
    expect(await runOn(server, narrower({ allowLoss: true }))).toMatchObject({ converged: true });
    expect((await api(nc, "STREAM.INFO.ORDERS")).state.messages).toBe(kept ? 8 : 3);
  });

  it("a first sequence beyond what JavaScript counts survives an update of another field", async () => {
    // Older servers do not know the field, or lose such a stream at any restart: see the test of unsupported fields.
    if (version.startsWith("2.9.") || version === "2.10.27") return;
    await using server = await startServer(version);
    const nc = await server.connect();
    const create = `{"name":"ORDERS","subjects":["orders.>"],"first_seq":9007199254740993}`;
    await nc.request("$JS.API.STREAM.CREATE.ORDERS", create);
    await publish(nc, "orders.new", 10);

    const result = await runOn(server, { name: "shop", streams: [{ ...ORDERS, description: "kept" }] });
    await server.restart();

    expect(result.converged).toBe(true);
    const { config, state } = await api(await server.connect(), "STREAM.INFO.ORDERS");
    expect(config).toMatchObject({ description: "kept", first_seq: 9007199254740993n });
    expect(state.messages).toBe(10);
  });
});

eachVersion("fields that the server is too old for", (version) => {
  it("are held where the resource is as good without them, and stop the creation where it is not", async () => {
    await using server = await startServer(version);
    const old = version.startsWith("2.10.") || version.startsWith("2.9.");

    const streams = [
      { ...ORDERS, allowAtomic: true },
      { name: "COUNTS", subjects: ["counts.>"], allowMsgCounter: true },
      { name: "LATE", subjects: ["late.>"], firstSeq: 50 },
    ];
    const result = await runOn(server, { name: "shop", streams });

    if (!old) {
      expect(result).toMatchObject({ converged: true, summary: { created: 3 } });
      return;
    }
    expect(reported(result, "stream/ORDERS")).toMatchObject({ outcome: "held" });
    expect(differencesOf(result, "stream/ORDERS")).toEqual(["allowAtomic: null → true, unsupported, held"]);
    expect(reported(result, "stream/COUNTS").error?.message).toMatch(/does not know it: it needs 2\.12/);
    expect(reported(result, "stream/LATE").error?.message).toMatch(/does not know it|purges a stream that has it/);
    expect(failureOf(result)).toContain("no existing stream to fall back to");
    const again = await runOn(server, { name: "shop", streams: streams.slice(0, 1) });
    expect(differencesOf(again, "stream/ORDERS")).toEqual(["allowAtomic: false → true, unsupported, held"]);
    expect(again.requests.write).toBe(0);
  });
});

it("an answer that is lost is not a failure: what is there is read, and nothing is done twice", async () => {
  await using server = await startServer(newest);
  const proxy = await startTcpProxy({ target: { port: server.port } });
  const nc = await server.connect();
  await using counts = await countApiRequests(server, nc);
  const slow = nc.subscribe("$JS.EVENT.ADVISORY.STREAM.CREATED.>", { callback: () => proxy.latency(0) });
  await nc.flush();

  // The request takes 400 ms to the server, the client gives up after 300; the server's own advisory ends the delay.
  const running = runOn({ url: `nats://${proxy.address}` }, orders, { api: { timeoutMs: 300 } });
  const delay = setInterval(async () => {
    if ((await counts.requests()).some((subject) => subject.includes("STREAM.INFO.ORDERS"))) {
      clearInterval(delay);
    }
  }, 5);
  proxy.latency(200);
  const result = await running;
  clearInterval(delay);
  slow.unsubscribe();
  await proxy.close();

  expect(result).toMatchObject({ converged: true, summary: { created: 1 } });
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
