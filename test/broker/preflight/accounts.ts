import type { NatsConnection } from "nats";
import type { ConnectOptions } from "../../../lib/jetstream/connect.ts";
import type { TestServer } from "../../support/nats-server.ts";

/** Limits of an account, by their names in a server's config; what is left out has none. */
export type AccountLimits = Partial<
  Record<
    | "max_file"
    | "max_mem"
    | "max_streams"
    | "max_consumers"
    | "max_ack_pending"
    | "max_bytes_required"
    | "disk_max_stream_bytes"
    | "mem_max_stream_bytes",
    number | boolean
  >
>;

/** A server's config with these accounts, each with one user of its own name. */
export function accountsConfig(accounts: Record<string, AccountLimits>): string {
  const texts = Object.entries(accounts).map(([name, limits]) => {
    const lines = Object.entries(limits).map(([limit, value]) => `${limit}: ${value}`);
    const jetstream = lines.length === 0 ? "enabled" : `{ ${lines.join(", ")} }`;
    return `${name} { jetstream: ${jetstream}, users: [{ user: ${name}, password: p }] }`;
  });
  return `accounts {\n${texts.join("\n")}\n}`;
}

/** How a run logs in to one of them. */
export function loginOf(account: string): { connection: Pick<ConnectOptions, "credentials"> } {
  return { connection: { credentials: { user: account, password: "p" } } };
}

export function connectTo(server: TestServer, account: string): Promise<NatsConnection> {
  return server.connect({ user: account, pass: "p" });
}
