import type { NatsConnection } from "nats";
import { describe, expect, it } from "vitest";
import { writeTopology } from "../../../lib/export/write/write-topology.ts";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import {
  type KvBucketDeclaration,
  type ObjectStoreDeclaration,
  parseTopology,
  resolveTopology,
} from "../../../lib/topology/index.ts";
import { go, javascript, type RawConfig, rust } from "../../support/clients.ts";
import { everyFieldOn } from "../../support/every-field-on.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { eachPlace, startPlace } from "../../support/place.ts";
import { api } from "../../support/raw.ts";
import { runOn } from "../../support/run.ts";
import { newest } from "../../support/versions.ts";
import { expectNothingToDo, exportOf } from "./exported.ts";

const create = (nc: NatsConnection, config: RawConfig) => api(nc, `STREAM.CREATE.${config.name}`, config);

function consume(nc: NatsConnection, stream: string, config: RawConfig): Promise<unknown> {
  const body = { stream_name: stream, config: { durable_name: config.name, ...config }, action: "create" };
  return api(
    nc,
    `CONSUMER.CREATE.${stream}.${config.name}${config.filter_subject ? `.${config.filter_subject}` : ""}`,
    body,
  );
}

eachPlace("every field", (kind) => {
  it("comes back as a topology that finds nothing to do", async () => {
    await using place = await startPlace(kind);
    const declared = everyFieldOn(kind);
    await runOn(place, declared);

    const exported = await exportOf(place);

    await expectNothingToDo(place, exported);
    const names = (list: readonly { name: string }[] = []) => list.map(({ name }) => name).sort();
    for (const list of ["streams", "kvBuckets", "objectStores", "consumers"] as const) {
      expect(names(exported.topology[list])).toEqual(names(declared[list]));
    }
  });
});

eachVersion("buckets", (version) => {
  const kv: KvBucketDeclaration[] = [
    { name: "plain" },
    { name: "full", history: 5, maxAge: "1h", maxBytes: "1MiB", maxValueSize: "1KiB", description: "of a client" },
    { name: "brief", maxAge: "30s" },
    { name: "copy", mirror: { name: "plain" } },
  ];
  const stores: ObjectStoreDeclaration[] = [{ name: "plain" }, { name: "full", maxAge: "1h", maxBytes: "1MiB" }];

  it.each([
    ["Go", go],
    ["Rust", rust],
    ["JavaScript", javascript],
  ])("made by %s are exported as buckets, and what the client set at birth is left open", async (_, client) => {
    await using server = await startServer(version);
    const nc = await server.connect();
    for (const bucket of kv) await create(nc, client.kv(bucket));
    for (const store of stores) await create(nc, client.objects(store));

    const exported = await exportOf(server);

    await expectNothingToDo(server, exported);
    const { kvBuckets = [], objectStores = [], streams } = exported.topology;
    expect(streams).toBeUndefined();
    expect(kvBuckets.find(({ name }) => name === "plain")).toEqual({ name: "plain" });
    expect(kvBuckets.find(({ name }) => name === "copy")).toMatchObject({ name: "copy", mirror: { name: "plain" } });
    expect(objectStores).toEqual([{ name: "full", maxAge: "1h", maxBytes: "1MiB" }, { name: "plain" }]);
    expect(kvBuckets.some((bucket) => "denyDelete" in bucket || "allowDirect" in bucket)).toBe(false);
  });

  it("of one client's make are no drift on a broker of another's", async () => {
    await using ofGo = await startServer(version);
    await using ofJavaScript = await startServer(version);
    for (const bucket of kv.slice(0, 3)) {
      await create(await ofGo.connect(), go.kv(bucket));
      await create(await ofJavaScript.connect(), javascript.kv(bucket));
    }

    const [fromGo, fromJavaScript] = [await exportOf(ofGo), await exportOf(ofJavaScript)];

    await expectNothingToDo(ofJavaScript, fromGo);
    await expectNothingToDo(ofGo, fromJavaScript);
    expect(fromGo.remarks).toEqual([]);
    expect(fromJavaScript.remarks).toEqual([
      "denyDelete (false) of kv/brief, kv/full, kv/plain: left open, as the client that makes a bucket sets it.",
    ]);
  });

  it.each<[string, RawConfig]>([
    ["of other subjects", { ...go.kv({ name: "x" }), subjects: ["$KV.x.>", "more"] }],
    ["without roll-ups", { ...go.kv({ name: "x" }), allow_rollup_hdrs: false }],
    ["with more history than a bucket has", { ...go.kv({ name: "x" }), max_msgs_per_subject: 65 }],
    ["with a name no client would take", { ...go.kv({ name: "x" }), name: "KV_x=1", subjects: ["$KV.x=1.>"] }],
    ["that are purged by nobody", { ...go.kv({ name: "x" }), allow_rollup_hdrs: false, deny_purge: true }],
    ["that only look like object stores", { ...go.objects({ name: "x" }), max_msgs_per_subject: 3 }],
    ["that mirror a stream", { name: "KV_x", mirror: { name: "ORDERS" }, max_msgs_per_subject: 1, discard: "new" }],
  ])("%s are exported as the streams they are", async (_, config) => {
    await using server = await startServer(version);
    await create(await server.connect(), config);

    const exported = await exportOf(server);

    await expectNothingToDo(server, exported);
    expect(exported.topology).toMatchObject({ streams: [{ name: config.name }] });
    expect(exported.topology.kvBuckets ?? exported.topology.objectStores).toBeUndefined();
  });
});

