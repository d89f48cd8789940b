import type { NatsConnection } from "nats";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import kanade from "../../../cdk/kanade.ts";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { type KvBucketDeclaration, resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import { type Client, go, javascript, rust } from "../../support/clients.ts";
import { deleteAll } from "../../support/delete-all.ts";
import { everyFieldOn } from "../../support/every-field-on.ts";
import { eachPlace, type Place, startPlace } from "../../support/place.ts";
import { api } from "../../support/raw.ts";
import { runOn } from "../../support/run.ts";
import { createAsWritten, createStreams, reversed } from "./make.ts";

const CLIENTS: [string, Client][] = [
  ["Go", go],
  ["Rust", rust],
  ["JavaScript", javascript],
];

const ANCHOR = "ANCHOR";

eachPlace("no phantom", (kind) => {
  const replicas = kind.clustered ? { numReplicas: 3 } : {};
  let place: Place;
  let nc: NatsConnection;

  beforeAll(async () => {
    place = await startPlace(kind);
    nc = await place.connect();
    // Members take away the account's folder with its last stream, also while the next one is made (10049).
    await api(nc, `STREAM.CREATE.${ANCHOR}`, { name: ANCHOR, num_replicas: kind.clustered ? 3 : 1 });
  }, 120_000);
  afterAll(() => place[Symbol.asyncDispose]());
  afterEach(() => deleteAll(nc, [ANCHOR]));

  /** What a topology has to say of live resources that were made for it: nothing at all, and no write. */
  async function expectNothing(declared: Topology): Promise<void> {
    const topology = { ...declared, ignore: [`stream/${ANCHOR}`] };
    const plan = await runOn(place, topology, { mode: "plan" });
    const noted = plan.resources.filter(({ differences, undeclared }) => differences.length + undeclared.length > 0);
    expect(noted).toEqual([]);
    const run = await runOn(place, topology);
    expect(run).toMatchObject({ planId: plan.planId, requests: { write: 0 }, unmanaged: [] });
    expect(run.summary.unchanged).toBe(run.resources.length);
    expect(run.warnings).toEqual([]);
    // And with the defaults asked for, where a phantom would be written.
    const exact = await runOn(place, { ...topology, exact: true }, { mode: "plan" });
    const changing = exact.resources.filter(({ differences }) => differences.some(({ outcome }) => outcome !== "held"));
    expect(changing).toEqual([]);
  }

  const fleet: Topology = {
    name: "kanade",
    streams: kanade.streams?.map((stream) => ({ ...stream, ...replicas })) ?? [],
    kvBuckets: kanade.kvBuckets?.map((bucket) => ({ ...bucket, ...replicas })) ?? [],
    objectStores: kanade.objectStores ?? [],
  };

  it("in the fleet's resources that ensure made", async () => {
    expect((await runOn(place, fleet)).summary.created).toBe(22);

    await expectNothing(fleet);
  });

  it.each(CLIENTS)("in the fleet's resources that a %s client made", async (_, client) => {
    const streams = resolveTopology({ name: "kanade", streams: fleet.streams }).resources;
    await createStreams(nc, [
      ...streams.map(({ enforced }) => client.stream({ name: "", ...enforced })),
      ...(fleet.kvBuckets ?? []).map(client.kv),
      ...(fleet.objectStores ?? []).map(client.objects),
    ]);

    await expectNothing(fleet);
  });

  it("in the fleet's resources that were made by hand, with the fields in another order", async () => {
    await createAsWritten(nc, resolveTopology(fleet).resources, reversed);

    await expectNothing(fleet);
  });

  it("in resources that use every field there is, made by ensure", async () => {
    const topology = everyFieldOn(kind);
    const made = await runOn(place, topology);
    expect(made.resources.filter(({ outcome }) => outcome !== "created")).toEqual([]);

    await expectNothing(topology);
  });

  it("in resources that use every field there is, made by hand with the fields in another order", async () => {
    const topology = everyFieldOn(kind);
    await createAsWritten(nc, resolveTopology(topology).resources, reversed);

    await expectNothing(topology);
  });

  it.each(CLIENTS)("in buckets with a life, a cap and origins that a %s client made", async (_, client) => {
    const modern = isAtLeast(kind, "2.10.0") ? { compression: "s2" as const } : {};
    const metadata = isAtLeast(kind, "2.10.0") && client !== rust ? { metadata: { team: "a" } } : {};
    const markers = isAtLeast(kind, "2.11.0") ? { limitMarkerTtl: "1m" } : {};
    const common = { description: "d", maxBytes: "1MiB", ...modern, ...metadata, ...replicas };
    // Rust gives a bucket that has sources no subjects of its own, and moves nothing: that one is not as declared.
    const sourced = client === rust || !isAtLeast(kind, "2.10.0") ? [] : [{ name: "all", sources: [{ name: "long" }] }];
    const kvBuckets: KvBucketDeclaration[] = [
      { ...common, ...markers, name: "short", history: 5, maxAge: "1m", maxValueSize: "1KiB" },
      { ...common, name: "long", maxAge: "30d" },
      { name: "copy", mirror: { name: "long" } },
      ...sourced,
    ];
    const objectStores = [{ ...common, name: "files", maxAge: "1m" }, { name: "plain" }];
    await createStreams(nc, [...kvBuckets.map(client.kv), ...objectStores.map(client.objects)]);

    await expectNothing({ name: "buckets", kvBuckets, objectStores });
  });

  it.each([
    ["Go", { deliver_policy: "all", ack_policy: "explicit", replay_policy: "instant", num_replicas: 0 }],
    [
      "Rust",
      {
        deliver_policy: "all",
        ack_policy: "explicit",
        replay_policy: "instant",
        ack_wait: 0,
        max_deliver: 0,
        max_waiting: 0,
        max_ack_pending: 0,
        rate_limit_bps: 0,
        backoff: [],
        num_replicas: 0,
      },
    ],
    ["JavaScript", { ack_policy: "explicit", deliver_policy: "all", replay_policy: "instant", max_waiting: 512 }],
    ["old", { ack_policy: "explicit", max_deliver: -1, ack_wait: 30_000_000_000, max_ack_pending: 1000 }],
  ])("in a durable consumer that a %s client made", async (_, config) => {
    const topology = {
      name: "shop",
      streams: [{ name: "ORDERS", subjects: ["orders.>"] }],
      consumers: [{ stream: "ORDERS", name: "billing", filterSubject: "orders.paid" }],
    };
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });
    await api(nc, "CONSUMER.CREATE.ORDERS.billing.orders.paid", {
      stream_name: "ORDERS",
      config: { durable_name: "billing", name: "billing", filter_subject: "orders.paid", ...config },
    });

    await expectNothing(topology);
  });
});
