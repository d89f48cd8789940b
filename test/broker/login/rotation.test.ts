import { describe, expect, it } from "vitest";
import { defineTopology } from "../../../lib/topology/index.ts";
import { withServer } from "../../support/nats-server.ts";
import { newest } from "../../support/versions.ts";
import { type CapturedLines, captureLines } from "../../unit/ensure-function/captured-lines.ts";
import { type Lambda, startLambda } from "../function/invoke.ts";
import { ca, client, strangersClient, tlsConfig, VERIFY } from "./tls-server.ts";

const orders = defineTopology({ name: "orders", streams: [{ name: "ORDERS", subjects: ["orders.>"] }] });
const login = { user: "ops-2", password: "s3cret-two" };
const aDayAgo = new Date(Date.now() - 86_400_000);
const old = (value: string) => ({ value, changedAt: aDayAgo });

const pair = { NATS_USER_PARAMETER: "/nats/user", NATS_PASSWORD_PARAMETER: "/nats/password" };
const oldPair = { "/nats/user": old("ops-1"), "/nats/password": old("s3cret-one") };

function changed(name: string, operation = "Update") {
  return {
    source: "aws.ssm",
    "detail-type": "Parameter Store Change",
    detail: { operation, name, type: "SecureString" },
  };
}

/** The function with what SSM has before a rotation; the broker takes the new login only. */
function inRotation(body: (lambda: Lambda, captured: CapturedLines) => Promise<void>) {
  return withServer(newest, { login }, async (server) => {
    await using lambda = await startLambda({
      topology: orders,
      servers: server.url,
      parameters: { ...oldPair, "/nats/token": old("t0ken") },
      environment: pair,
    });
    await body(lambda, captureLines());
  });
}

const failures = (captured: CapturedLines) => captured.lines().filter(({ level }) => level === "ERROR");

describe("a rotated pair", () => {
  it.each([
    ["the user, then the password", ["/nats/user", "/nats/password"]],
    ["the password, then the user", ["/nats/password", "/nats/user"]],
  ])("is no failure at the first of its two events: %s", (_, [first = "", second = ""]) =>
    inRotation(async (lambda, captured) => {
      const values: Record<string, string> = { "/nats/user": login.user, "/nats/password": login.password };
      lambda.ssm.put(first, values[first] ?? "");
      const waiting = await lambda.invoke(changed(first));
      lambda.ssm.put(second, values[second] ?? "");
      const done = await lambda.invoke(changed(second));

      expect(waiting).toMatchObject({ broker: null, error: { class: "auth" } });
      expect(failures(captured)).toEqual([]);
      const [line, ...others] = captured.lines().filter(({ event }) => event === "waiting");
      expect(others).toEqual([]);
      expect(line).toMatchObject({ level: "WARN", trigger: "credentials", mode: "plan", topology: "orders" });
      expect(line?.message).toContain(
        `They are in SSM: /nats/user, /nats/password. This is no failure yet: ${first} has changed, and ${second}, which ` +
          "goes with it, has not. When that changes, the credentials are tried again; if it does not, the next " +
          "scheduled run fails.",
      );
      // The first run is in no metric, so that no alarm takes it for a failure, nor for a success.
      expect(captured.metrics()).toMatchObject([{ RunsSucceeded: 1 }]);
      expect(done).toMatchObject({ mode: "plan", summary: { toCreate: 1 } });
      expect(captured.text()).not.toMatch(/s3cret/);
    }),
  );

  it("is one where both have changed and are refused", () =>
    inRotation(async (lambda, captured) => {
      lambda.ssm.put("/nats/user", login.user);
      lambda.ssm.put("/nats/password", "wr0ng");

      const { message } = await lambda.failure(changed("/nats/password"));

      expect(message).toContain("refused the credentials");
      expect(captured.metrics()).toMatchObject([{ RunsSucceeded: 0 }]);
    }));

  it("is one at the scheduled run after it, if the other never changes", () =>
    inRotation(async (lambda) => {
      captureLines();
      lambda.ssm.put("/nats/user", login.user);
      await lambda.invoke(changed("/nats/user"));

      const { message } = await lambda.failure({ mode: "ensure", trigger: "schedule" });

      expect(message).toContain("refused the credentials");
    }));

  it("is one where somebody asks for it, or the event names another parameter or none", () =>
    inRotation(async (lambda) => {
      captureLines();
      lambda.ssm.put("/nats/user", login.user);
      for (const event of [
        { trigger: "credentials" },
        { mode: "plan" },
        changed("/nats/token"),
        { source: "aws.ssm", "detail-type": "Parameter Store Change", detail: {} },
      ]) {
        expect((await lambda.failure(event)).message).toContain("refused the credentials");
      }
    }));

  it("is one where a value cannot be used, whatever the broker would say", () =>
    inRotation(async (lambda) => {
      captureLines();
      lambda.ssm.put("/nats/user", "two\nlines");

      const { message } = await lambda.failure(changed("/nats/user"));

      expect(message).toContain("cannot be used: it has several lines");
    }));

  it("whose labels are moved waits for the second, for that does not change the version's time", () =>
    inRotation(async (lambda, captured) => {
      await lambda.invoke(changed("/nats/user", "LabelParameterVersion"));

      expect(failures(captured)).toEqual([]);
      expect(captured.lines()).toContainEqual(expect.objectContaining({ event: "waiting", level: "WARN" }));
    }));

  it("of a certificate and its key is no failure at the first event, either", () =>
    withServer(newest, tlsConfig("server", VERIFY), async (server) => {
      await using lambda = await startLambda({
        topology: orders,
        servers: server.url,
        parameters: {
          "/nats/ca": old(ca.cert),
          "/nats/cert": old(strangersClient.cert),
          "/nats/key": old(strangersClient.key),
        },
        environment: {
          NATS_TLS_CA_PARAMETER: "/nats/ca",
          NATS_TLS_CERT_PARAMETER: "/nats/cert",
          NATS_TLS_KEY_PARAMETER: "/nats/key",
        },
      });
      const captured = captureLines();
      lambda.ssm.put("/nats/cert", client.cert);
      await lambda.invoke(changed("/nats/cert"));
      lambda.ssm.put("/nats/key", client.key);
      const done = await lambda.invoke(changed("/nats/key"));

      expect(failures(captured)).toEqual([]);
      expect(captured.lines().find(({ event }) => event === "waiting")?.message).toContain(
        "does not belong to the client certificate",
      );
      expect(done).toMatchObject({ summary: { toCreate: 1 } });
    }));
});
