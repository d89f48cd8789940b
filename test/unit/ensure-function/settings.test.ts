import { basename, isAbsolute } from "node:path";
import { describe, expect, it } from "vitest";
import { PARAMETER_VARIABLES } from "../../../functions/ensure/broker/parameter-names.ts";
import { readSettings, SettingsError, topologyFile } from "../../../functions/ensure/settings.ts";

const servers = { NATS_SERVERS: "tls://a.example.com:4222" };

describe("settings", () => {
  it("need the servers, and have a default for all else", () => {
    expect(readSettings(servers)).toEqual({
      servers: ["tls://a.example.com:4222"],
      parameters: {},
      tlsHandshakeFirst: false,
      credentialsMaxAge: 300,
      connectTimeoutMs: 5000,
    });
  });

  it("are all read", () => {
    const settings = readSettings({
      NATS_SERVERS: " nats://a:4222, b:4222 ,[::1]:4222,",
      NATS_USER_PARAMETER: "/nats/user",
      NATS_PASSWORD_PARAMETER: "/nats/password:3",
      NATS_TLS_CA_PARAMETER: "arn:aws:ssm:eu-west-1:123456789012:parameter/nats/ca",
      NATS_TLS: "required",
      NATS_TLS_FIRST: "true",
      NATS_JS_DOMAIN: "hub",
      NATS_INBOX_PREFIX: "_INBOX_ensure",
      CREDENTIALS_MAX_AGE_SECONDS: "0",
      CONNECT_TIMEOUT_MS: "1500",
    });
    expect(settings).toEqual({
      servers: ["nats://a:4222", "b:4222", "[::1]:4222"],
      parameters: {
        NATS_USER_PARAMETER: "/nats/user",
        NATS_PASSWORD_PARAMETER: "/nats/password:3",
        NATS_TLS_CA_PARAMETER: "arn:aws:ssm:eu-west-1:123456789012:parameter/nats/ca",
      },
      tls: true,
      tlsHandshakeFirst: true,
      domain: "hub",
      inboxPrefix: "_INBOX_ensure",
      credentialsMaxAge: 0,
      connectTimeoutMs: 1500,
    });
  });

  it("take an empty variable for none", () => {
    const empty = Object.fromEntries([...PARAMETER_VARIABLES, "NATS_TLS", "NATS_JS_DOMAIN"].map((name) => [name, " "]));
    expect(readSettings({ ...empty, ...servers })).toEqual(readSettings(servers));
  });

  it("are refused with every mistake named at once", () => {
    const message = refusal({
      NATS_SERVERS: " , ",
      NATS_CREDS_PARAMETER: "/a",
      NATS_TOKEN_PARAMETER: "/b",
      NATS_TLS: "yes",
      NATS_TLS_FIRST: "1",
      CONNECT_TIMEOUT_MS: "5s",
    });
    for (const name of [
      "NATS_SERVERS is missing",
      "NATS_CREDS_PARAMETER and NATS_TOKEN_PARAMETER are set together",
      'NATS_TLS is "yes"',
      'NATS_TLS_FIRST is "1"',
      'CONNECT_TIMEOUT_MS is "5s"',
    ]) {
      expect(message).toContain(name);
    }
  });

  it.each([
    [{ NATS_SERVERS: "https://a.example.com" }, 'NATS_SERVERS has "https://a.example.com"'],
    [{ NATS_SERVERS: "nats://a:99999" }, 'NATS_SERVERS has "nats://a:99999"'],
    [{ NATS_USER_PARAMETER: "/u" }, "NATS_USER_PARAMETER is set without NATS_PASSWORD_PARAMETER"],
    [{ NATS_PASSWORD_PARAMETER: "/p" }, "NATS_PASSWORD_PARAMETER is set without NATS_USER_PARAMETER"],
    [{ NATS_TLS_CERT_PARAMETER: "/c" }, "NATS_TLS_CERT_PARAMETER is set without NATS_TLS_KEY_PARAMETER"],
    [{ NATS_JS_DOMAIN: "hub", NATS_JS_API_PREFIX: "$JS.hub.API" }, "NATS_JS_DOMAIN and NATS_JS_API_PREFIX"],
    [{ NATS_JS_API_PREFIX: "$JS.API.>" }, 'NATS_JS_API_PREFIX is "$JS.API.>"'],
    [{ NATS_INBOX_PREFIX: "_INBOX." }, 'NATS_INBOX_PREFIX is "_INBOX."'],
    [{ CREDENTIALS_MAX_AGE_SECONDS: "-1" }, "a whole number from 0 to 86400"],
  ])("%j is refused: %s", (more, sentence) => {
    expect(refusal({ ...servers, ...more })).toContain(sentence);
  });

  it.each(["/orders/creds:prod", "/aws/reference/secretsmanager/orders/nats+a@b=c:AWSPREVIOUS"])(
    "take the name of a parameter, and of a secret in Secrets Manager: %s",
    (name) => {
      expect(readSettings({ ...servers, NATS_CREDS_PARAMETER: name }).parameters.NATS_CREDS_PARAMETER).toBe(name);
    },
  );

  it("never repeat a secret that was put into the environment by mistake", () => {
    const seed = `SU${"A".repeat(56)}`;
    const message = refusal({
      NATS_SERVERS: "nats://user:hunter2@a:4222",
      NATS_NKEY_PARAMETER: seed,
      NATS_TLS_CA_PARAMETER: "-----BEGIN CERTIFICATE-----",
    });
    expect(message).toContain("a user or a password in address 1");
    expect(message).toContain("NATS_NKEY_PARAMETER is not the name of an SSM parameter");
    expect(message).toContain("NATS_TLS_CA_PARAMETER is not the name of an SSM parameter");
    for (const secret of ["hunter2", seed, "BEGIN"]) expect(message).not.toContain(secret);
  });

  it("know the topology's file beside the code, or elsewhere", () => {
    expect(basename(topologyFile({}))).toBe("topology.json");
    expect(isAbsolute(topologyFile({}))).toBe(true);
    expect(topologyFile({ TOPOLOGY_FILE: "/opt/other.json" })).toBe("/opt/other.json");
  });
});

function refusal(environment: Record<string, string>): string {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error("The settings were not refused.");
}
