import { isIP } from "node:net";
import { BrokerError } from "../errors/broker-error.ts";

/** A server's URL taken apart. */
export interface Address {
  /** As the client takes it and a message shows it: without user info. */
  server: string;
  /** The name or address; an IPv6 address without brackets. */
  host: string;
  isIp: boolean;
  /** The URL says `tls://`. */
  tls: boolean;
}

/**
 * Takes `nats://host:port`, `tls://host:port` or `host:port` apart.
 *
 * @throws BrokerError of class `config` for anything else
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

/** `nats://user:secret@host` must not reach a message; the client ignores the user part anyway. */
function withoutUserInfo(server: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(server)?.[0] ?? "";
  return scheme + server.slice(Math.max(scheme.length, server.lastIndexOf("@") + 1));
}
