import { expect, it } from "vitest";
import { countApiRequests } from "../../../functions/local/api-counts.ts";
import { readAccount } from "../../../lib/export/account.ts";
import { exportTopology } from "../../../lib/export/export.ts";
import { jetStreamApi } from "../../../lib/jetstream/api.ts";
import { isAtLeast, serverFacts } from "../../../lib/jetstream/server.ts";
import { renderResult } from "../../../lib/report/render-result.ts";
import { mendedResources } from "../../../lib/report/summary.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { OWNER_KEY } from "../../../lib/topology/owner.ts";
import { deleteAll } from "../../support/delete-all.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";
import { sharedServer } from "../../support/shared-server.ts";

const ORDERS = { name: "ORDERS", subjects: ["orders.>"] };

const shop: Topology = {
  name: "shop",
  streams: [ORDERS],
  kvBuckets: [{ name: "jobs", history: 5 }],
  objectStores: [{ name: "files" }],
  consumers: [{ stream: "ORDERS", name: "billing" }],
};

eachVersion("the owner of a resource, in its metadata", (version) => {
  const keepsMetadata = isAtLeast({ version }, "2.10.0");
  const server = sharedServer(version);

  const ownerOf = async (request: string) => (await api(server.nc, request)).config.metadata?.[OWNER_KEY];
  const owners = async () => [
    await ownerOf("STREAM.INFO.ORDERS"),
    await ownerOf("STREAM.INFO.KV_jobs"),
    await ownerOf("STREAM.INFO.OBJ_files"),
    await ownerOf("CONSUMER.INFO.ORDERS.billing"),
  ];
  const all = (owner: string) => Array.from({ length: 4 }, () => (keepsMetadata ? owner : undefined));
  const nothing = { summary: { unchanged: 4 }, requests: { write: 0 }, warnings: [] };

  it("is laid on all that is created, and is no difference, no undeclared field and no drift of exact", async () => {
    await runOn(server, shop);

    expect(await owners()).toEqual(all("shop"));
    for (const topology of [
      shop,
      { ...shop, exact: true },
      { ...shop, ownerMetadata: false },
      { ...shop, adopt: true },
    ]) {
      const result = await runOn(server, topology);
      expect(result).toMatchObject({ ...nothing, converged: true, orphans: [], others: [] });
      expect(result.resources.flatMap(({ undeclared }) => undeclared)).toEqual([]);
    }
  });

  it("is not laid on where the topology says ownerMetadata: false, or one resource does", async () => {
    await runOn(server, { ...shop, ownerMetadata: false });
    expect(await owners()).toEqual([undefined, undefined, undefined, undefined]);
    await deleteAll(server.nc);

    await runOn(server, { ...shop, streams: [{ ...ORDERS, ownerMetadata: false }] });
    expect(await owners()).toEqual([undefined, ...all("shop").slice(1)]);
  });

  it("is no part of the metadata that a topology declares, and stays beside them", async () => {
    if (!keepsMetadata) return expect((await runOn(server, shop)).converged).toBe(true);
    const labelled = (team: string): Topology => ({ ...shop, streams: [{ ...ORDERS, metadata: { team } }] });
    await runOn(server, labelled("a"));
    const result = await runOn(server, labelled("b"));

    expect(differencesOf(result, "stream/ORDERS")).toEqual(['metadata: {"team":"a"} → {"team":"b"}, safe, applied']);
    expect((await api(server.nc, "STREAM.INFO.ORDERS")).config.metadata).toMatchObject({
      team: "b",
      [OWNER_KEY]: "shop",
    });
    expect(await runOn(server, { ...labelled("b"), exact: true })).toMatchObject(nothing);
  });

  it("causes no write by itself where others made the resource, and comes along with any other update", async () => {
    await api(server.nc, "STREAM.CREATE.ORDERS", ORDERS);
    const only = ["stream/ORDERS"];

    expect(await runOn(server, shop, { only })).toMatchObject({ requests: { write: 0 }, converged: true });
    expect(await ownerOf("STREAM.INFO.ORDERS")).toBeUndefined();
    await runOn(server, { ...shop, streams: [{ ...ORDERS, description: "new" }] }, { only });
    expect(await ownerOf("STREAM.INFO.ORDERS")).toBe(keepsMetadata ? "shop" : undefined);
  });

  it("may be wiped by a client's update: no drift, and nobody writes it back", async () => {
    await runOn(server, shop);
    await api(server.nc, "STREAM.UPDATE.ORDERS", ORDERS);

    expect(await runOn(server, shop)).toMatchObject(nothing);
    expect(await ownerOf("STREAM.INFO.ORDERS")).toBeUndefined();
  });

  it("is laid on all that carry none by adopt, as the plan says, and only once", async () => {
    await runOn(server, { ...shop, ownerMetadata: false });
    await publish(server.nc, "orders.a", 3);

    const plan = await runOn(server, shop, { mode: "plan", adopt: true });
    const result = await runOn(server, shop, { adopt: true });

    expect(await owners()).toEqual(all("shop"));
    expect(plan.planId).toBe(result.planId);
    if (keepsMetadata) {
      expect(plan.summary).toMatchObject({ toUpdate: 4 });
      expect(result).toMatchObject({ converged: true, summary: { updated: 4 }, requests: { write: 4 } });
      expect(differencesOf(result, "kv/jobs")).toEqual([`metadata: {} → {"${OWNER_KEY}":"shop"}, safe, applied`]);
    }
    expect(await runOn(server, shop, { adopt: true })).toMatchObject(nothing);
    expect((await api(server.nc, "STREAM.INFO.ORDERS")).state.messages).toBe(3);
  });

  it("is never exported", async () => {
    await runOn(server, shop);

    const { topology, remarks } = exportTopology(await readAccount(jetStreamApi(server.nc)), {
      name: "shop",
      server: serverFacts(server.nc, undefined),
    });

    expect(JSON.stringify({ topology, remarks })).not.toContain(OWNER_KEY);
    expect(await runOn(server, topology)).toMatchObject(nothing);
  });
});

