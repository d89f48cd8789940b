import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { NatsConnection } from "nats";
import { hungUp } from "./reason.ts";

/** How far it came: nobody took the connection, something did, or a NATS server said hello. */
export type Reached = "nobody" | "something" | "nats";

export type Outcome = { connection: NatsConnection } | { cause: unknown; reached: Reached };

/**
 * A server that refuses a login says why and closes at once. What the client still sends then breaks the connection,
 * and the reason is lost with it: so it is asked again. TLS 1.3 lets a client write before its certificate was looked at.
 */
const TRIES = 3;

/**
 * Connects, and leaves nothing open where that fails: the client forgets the socket of a server that does not answer,
 * which would keep a process from ending for as long as the server keeps it.
 */
export async function dial(connect: (connected: () => void) => Promise<NatsConnection>): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await once(connect);
    if ("connection" in outcome || attempt === TRIES) return outcome;
    if (outcome.reached !== "nats" || !hungUp(outcome.cause)) return outcome;
  }
}

const CHANNEL = "net.client.socket";
const attempts = new AsyncLocalStorage<Socket[]>();

// The client gives no way to its socket, but Node tells of each that is made.
function remember(message: unknown): void {
  attempts.getStore()?.push((message as { socket: Socket }).socket);
}

async function once(connect: (connected: () => void) => Promise<NatsConnection>): Promise<Outcome> {
  const sockets: Socket[] = [];
  let greeted = false;
  const connected = () => {
    greeted = true;
    inOneWrite(sockets);
  };
  subscribe(CHANNEL, remember);
  try {
    return { connection: await attempts.run(sockets, () => connect(connected)) };
  } catch (cause) {
    const taken = sockets.some((socket) => !socket.connecting && socket.remoteAddress !== undefined);
    for (const socket of sockets) socket.on("error", () => undefined).destroy();
    return { cause, reached: greeted ? "nats" : taken ? "something" : "nobody" };
  } finally {
    unsubscribe(CHANNEL, remember);
  }
}

/** The client writes the login and a ping: together they arrive before the server can close upon the first of them. */
function inOneWrite(sockets: Socket[]): void {
  for (const socket of sockets) {
    socket.cork();
    queueMicrotask(() => socket.uncork());
  }
}
