import { type ConnectAttempt, codeOf, type Reason } from "./reason.ts";

/** OpenSSL's codes for a certificate that no trusted CA has signed. */
const UNTRUSTED: readonly string[] = [
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "CERT_UNTRUSTED",
  "CERT_SIGNATURE_FAILURE",
];

/**
 * The reason of a TLS error. `undefined` if the error has nothing to do with TLS. OpenSSL's own texts are not used:
 * they have addresses, paths and line breaks.
 */
export function tlsReason(cause: unknown, { credentials, tlsHandshakeFirst }: ConnectAttempt): Reason | undefined {
  const code = codeOf(cause);
  if (code === undefined) return undefined;
  if (UNTRUSTED.includes(code)) {
    const advice = credentials.tls?.ca === undefined ? "give the CA that signed it" : "the CA given did not sign it";
    return network(`its TLS certificate is not trusted: ${advice}`);
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return network(anotherName(cause));
  if (code === "CERT_HAS_EXPIRED") return network("its TLS certificate, or that of its CA, has expired");
  if (code === "CERT_NOT_YET_VALID") return network("its TLS certificate, or that of its CA, is not valid yet");
  if (!code.startsWith("ERR_SSL_")) return undefined;
  const alert = /alert (.*)$/.exec(opensslReason(cause, code))?.[1];
  if (alert !== undefined && /certificate|unknown ca|access denied/.test(alert)) {
    const text =
      credentials.tls?.cert === undefined
        ? `it wants a client certificate, and none is given (${alert})`
        : `it refused the client certificate (${alert})`;
    return { class: "auth", text };
  }
  if (alert === undefined && tlsHandshakeFirst) {
    return network(
      "it does not begin with TLS, which is required here: it has no handshake_first, or is no NATS server",
    );
  }
  return network(`TLS failed (${opensslReason(cause, code)})`);
}

function network(text: string): Reason {
  return { class: "network", text };
}

/** OpenSSL's reason, such as `tlsv13 alert certificate required`. */
function opensslReason(cause: unknown, code: string): string {
  const { reason } = cause as { reason?: unknown };
  if (typeof reason === "string") return reason;
  return code.replace("ERR_SSL_", "").replaceAll("_", " ").toLowerCase();
}

function anotherName(cause: unknown): string {
  const { cert, host } = cause as { cert?: { subjectaltname?: string }; host?: string };
  const names = cert?.subjectaltname?.replaceAll(/\b(DNS|IP Address):/g, "") ?? "no name at all";
  return `its TLS certificate is not for ${host ?? "this name"} but for ${names}: connect by one of its names`;
}
