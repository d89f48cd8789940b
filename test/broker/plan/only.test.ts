import type { NatsConnection } from "nats";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { renderResult } from "../../../lib/report/render-result.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { deleteAll } from "../../support/delete-all.ts";
import { eachVersion, startServer, type TestServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { runOn } from "../../support/run.ts";

const GIB = 1024 ** 3;

const topology: Topology = {
  name: "shop",
  streams: [
    { name: "ORDERS", subjects: ["orders.>"], maxBytes: "1GiB" },
    { name: "LEDGER", subjects: ["ledger.>"], maxBytes: "1GiB" },
  ],
  consumers: [
    { stream: "ORDERS", name: "billing" },
    { stream: "ORDERS", name: "shipping" },
  ],
};

eachVersion("a run of a part of the topology (--only)", (version) => {
  let server: TestServer;
  let nc: NatsConnection;
  const only = ["stream/ORDERS"];

  beforeAll(async () => {
    server = await startServer(version);
    nc = await server.connect();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  afterEach(() => deleteAll(nc));

  it("lists no declared consumer as unmanaged, and still lists the others", async () => {
    await runOn(server, topology);
    const config = { durable_name: "stale", name: "stale", ack_policy: "explicit" };
    await api(nc, "CONSUMER.CREATE.ORDERS.stale", { stream_name: "ORDERS", config });

    const part = await runOn(server, topology, { mode: "plan", only });

    expect(part.unmanaged).toEqual(["consumer/ORDERS/stale"]);
  });

  it("says how much of the topology it looked at, and never that the broker is as declared", async () => {
    await runOn(server, topology);
    await api(nc, "STREAM.DELETE.LEDGER");

    const plan = await runOn(server, topology, { mode: "plan", only });
    const ensured = await runOn(server, topology, { only });

    for (const result of [plan, ensured]) {
      expect(result).toMatchObject({ only, lookedAt: { resources: 1, declared: 4 }, converged: true });
    }
    expect(renderResult(plan)).toContain("1 of 4 resources looked at: 1 unchanged.");
    expect(renderResult(plan)).toContain("1 of 4 resources looked at: nothing to do.");
    expect(renderResult(ensured)).toContain("1 of 4 resources looked at: as declared.");
    expect(renderResult(ensured)).not.toContain("The broker is as declared.");
  });

  it("tells what the whole topology declares of the storage, not what a part of it does", async () => {
    const part = await runOn(server, topology, { mode: "plan", only });

    expect(part.broker?.storage.declared).toBe(2 * GIB);
  });

  it("is the whole where the patterns match every resource", async () => {
    const all = await runOn(server, topology, { mode: "plan", only: ["*"] });
    const whole = await runOn(server, topology, { mode: "plan" });

    expect(all).toMatchObject({ only: ["*"], lookedAt: { resources: 4, declared: 4 } });
    expect(all.planId).toBe(whole.planId);
    expect(whole).not.toHaveProperty("only");
  });

  it("has a plan id that says so: approving it elsewhere is not told as a broker that has moved", async () => {
    const [whole, part, other] = [
      await runOn(server, topology, { mode: "plan" }),
      await runOn(server, topology, { mode: "plan", only }),
      await runOn(server, topology, { mode: "plan", only: ["stream/LEDGER"] }),
    ];
    const refusal = async (approve: string | null, choice?: string[]) => {
      const run = { approve: approve ?? "", ...(choice ? { only: choice } : {}) };
      const { error, requests } = await runOn(server, topology, run);
      expect(requests.write).toBe(0);
      expect(error?.class).toBe("conflict");
      expect(error?.message).not.toContain("moved");
      return error?.message;
    };

    expect(await refusal(part.planId)).toContain(
      `The plan ${part.planId} is of some resources only, and this run looks at all 4 of the topology: give it the same "only"`,
    );
    expect(await refusal(whole.planId, only)).toContain(
      `The plan ${whole.planId} is of the whole topology, and this run looks at 1 of 4 resources: leave "only" out`,
    );
    expect(await refusal(other.planId, only)).toContain(
      `The plan ${other.planId} is of other resources than the 1 of 4 that this run looks at`,
    );

    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });
    const moved = await runOn(server, topology, { approve: part.planId ?? "", only });
    expect(moved.error?.message).toContain("has moved since");
  });

  it("names the same part in what it tells the reader to run next", async () => {
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"], max_bytes: 2 * GIB });

    const plan = await runOn(
      server,
      { ...topology, streams: [{ name: "ORDERS", subjects: ["orders.>"], denyPurge: true }] },
      { mode: "plan", only },
    );

    expect(renderResult(plan, { width: 120 })).toContain(`ensure --only 'stream/ORDERS' --approve ${plan.planId}`);
  });
});
