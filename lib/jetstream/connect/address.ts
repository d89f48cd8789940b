import { isIP } from "node:net";
import { BrokerError } from "../errors/broker-error.ts";

/** The parts of a server's URL. */
export interface Address {
  /** The URL without user info, for the client and for messages. */
  server: string;
  /** The host's name or address. An IPv6 address has no brackets. */
  host: string;
  isIp: boolean;
  /** The URL says `tls://`. */
  tls: boolean;
}

/**
 * Parses `nats://host:port`, `tls://host:port` or `host:port`.
 *
 * @throws BrokerError of class `config` if the text is anything else
 */
export function addressOf(text: string): Address {
  const server = withoutUserInfo(text.trim());
  const url = URL.parse(server.includes("://") ? server : `nats://${server}`);
  if (!url || url.hostname === "" || !["nats:", "tls:"].includes(url.protocol)) {
    const message = `"${server}" is not a server: write it like nats://host:4222 or tls://host:4222.`;
    throw new BrokerError(message, { class: "config" });
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { server, host, isIp: isIP(host) !== 0, tls: url.protocol === "tls:" };
}

/** Removes the user info: the secret in `nats://user:secret@host` must not reach a message. The client ignores it. */
function withoutUserInfo(server: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(server)?.[0] ?? "";
  return scheme + server.slice(Math.max(scheme.length, server.lastIndexOf("@") + 1));
}
