import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { NatsConnection } from "nats";
import { hungUp } from "./reason.ts";

/**
 * How far it came: nobody took the connection, something did, a NATS server said hello, or something then sent what is
 * not its protocol.
 */
export type Reached = "nobody" | "something" | "nats" | "garbled";

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

/** One connection, from its first try to its end. */
interface Dialled {
  sockets: Socket[];
  /** Something came that the client cannot read. */
  isGarbled: boolean;
}

const dialled = new AsyncLocalStorage<Dialled>();

// The client gives no way to its socket, but Node tells of each that is made.
function remember(message: unknown): void {
  dialled.getStore()?.sockets.push((message as { socket: Socket }).socket);
}

async function once(connect: (connected: () => void) => Promise<NatsConnection>): Promise<Outcome> {
  const state: Dialled = { sockets: [], isGarbled: false };
  const { sockets } = state;
  let greeted = false;
  const connected = () => {
    greeted = true;
    inOneWrite(sockets);
  };
  keepUnreadableTextFromConsole();
  subscribe(CHANNEL, remember);
  try {
    return { connection: await dialled.run(state, () => connect(connected)) };
  } catch (cause) {
    const taken = sockets.some((socket) => !socket.connecting && socket.remoteAddress !== undefined);
    for (const socket of sockets) socket.on("error", () => undefined).destroy();
    if (state.isGarbled) return { cause, reached: "garbled" };
    return { cause, reached: greeted ? "nats" : taken ? "something" : "nobody" };
  } finally {
    unsubscribe(CHANNEL, remember);
  }
}

let isConsoleKept = false;

/**
 * The client prints what it cannot read to the console, in full (nats-core 3.4, protocol.js), and then waits for ever.
 * That text may be the login, which something that is no NATS server sends back. So it is not printed, and the
 * connection that it came from is closed. Nothing else that is printed is changed.
 */
function keepUnreadableTextFromConsole(): void {
  if (isConsoleKept) return;
  isConsoleKept = true;
  // biome-ignore lint/suspicious/noConsole: the client prints there, and nothing is printed here.
  const print = console.log;
  console.log = (...parts: unknown[]) => {
    const state = dialled.getStore();
    if (state === undefined || parts[0] !== "reader closed") return print.apply(console, parts);
    state.isGarbled = true;
    for (const socket of state.sockets) socket.destroy();
  };
}

/** The client writes the login and a ping: together they arrive before the server can close upon the first of them. */
function inOneWrite(sockets: Socket[]): void {
  for (const socket of sockets) {
    socket.cork();
    queueMicrotask(() => socket.uncork());
  }
}