eachVersion("two topologies on one account", (version) => {
  const keepsMetadata = isAtLeast({ version }, "2.10.0");
  const server = sharedServer(version);

  const stores = async (subject: string) => {
    const { streams } = await api(server.nc, "STREAM.NAMES", { subject });
    return streams !== null && streams.length > 0;
  };

  it("that have nothing in common count nothing of each other as unmanaged", async () => {
    const billing: Topology = {
      name: "billing",
      streams: [{ name: "INVOICES", subjects: ["invoices.>"] }],
      kvBuckets: [{ name: "rates" }],
      consumers: [{ stream: "ORDERS", name: "invoicing" }],
    };
    await runOn(server, shop);
    await runOn(server, billing);
    await api(server.nc, "STREAM.CREATE.STRANGER", { name: "STRANGER" });

    const result = await runOn(server, shop, { mode: "plan" });

    const theirs = ["stream/INVOICES", "kv/rates", "consumer/ORDERS/invoicing"];
    if (keepsMetadata) {
      expect(result.unmanaged).toEqual(["stream/STRANGER"]);
      expect(result.summary.unmanaged).toBe(1);
      expect(sorted(result.others)).toEqual(sorted(theirs.map((id) => ({ id, topology: "billing" }))));
      expect(renderResult(result)).toContain("3 of other topologies");
    } else {
      expect(sorted(result.unmanaged)).toEqual(sorted([...theirs, "stream/STRANGER"]));
    }
    expect(result).toMatchObject({ orphans: [], warnings: [] });
  });

  const withSubjects = (name: string, subject: string, more: Partial<Topology> = {}): Topology => ({
    name,
    streams: [{ name: "SHARED", subjects: [subject], allowDisruption: true }],
    ...more,
  });
  const [ours, theirs] = [withSubjects("ours", "ours.>"), withSubjects("theirs", "theirs.>")];

  it("that declare one stream with different subjects do not stop each other's messages: the later one is held", async () => {
    await runOn(server, ours);
    const runs = [];
    for (let round = 0; round < 2; round += 1) {
      runs.push(await runOn(server, theirs));
      if (keepsMetadata) await publish(server.nc, "ours.a", 1);
      runs.push(await runOn(server, ours));
    }

    if (!keepsMetadata) {
      // As before: nothing tells whose it is, and each run undoes the other.
      expect(runs.map(({ summary }) => summary.updated)).toEqual([1, 1, 1, 1]);
      return;
    }
    expect(runs.map(({ requests }) => requests.write)).toEqual([0, 0, 0, 0]);
    expect(runs.map(({ converged }) => converged)).toEqual([false, true, false, true]);
    expect(await stores("ours.a")).toBe(true);
    const [held] = runs;
    expect(held && reported(held, "stream/SHARED")).toMatchObject({
      outcome: "held",
      owner: "ours",
      differences: [{ field: "subjects", outcome: "held" }],
      error: { class: "conflict", message: expect.stringContaining('It belongs to the topology "ours"') },
    });
    expect(held && renderResult(held)).toContain("takeOver: true");
    // No approval takes it over.
    const plan = await runOn(server, theirs, { mode: "plan" });
    expect(renderResult(plan)).not.toContain("--approve");
    expect(await runOn(server, theirs, { approve: plan.planId ?? "" })).toMatchObject({ requests: { write: 0 } });
  });

  it("that declare one stream alike are both as declared, and the owner is told", async () => {
    await runOn(server, ours);

    const result = await runOn(server, { ...ours, name: "theirs" });

    expect(result).toMatchObject({ converged: true, requests: { write: 0 } });
    expect(reported(result, "stream/SHARED").owner).toBe(keepsMetadata ? "ours" : undefined);
  });

  it.each(["of the resource", "of the topology"])(
    "take over with takeOver %s: once, and with the owner",
    async (where) => {
      await runOn(server, ours);
      const [stream] = theirs.streams ?? [];
      const taking: Topology =
        where === "of the topology"
          ? { ...theirs, takeOver: true }
          : { ...theirs, streams: stream ? [{ ...stream, takeOver: true }] : [] };

      const result = await runOn(server, taking);

      expect(result).toMatchObject({ converged: true, summary: { updated: 1 } });
      expect(await stores("theirs.a")).toBe(true);
      expect(await runOn(server, taking)).toMatchObject({ converged: true, requests: { write: 0 } });
      if (!keepsMetadata) return;
      expect((await api(server.nc, "STREAM.INFO.SHARED")).config.metadata[OWNER_KEY]).toBe("theirs");
      const then = await runOn(server, ours);
      expect(then).toMatchObject({ requests: { write: 0 }, summary: { held: 1 } });
      expect(reported(then, "stream/SHARED").owner).toBe("theirs");
    },
  );

  it("that both take a stream over mend it again and again, and every run counts it: the alarm of flapping", async () => {
    await runOn(server, ours);
    const runs = [];
    for (let round = 0; round < 3; round += 1) {
      runs.push(await runOn(server, { ...theirs, takeOver: true }));
      runs.push(await runOn(server, { ...ours, takeOver: true }));
    }

    expect(runs.map(({ converged }) => converged)).toEqual(runs.map(() => true));
    expect(runs.map((run) => mendedResources(run).map(({ id }) => id))).toEqual(runs.map(() => ["stream/SHARED"]));
    // Nobody else writes: nothing to mend.
    expect(mendedResources(await runOn(server, { ...ours, takeOver: true }))).toEqual([]);
  });

  it("may be one that got another name: takeOver with adopt moves all to it, once", async () => {
    await runOn(server, shop);
    const renamed: Topology = { ...shop, name: "store", takeOver: true, adopt: true };

    const result = await runOn(server, renamed);

    expect(result.summary).toMatchObject(keepsMetadata ? { updated: 4 } : { unchanged: 4 });
    expect(await runOn(server, { ...shop, name: "store" })).toMatchObject({ summary: { unchanged: 4 } });
    const { resources } = await runOn(server, { ...shop, name: "store" }, { mode: "plan" });
    expect(resources.map(({ owner }) => owner)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

eachVersion("an orphan", (version) => {
  const keepsMetadata = isAtLeast({ version }, "2.10.0");

  it("carries the topology's name and is not declared any more: it is told with what it holds, and left alone", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await runOn(server, shop);
    await publish(nc, "$KV.jobs.a", 2);
    await publish(nc, "orders.a", 3);
    await using counts = await countApiRequests(server, nc);

    const result = await runOn(server, { name: "shop", streams: [ORDERS] });

    const ids = ["kv/jobs", "object/files", "consumer/ORDERS/billing"];
    if (!keepsMetadata) {
      expect(sorted(result.unmanaged)).toEqual(sorted(ids));
      return expect(result.orphans).toEqual([]);
    }
    expect(sorted(result.orphans)).toEqual(
      sorted([
        { id: "kv/jobs", messages: 2, bytes: expect.any(Number), consumers: 0 },
        { id: "object/files", messages: 0, bytes: 0, consumers: 0 },
        { id: "consumer/ORDERS/billing", pending: 3 },
      ]),
    );
    expect(result).toMatchObject({ converged: true, unmanaged: [], others: [], warnings: [] });
    expect(renderResult(result)).toContain("3 orphans (of this topology, not declared in it any more");
    expect(renderResult(result)).toMatch(/kv\/jobs: 2 messages, \d+ bytes, 0 consumers/);
    expect(await counts.writes()).toEqual([]);
    const ignoring = { name: "shop", streams: [ORDERS], ignore: ["kv/*", "object/*", "consumer/*"] };
    expect((await runOn(server, ignoring)).orphans).toEqual([]);
  });

  it("among many undeclared streams is found in the list of all", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await runOn(server, shop);
    await Promise.all(Array.from({ length: 40 }, (_, i) => api(nc, `STREAM.CREATE.S${i}`, { name: `S${i}` })));
    await using counts = await countApiRequests(server, nc);

    const result = await runOn(server, { ...shop, kvBuckets: [] }, { mode: "plan" });

    expect(result.orphans.map(({ id }) => id)).toEqual(keepsMetadata ? ["kv/jobs"] : []);
    expect(result.unmanaged).toHaveLength(keepsMetadata ? 40 : 41);
    expect(result.warnings).toEqual([]);
    expect(result.requests.read).toBeLessThan(12);
    expect(await counts.writes()).toEqual([]);
  });

  it("costs no read where every live stream is declared", async () => {
    await using server = await startServer(version);
    const first = await runOn(server, shop);
    const second = await runOn(server, shop);
    expect(second.requests.read).toBeLessThanOrEqual(first.requests.read);
  });

  it("is told as unmanaged, with a warning, to a user who may not read streams that are not declared", async () => {
    const allowed = [
      "$JS.API.INFO",
      "$JS.API.STREAM.INFO.ORDERS",
      "$JS.API.STREAM.NAMES",
      "$JS.API.CONSUMER.INFO.*.*",
      "$SYS.REQ.USER.INFO",
    ];
    await using server = await startServer(version, {
      config: `authorization { users: [
        { user: all, password: x }
        { user: some, password: x, permissions: { publish: ${JSON.stringify(allowed)}, subscribe: "_INBOX.>" } } ] }`,
    });
    const login = (user: string) => ({ connection: { credentials: { user, password: "x" } } });
    await runOn(server, shop, login("all"));

    const result = await runOn(server, { name: "shop", streams: [ORDERS] }, { ...login("some"), mode: "plan" });

    expect(sorted(result.unmanaged)).toEqual(["kv/jobs", "object/files"]);
    expect(result.orphans).toEqual([]);
    const [told] = result.warnings.filter((warning) => warning.startsWith("Which topology"));
    if (keepsMetadata) expect(told).toMatch(/Which topology 2 undeclared streams may belong to is not known: .*permi/i);
    else expect(told).toBeUndefined();
  });
});

function sorted<Item>(items: Item[]): Item[] {
  const key = (item: Item) => (typeof item === "string" ? item : (item as { id: string }).id);
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
