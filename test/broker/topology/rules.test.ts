import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveTopology } from "../../../lib/topology/index.ts";
import { resolveConsumer } from "../../../lib/topology/resolve/consumer.ts";
import { resolveStream } from "../../../lib/topology/resolve/stream.ts";
import { startServer, type TestServer } from "../../support/nats-server.ts";
import { newest } from "../../support/versions.ts";
import { acceptedConsumers, refusedConsumers } from "../../unit/topology/consumer-cases.ts";
import { refusedCopies } from "../../unit/topology/copy-cases.ts";
import { everyField } from "../../unit/topology/every-field.ts";
import { acceptedStreams, refusedStreams } from "../../unit/topology/stream-cases.ts";

/**
 * The rules of lib/topology/rules are the server's, written again so that a mistake is told before it deploys. Here the
 * server itself judges the same cases: a rule it does not have would refuse what works.
 */
let server: TestServer;
let ask: (verb: string, request?: unknown) => Promise<{ error?: { description: string } }>;

beforeAll(async () => {
  server = await startServer(newest);
  const nc = await server.connect();
  ask = async (verb, request = {}) => (await nc.request(`$JS.API.${verb}`, JSON.stringify(request))).json();
  // With an account's last stream the server takes away the account's folder, a moment after it has answered, and
  // sometimes from under the next one that is made (10049; stream.go, stop): so one stays. It has no subjects.
  await ask("STREAM.CREATE.STAYS", { name: "STAYS", mirror: { name: "NOWHERE" } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** What the server says to creating it, without anything left behind. */
async function created(kind: "STREAM" | "CONSUMER", name: string, request: unknown): Promise<string | undefined> {
  const { error } = await ask(`${kind}.CREATE.${name}`, request);
  if (!error) await ask(`${kind}.DELETE.${name}`);
  return error?.description;
}

describe(`nats-server ${newest}`, () => {
  test.each([...refusedStreams, ...refusedCopies])("refuses a stream that is refused here: %s", async (_, fields) => {
    const { enforced } = resolveStream({ name: "S", ...fields }, false);
    expect(await created("STREAM", "S", enforced)).toEqual(expect.any(String));
  });

  test.each(acceptedStreams)("takes a stream that is taken here: %s", async (_, fields) => {
    const { enforced } = resolveStream({ name: "S", ...fields }, false);
    expect(await created("STREAM", "S", enforced)).toBeUndefined();
  });

  describe("with a stream to read", () => {
    beforeAll(async () => {
      await ask("STREAM.CREATE.S", { name: "S" });
    });
    afterAll(async () => {
      await ask("STREAM.DELETE.S");
    });
    const asked = (fields: object) => {
      const { createDefaults, enforced } = resolveConsumer({ stream: "S", name: "c", ...fields }, false);
      return created("CONSUMER", "S.c", { stream_name: "S", config: { ...createDefaults, ...enforced } });
    };

    test.each(refusedConsumers)("refuses a consumer that is refused here: %s", async (_, fields) => {
      expect(await asked(fields)).toEqual(expect.any(String));
    });

    test.each(acceptedConsumers)("takes a consumer that is taken here: %s", async (_, fields) => {
      expect(await asked(fields)).toBeUndefined();
    });
  });

  test("takes every field there is, on each kind of resource", async () => {
    // Replicas and placement need a cluster.
    const alone = ({ placement: _, ...config }: Record<string, unknown>) =>
      "num_replicas" in config ? { ...config, num_replicas: 1 } : config;
    const answers: Record<string, string | undefined> = {};

    for (const { id, kind, name, stream, createDefaults, enforced } of resolveTopology(everyField).resources) {
      const config = alone({ ...createDefaults, ...enforced });
      const { error } =
        kind === "consumer"
          ? await ask(`CONSUMER.CREATE.${stream}.${name}`, { stream_name: stream, config })
          : await ask(`STREAM.CREATE.${stream}`, config);
      answers[id] = error?.description;
    }

    expect(Object.entries(answers).filter(([, refusal]) => refusal !== undefined)).toEqual([]);
    expect(Object.keys(answers)).toHaveLength(8);
  });
});
