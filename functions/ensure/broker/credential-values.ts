import type { Credentials } from "../../../lib/jetstream/connect/credentials.ts";
import { CredentialsError } from "./credentials-error.ts";
import type { ParameterNames, ParameterVariable } from "./parameter-names.ts";

/**
 * Returns the mistake in a parameter's value and how to correct it, or `undefined` for a good value. The text never
 * contains any part of the value, because a user may have put the secret into the wrong parameter.
 */
type Check = (value: string) => string | undefined;

const CHECKS: Record<ParameterVariable, Check> = {
  NATS_CREDS_PARAMETER: credsMistake,
  NATS_NKEY_PARAMETER: nkeyMistake,
  NATS_USER_PARAMETER: severalLines,
  NATS_PASSWORD_PARAMETER: severalLines,
  NATS_TOKEN_PARAMETER: severalLines,
  NATS_TLS_CA_PARAMETER: (value) => pemMistake(value, "CERTIFICATE", "the CA's certificate"),
  NATS_TLS_CERT_PARAMETER: (value) => pemMistake(value, "CERTIFICATE", "the client's certificate"),
  NATS_TLS_KEY_PARAMETER: keyMistake,
};

/**
 * Builds the credentials from the parameters' values, and removes the line break that editors and `echo` leave at the
 * end.
 *
 * @throws CredentialsError that names each parameter with an unusable value
 */
export function credentialsFrom(names: ParameterNames, values: ReadonlyMap<string, string>): Credentials {
  const mistakes: string[] = [];
  const value = (variable: ParameterVariable): string | undefined => {
    const name = names[variable];
    if (name === undefined) return undefined;
    const text = (values.get(name) ?? "").trimEnd();
    const mistake = text === "" ? "it is empty" : CHECKS[variable](text);
    if (mistake !== undefined) mistakes.push(`SSM parameter ${name} (${variable}) cannot be used: ${mistake}.`);
    return text;
  };
  const credentials = withoutUndefined({
    creds: value("NATS_CREDS_PARAMETER"),
    nkey: value("NATS_NKEY_PARAMETER"),
    user: value("NATS_USER_PARAMETER"),
    password: value("NATS_PASSWORD_PARAMETER"),
    token: value("NATS_TOKEN_PARAMETER"),
  });
  const tls = withoutUndefined({
    ca: value("NATS_TLS_CA_PARAMETER"),
    cert: value("NATS_TLS_CERT_PARAMETER"),
    key: value("NATS_TLS_KEY_PARAMETER"),
  });
  if (mistakes.length > 0) throw new CredentialsError(mistakes.join(" "), "auth");
  return Object.keys(tls).length > 0 ? { ...credentials, tls } : credentials;
}

function credsMistake(value: string): string | undefined {
  const has = (block: string) => new RegExp(`-----BEGIN ${block}-----\\s+\\S+\\s+-+END ${block}-+`).test(value);
  if (has("NATS USER JWT") && has("USER NKEY SEED")) return undefined;
  if (value.includes("\\n") && !value.includes("\n")) {
    return "its line breaks are the two characters \\n; store the .creds file as it is (file://… on the AWS command line)";
  }
  return (
    "it is not a .creds file, which has a NATS USER JWT block and a USER NKEY SEED block; store the whole file " +
    "(a lone seed belongs in NATS_NKEY_PARAMETER)"
  );
}

function nkeyMistake(value: string): string | undefined {
  if (/^SU[A-Z2-7]{56}$/.test(value)) return undefined;
  if (value.includes("NATS USER JWT")) return "it is a .creds file, which belongs in NATS_CREDS_PARAMETER";
  if (/^U[A-Z2-7]{55}$/.test(value)) return "it is the public key of a user; store the seed, which begins with SU";
  if (/^S[AO][A-Z2-7]{56}$/.test(value)) return "it is the seed of an account or operator; a user's begins with SU";
  return "it is not the seed of a user, which is one word of 58 letters and digits that begins with SU";
}

function pemMistake(value: string, block: string, what: string): string | undefined {
  if (!new RegExp(`-----BEGIN ${block}-----`).test(value))
    return `it is not ${what} in PEM form (-----BEGIN ${block}-----)`;
  const lines = new RegExp(`-----BEGIN ${block}-----\\s*\\n[^-]+\\n\\s*-----END ${block}-----`);
  if (lines.test(value)) return undefined;
  return `the PEM of ${what} is cut short or lost its line breaks; store the whole file (over 4096 characters: advanced tier)`;
}

function keyMistake(value: string): string | undefined {
  if (/ENCRYPTED/.test(value))
    return "the private key has a passphrase, which nobody is here to type; store it without";
  const block = /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----/.exec(value)?.[1] ?? "PRIVATE KEY";
  return pemMistake(value, block, "the client's private key");
}

function severalLines(value: string): string | undefined {
  return /[\r\n]/.test(value) ? "it has several lines; store one line, the secret alone" : undefined;
}

/** Removes the properties that are undefined. */
function withoutUndefined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
