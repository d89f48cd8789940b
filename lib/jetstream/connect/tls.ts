import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { BrokerError } from "../errors/broker-error.ts";
import type { Credentials } from "./credentials.ts";

/**
 * Checks the PEM texts before the client connects. Node ignores a text that is not a CA certificate, and then trusts no
 * CA. Node also ignores a key without its certificate. OpenSSL reports other mistakes as numbers.
 *
 * @throws BrokerError of class `auth`, which does not quote the texts
 */
export function checkTls(tls: Credentials["tls"]): void {
  const { ca, cert, key } = tls ?? {};
  if (ca !== undefined) certificateIn(ca, "CA certificate");
  if (cert === undefined && key === undefined) return;
  if (key === undefined) throw unusable("client certificate", "is given without its private key");
  if (cert === undefined) throw unusable("private key", "is given without the client certificate it belongs to");
  if (!certificateIn(cert, "client certificate").checkPrivateKey(privateKeyIn(key))) {
    throw unusable("private key", "does not belong to the client certificate");
  }
}

function certificateIn(text: string, what: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw unusable(what, "cannot be read: expected PEM text (-----BEGIN CERTIFICATE-----)");
  }
}

function privateKeyIn(text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    throw unusable("client's private key", "cannot be read: expected PEM text without a passphrase");
  }
}

function unusable(what: string, why: string): BrokerError {
  return new BrokerError(`The ${what} ${why}.`, { class: "auth" });
}
