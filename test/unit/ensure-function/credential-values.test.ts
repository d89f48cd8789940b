import { describe, expect, it } from "vitest";
import { credentialsFrom } from "../../../functions/ensure/broker/credential-values.ts";
import { CredentialsError } from "../../../functions/ensure/broker/credentials-error.ts";
import type { ParameterVariable } from "../../../functions/ensure/broker/parameter-names.ts";
import { sampleCreds, sampleNkey, samplePem } from "./sample-credentials.ts";

const { seed, publicKey } = sampleNkey();
const creds = sampleCreds(seed);
const certificate = samplePem("CERTIFICATE");
const key = samplePem("PRIVATE KEY");

describe("credentials from the parameters' values", () => {
  it("are as they are stored, without what an editor leaves at the end", () => {
    const credentials = credentialsFrom(
      { NATS_USER_PARAMETER: "/u", NATS_PASSWORD_PARAMETER: "/p", NATS_TLS_CA_PARAMETER: "/ca" },
      new Map([
        ["/u", "lambda\n"],
        ["/p", " pass word \r\n"],
        ["/ca", certificate],
      ]),
    );
    expect(credentials).toEqual({ user: "lambda", password: " pass word", tls: { ca: certificate.trimEnd() } });
  });

  it.each<[ParameterVariable, string, object]>([
    ["NATS_CREDS_PARAMETER", creds, { creds: creds.trimEnd() }],
    ["NATS_CREDS_PARAMETER", creds.replaceAll("\n", "\r\n"), { creds: creds.trimEnd().replaceAll("\n", "\r\n") }],
    ["NATS_NKEY_PARAMETER", `${seed}\n`, { nkey: seed }],
    ["NATS_TOKEN_PARAMETER", "t0ken\n", { token: "t0ken" }],
    ["NATS_TLS_CA_PARAMETER", certificate + certificate, { tls: { ca: (certificate + certificate).trimEnd() } }],
    ["NATS_TLS_KEY_PARAMETER", key, { tls: { key: key.trimEnd() } }],
    ["NATS_TLS_KEY_PARAMETER", samplePem("EC PRIVATE KEY"), { tls: { key: samplePem("EC PRIVATE KEY").trimEnd() } }],
  ])("%s is read", (variable, value, credentials) => {
    expect(credentialsFrom({ [variable]: "/a" }, new Map([["/a", value]]))).toEqual(credentials);
  });

  it.each<[ParameterVariable, string, string, string]>([
    ["NATS_CREDS_PARAMETER", "blank", " \n", "it is empty"],
    ["NATS_CREDS_PARAMETER", "a placeholder", "CHANGE-ME-LATER", "it is not a .creds file"],
    ["NATS_CREDS_PARAMETER", "a lone seed", seed, "belongs in NATS_NKEY_PARAMETER"],
    ["NATS_CREDS_PARAMETER", "a file without its seed", creds.slice(0, creds.indexOf("*")), "USER NKEY SEED block"],
    ["NATS_CREDS_PARAMETER", "a file on one line", creds.replaceAll("\n", "\\n"), "line breaks are the two characters"],
    ["NATS_NKEY_PARAMETER", "the public key", publicKey, "it is the public key of a user"],
    ["NATS_NKEY_PARAMETER", "the seed of an account", `SA${seed.slice(2)}`, "seed of an account or operator"],
    ["NATS_NKEY_PARAMETER", "a .creds file", creds, "belongs in NATS_CREDS_PARAMETER"],
    ["NATS_NKEY_PARAMETER", "a seed cut short", seed.slice(0, 40), "one word of 58 letters"],
    ["NATS_PASSWORD_PARAMETER", "two lines", "first-line\nsecond-line", "it has several lines"],
    ["NATS_TLS_CA_PARAMETER", "a private key", key, "it is not the CA's certificate in PEM form"],
    ["NATS_TLS_CERT_PARAMETER", "a PEM cut short", certificate.slice(0, 60), "cut short"],
    ["NATS_TLS_CERT_PARAMETER", "a PEM on one line", certificate.replaceAll("\n", " "), "lost its line breaks"],
    ["NATS_TLS_KEY_PARAMETER", "a certificate", certificate, "it is not the client's private key in PEM form"],
    ["NATS_TLS_KEY_PARAMETER", "an encrypted key", samplePem("ENCRYPTED PRIVATE KEY"), "has a passphrase"],
  ])("%s that holds %s is refused by the parameter's name, without its value", (variable, _, value, sentence) => {
    const error = refusal(variable, value);
    expect(error.class).toBe("auth");
    expect(error.message).toContain(`SSM parameter /orders/secret (${variable})`);
    expect(error.message).toContain(sentence);
    for (const line of value.split(/\\n|\n| /).filter((each) => each.length > 9 && !each.includes("-----"))) {
      expect(error.message).not.toContain(line);
    }
  });

  it("are refused with every bad parameter named at once", () => {
    const names = { NATS_NKEY_PARAMETER: "/nkey", NATS_TLS_CA_PARAMETER: "/ca" };
    const values = new Map([
      ["/nkey", "x"],
      ["/ca", "y"],
    ]);
    expect(() => credentialsFrom(names, values)).toThrow(/\/nkey .*\/ca /);
  });
});

function refusal(variable: ParameterVariable, value: string): CredentialsError {
  try {
    credentialsFrom({ [variable]: "/orders/secret" }, new Map([["/orders/secret", value]]));
  } catch (error) {
    if (error instanceof CredentialsError) return error;
    throw error;
  }
  throw new Error("The value was not refused.");
}
