import { expect, it } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { type Client, go, javascript, rust } from "../../support/clients.ts";
import { eachVersion } from "../../support/nats-server.ts";
import { api, type RawApiError } from "../../support/raw.ts";
import { runOn } from "../../support/run.ts";
import { sharedServer } from "../../support/shared-server.ts";

const ORDERS = { name: "ORDERS", subjects: ["orders.>"] };
const shop: Topology = {
  name: "shop",
  streams: [ORDERS],
  kvBuckets: [{ name: "jobs", history: 5 }],
  objectStores: [{ name: "files" }],
  consumers: [{ stream: "ORDERS", name: "billing" }],
};
const clients: [string, Client][] = [
  ["Go", go],
  ["Rust", rust],
  ["JavaScript", javascript],
];

const STREAM_NAME_IN_USE = 10058;
const CONSUMER_EXISTS = 10148;

eachVersion("a service that creates the same thing at each start, as clients do", (version) => {
  const keepsMetadata = isAtLeast({ version }, "2.10.0");
  const server = sharedServer(version);

  const consumer = { durable_name: "billing", name: "billing", ack_policy: "explicit" };
  function creating(client: Client): [string, object][] {
    const streams = [client.stream(ORDERS), client.kv({ name: "jobs", history: 5 }), client.objects({ name: "files" })];
    return [
      ...streams.map((config): [string, object] => [`STREAM.CREATE.${config.name}`, config]),
      ["CONSUMER.CREATE.ORDERS.billing", { stream_name: "ORDERS", config: consumer, action: "create" }],
    ];
  }

  /** The error code of each request of the client, or "taken". */
  async function createAll(client: Client): Promise<(number | string)[]> {
    const answers: (number | string)[] = [];
    for (const [request, body] of creating(client)) {
      answers.push(
        await api(server.nc, request, body).then(
          () => "taken",
          (error: RawApiError) => error.errCode,
        ),
      );
    }
    return answers;
  }

  it.each(clients)(
    "in %s is refused once the owner was laid on, and not with ownerMetadata: false",
    async (_name, client) => {
      const all = ["taken", "taken", "taken", "taken"];
      expect(await createAll(client)).toEqual(all);
      const without: Topology = { ...shop, ownerMetadata: false, adopt: true };

      expect(await runOn(server, without)).toMatchObject({ converged: true, requests: { write: 0 } });
      expect(await createAll(client)).toEqual(all);

      await runOn(server, { ...shop, adopt: true });
      const [stream, kv, objects, durable] = await createAll(client);
      const refused = keepsMetadata ? STREAM_NAME_IN_USE : "taken";
      expect([stream, kv, objects]).toEqual([refused, refused, refused]);
      expect(durable).toBe(keepsMetadata ? CONSUMER_EXISTS : "taken");
    },
  );

  it("that creates or updates a consumer wipes the owner, which is no drift", async () => {
    await runOn(server, shop);
    await api(server.nc, "CONSUMER.CREATE.ORDERS.billing", { stream_name: "ORDERS", config: consumer });

    expect(await runOn(server, shop)).toMatchObject({ converged: true, requests: { write: 0 } });
  });
});
