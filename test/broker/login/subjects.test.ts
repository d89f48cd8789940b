import { describe, expect, it } from "vitest";
import { defineTopology } from "../../../lib/topology/index.ts";
import { asFiles } from "../../support/certificates.ts";
import { eachVersion, withServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { reported, runOn } from "../../support/run.ts";
import { newest } from "../../support/versions.ts";
import { refusal } from "./attempt.ts";

const orders = defineTopology({ name: "orders", streams: [{ name: "ORDERS", subjects: ["orders.>"] }] });

eachVersion("a user who may subscribe to one inbox alone", (version) => {
  const config = `
    authorization { users: [{ user: ops, password: "s3cret-pass",
      permissions { publish: ["$JS.API.>"], subscribe: ["_INBOX_topology.>"] } }] }`;
  const credentials = { user: "ops", password: "s3cret-pass" };

  it("is served with that inbox prefix, and told of the permission without", () =>
    withServer(version, { config }, async (server) => {
      const inboxPrefix = "_INBOX_topology";
      const served = await runOn(server, orders, { connection: { credentials, inboxPrefix } });
      const denied = await runOn(server, orders, { connection: { credentials } });

      expect(served).toMatchObject({ converged: true, summary: { created: 1 } });
      expect(denied).toMatchObject({ converged: false, requests: { write: 0 } });
      expect(reported(denied, "stream/ORDERS")).toMatchObject({
        outcome: "failed",
        error: { class: "auth", message: expect.stringMatching(/^The user may not subscribe to _INBOX\./) },
      });
    }));
});

describe("an inbox prefix that no subject can begin with", () => {
  it("is told as such", async () => {
    expect(await refusal({ servers: ["nats://127.0.0.1:1"], inboxPrefix: "_INBOX.>" })).toMatchObject({
      class: "config",
      message: expect.stringContaining("an option cannot be used ('prefix' cannot have wildcards ('_INBOX.>'))"),
    });
  });
});

describe("the JetStream API", () => {
  it("of a domain is reached by it, and another domain is told to be wrong", async () => {
    // Only for a place to store in that goes with the test.
    await using store = await asFiles({ place: "" });
    const config = `jetstream { domain: hub, store_dir: "${store.place}.d" }`;
    await withServer(newest, { jetstream: false, config }, async (server) => {
      const served = await runOn(server, orders, { api: { domain: "hub" } });
      const lost = await runOn(server, orders, { api: { domain: "leaf" } });

      expect(served).toMatchObject({ converged: true, summary: { created: 1 } });
      expect(await api(await server.connect(), "INFO")).toMatchObject({ domain: "hub", streams: 1 });
      expect(lost.error).toMatchObject({
        class: "unavailable",
        message: expect.stringMatching(/^Nobody answers \$JS\.leaf\.API\..*the domain or API prefix is wrong/),
      });
    });
  });

  it("of another account is reached by the prefix under which it is imported", () => {
    const config = `
      accounts {
        TEAM { jetstream: enabled, users: [{ user: team, password: "s3cret-team" }],
               exports: [{ service: "$JS.API.>" }] }
        OPS { users: [{ user: ops, password: "s3cret-ops" }],
              imports: [{ service: { account: TEAM, subject: "$JS.API.>" }, to: "JS.team.API.>" }] }
      }`;
    return withServer(newest, { config }, async (server) => {
      const connection = { credentials: { user: "ops", password: "s3cret-ops" } };
      const served = await runOn(server, orders, { connection, api: { prefix: "JS.team.API" } });

      expect(served).toMatchObject({ converged: true, summary: { created: 1 } });
      const team = await server.connect({ user: "team", pass: "s3cret-team" });
      expect(await api(team, "STREAM.NAMES")).toMatchObject({ streams: ["ORDERS"] });
    });
  });
});