eachVersion("streams and consumers", (version) => {
  it("of every make come back as a topology that finds nothing to do", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    const transforms = isAtLeast({ version }, "2.10.0");
    for (const client of [go, rust, javascript]) {
      const name = ["go", "rust", "javascript"][[go, rust, javascript].indexOf(client)] ?? "";
      await create(nc, client.stream({ name, subjects: [`${name}.>`] }));
      await create(nc, client.stream({ name: `${name}_mirror`, mirror: { name } }));
      const source = { name, filter_subject: `${name}.a.>` };
      const moved = {
        name: "javascript",
        subject_transforms: [{ src: "javascript.b.*", dest: `${name}.b.{{wildcard(1)}}` }],
      };
      await create(nc, client.stream({ name: `${name}_copy`, sources: transforms ? [source, moved] : [source] }));
    }
    await create(nc, {
      name: "limited",
      subjects: ["l.>"],
      max_age: 90_000_000_001,
      max_bytes: 1001,
      max_msgs: 5,
      no_ack: true,
    });
    await create(nc, { name: "queue", subjects: ["q.>"], retention: "workqueue", discard: "new", storage: "memory" });
    await consume(nc, "go", { name: "push", deliver_subject: "to.push", ack_policy: "none", deliver_policy: "last" });
    await consume(nc, "go", {
      name: "group",
      deliver_subject: "to.group",
      deliver_group: "g",
      idle_heartbeat: 5e9,
      flow_control: true,
      ack_policy: "all",
      ack_wait: 7e9,
      rate_limit_bps: 8000,
    });
    await consume(nc, "go", { name: "none", ack_policy: "none" });
    await consume(nc, "go", {
      name: "backoff",
      ack_policy: "explicit",
      backoff: [1e9, 5e9],
      max_deliver: 3,
      sample_freq: "50%",
    });
    await consume(nc, "go", {
      name: "start",
      ack_policy: "explicit",
      deliver_policy: "by_start_time",
      opt_start_time: "2026-01-01T02:00:00.123456789+02:00",
    });
    await consume(nc, "go", {
      name: "one",
      ack_policy: "explicit",
      filter_subject: "go.a",
      max_waiting: 7,
      inactive_threshold: 3600e9,
      headers_only: true,
    });
    await consume(nc, "queue", { name: "worker", ack_policy: "explicit", filter_subject: "q.a", max_ack_pending: 50 });

    const exported = await exportOf(server);

    await expectNothingToDo(server, exported);
    expect(exported.topology.streams).toHaveLength(11);
    expect(exported.topology.consumers).toHaveLength(7);
    expect(exported.topology.streams).toContainEqual({ name: "go", subjects: ["go.>"] });
    expect(exported.topology.consumers).toContainEqual({ stream: "go", name: "none", ackPolicy: "none" });
    expect(exported.remarks).toEqual([]);
  });

  it("with names that are a trial for a file are read back from every format", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    const names = [
      "true",
      "1e3",
      "null",
      "~",
      "-",
      "#x",
      "a:b",
      "'q'",
      '"q"',
      "ünï",
      "名前",
      "$x",
      "&a",
      "!t",
      "%p",
      "@at",
      "`b`",
      "a,b",
      "[x]",
      "{y}",
      "‮name",
      "constructor",
      "=",
      "0x1F",
      "2026-01-01",
    ];
    for (const [at, name] of names.entries()) {
      await create(nc, { name, subjects: [`weird.${at}.>`], description: `${name}\n# "${name}": ${name}\u2028` });
      await consume(nc, name, { name, ack_policy: "explicit", description: " spaced " });
    }

    const exported = await exportOf(server);

    await expectNothingToDo(server, exported);
    expect(exported.topology.streams).toHaveLength(names.length);
    expect(exported.topology.consumers).toHaveLength(names.length);
    const again = await exportOf(server);
    for (const format of ["yaml", "json"] as const) {
      const text = writeTopology(exported.topology, format, { schema: "s.json", remarks: ["a\nb"] });
      expect(parseTopology(text, format)).toEqual(resolveTopology(exported.topology));
      expect(writeTopology(again.topology, format, { schema: "s.json", remarks: ["a\nb"] })).toBe(text);
    }
  });

  it("that no topology can declare are said to be left out, each with the reason", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await create(nc, { name: "ORDERS", subjects: ["orders.>"] });
    await api(nc, "CONSUMER.CREATE.ORDERS", {
      stream_name: "ORDERS",
      config: { deliver_subject: "to.me", ack_policy: "none" },
    });

    const exported = await exportOf(server);

    await expectNothingToDo(server, exported);
    expect(exported.remarks).toEqual(["consumer/ORDERS/*: 1 consumer that is not durable."]);
  });
});

