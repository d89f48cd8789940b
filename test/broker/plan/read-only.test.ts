import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import kanade from "../../../cdk/kanade.ts";
import { countApiRequests } from "../../../functions/local/api-counts.ts";
import type { ReportedResource } from "../../../lib/report/result.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { documentedPermissions } from "../../support/documented-permissions.ts";
import { eachVersion, startServer, type TestServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { reported, runOn } from "../../support/run.ts";

const MSG_GET = "$JS.API.STREAM.MSG.GET.*";

/** Differences of every kind, a resource that is missing, a stream and a consumer that nobody declared. */
const topology: Topology = {
  ...kanade,
  streams: [
    ...(kanade.streams ?? []),
    { name: "ORDERS", subjects: ["orders.>"], maxAge: "3s", maxMsgs: 10, description: "new", denyDelete: true },
    { name: "SUBJECTS", subjects: ["subjects.>"], maxMsgsPerSubject: 2, storage: "memory" },
    { name: "MISSING", subjects: ["missing.>"] },
  ],
  consumers: [{ stream: "ORDERS", name: "billing", ackWait: "1m", deliverPolicy: "new" }],
};

eachVersion("a user who may only read", (version) => {
  let server: TestServer;
  const admin = { credentials: { user: "admin", password: "a" } };
  const reader = { credentials: { user: "reader", password: "r" } };
  const blind = { credentials: { user: "blind", password: "b" } };

  beforeAll(async () => {
    const { plan: needed } = await documentedPermissions();
    expect(needed).toContain("$JS.API.STREAM.INFO.*");
    const user = (name: string, password: string, publish: string[]) =>
      `{ user: ${name}, password: ${password}, permissions: { publish: ${JSON.stringify(publish)}, subscribe: "_INBOX.>" } }`;
    server = await startServer(version, {
      config: `authorization { users: [
        { user: admin, password: a }
        ${user("reader", "r", [...needed, MSG_GET])}
        ${user("blind", "b", needed)} ] }`,
    });
    const nc = await server.connect({ user: "admin", pass: "a" });
    await runOn(server, kanade, { connection: admin });
    await api(nc, "STREAM.UPDATE.AUDIT", { name: "AUDIT", subjects: ["audit.>"], max_age: 3_600_000_000_000 });
    await api(nc, "STREAM.CREATE.OLD", { name: "OLD" });
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });
    await api(nc, "STREAM.CREATE.SUBJECTS", { name: "SUBJECTS", subjects: ["subjects.>"] });
    for (const name of ["billing", "stale"]) {
      const config = { durable_name: name, name, ack_policy: "explicit" };
      await api(nc, `CONSUMER.CREATE.ORDERS.${name}`, { stream_name: "ORDERS", config });
    }
    await publish(nc, "subjects.a", 4);
    await publish(nc, "subjects.b", 1);
    await publish(nc, "orders.new", 20);
    // All of them are older than the age by then; a machine that stands still makes them older yet.
    await sleep(3200);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("gets the plan that a user who may do everything gets, and sends nothing but reads", async () => {
    const nc = await server.connect({ user: "admin", pass: "a" });
    // It is younger than the age when the plans are made: only reading messages tells how many are.
    await publish(nc, "orders.new", 1);
    await using counts = await countApiRequests(server, nc);

    const [full, plan] = await Promise.all([
      runOn(server, topology, { mode: "plan", connection: admin }),
      runOn(server, topology, { mode: "plan", connection: reader }),
    ]);

    expect(plan.planId).toBe(full.planId);
    expect(plan.resources).toEqual(full.resources);
    expect(plan.unmanaged).toEqual(["stream/OLD", "consumer/ORDERS/stale"]);
    expect(plan.summary).toMatchObject({ toCreate: 1, toUpdate: 1, failed: 0, unmanaged: 2 });
    expect(plan.warnings).toEqual([]);
    expect(await counts.writes()).toEqual([]);
  });

  it("and who may not read messages either: the same but for how sure the forecast of an age is", async () => {
    const nc = await server.connect({ user: "admin", pass: "a" });
    await publish(nc, "orders.new", 1);

    const full = await runOn(server, topology, { mode: "plan", connection: admin });
    const plan = await runOn(server, topology, { mode: "plan", connection: blind });

    expect(plan.resources.map(withoutForecastOfAge)).toEqual(full.resources.map(withoutForecastOfAge));
    expect(plan.unmanaged).toEqual(full.unmanaged);
    const [exact, rough] = [full, plan].map((result) =>
      reported(result, "stream/ORDERS").differences.find(({ field }) => field === "maxAge"),
    );
    expect(exact?.forecast?.certainty).toBe("exact");
    expect(rough?.forecast?.certainty).toBe("at most");
    expect(rough?.forecast?.messages).toBeGreaterThan(exact?.forecast?.messages ?? Number.POSITIVE_INFINITY);
    expect(plan.warnings).toHaveLength(1);
    expect(plan.warnings[0]).toContain("$JS.API.STREAM.MSG.GET.ORDERS");
  });
});

function withoutForecastOfAge(resource: ReportedResource): ReportedResource {
  const differences = resource.differences.map((difference) => {
    if (difference.field !== "maxAge" || resource.id !== "stream/ORDERS") return difference;
    const { forecast: _, reason: __, ...rest } = difference;
    return rest;
  });
  return { ...resource, differences };
}