describe("what the newest server has and no topology can say", () => {
  it("is left out with a word, and the rest of the resource is exported", async () => {
    await using server = await startServer(newest);
    const nc = await server.connect();
    await create(nc, {
      name: "ORDERS",
      subjects: ["orders.>"],
      metadata: { team: "x", "_nats.own": "y" },
      max_msgs: 10,
    });
    await create(nc, { name: "FAR", subjects: ["far.>"], first_seq: 2 ** 53 });
    await consume(nc, "ORDERS", { name: "paused", ack_policy: "explicit", pause_until: "2999-01-01T00:00:00Z" });

    const { topology, remarks } = await exportOf(server);

    expect(topology.streams).toMatchObject([{ name: "ORDERS", maxMsgs: 10, metadata: { team: "x" } }]);
    expect(topology.consumers).toEqual([{ stream: "ORDERS", name: "paused", ackPolicy: "explicit" }]);
    expect(remarks).toEqual([
      expect.stringMatching(/^stream\/FAR: .*9007199254740992/),
      expect.stringMatching(/^stream\/ORDERS\.metadata .*"_nats\./),
      expect.stringMatching(/^consumer\/ORDERS\/paused\.pauseUntil \("2999-01-01T00:00:00Z"\): /),
    ]);
    const planned = await runOn(server, topology, { mode: "plan" });
    expect(planned).toMatchObject({ summary: { unchanged: 2, held: 0 } });
  });
});
