import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { NatsConnection } from "nats";
import { isHangUp } from "./reason.ts";

/**
 * How far a failed connection came.
 *
 * - `nobody`: no process accepted the connection.
 * - `something`: a process accepted it, and sent no greeting of NATS.
 * - `nats`: a NATS server sent its greeting.
 * - `garbled`: the client got data that is not the NATS protocol.
 */
export type DialStage = "nobody" | "something" | "nats" | "garbled";

export type DialOutcome = { connection: NatsConnection } | { cause: unknown; reached: DialStage };

/**
 * How often a connection is tried. A server that refuses a login says why and closes at once. If the client is still
 * sending, the connection breaks and the reason is lost, so the client connects again to get it. With TLS 1.3 a client
 * may send before the server has checked its certificate.
 */
const TRIES = 3;

/**
 * Connects, and closes every socket if that fails. The client forgets the socket of a server that does not answer. An
 * open socket would keep the process from ending.
 */
export async function dial(connect: (onGreeting: () => void) => Promise<NatsConnection>): Promise<DialOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await dialOnce(connect);
    if ("connection" in outcome || attempt === TRIES) return outcome;
    if (outcome.reached !== "nats" || !isHangUp(outcome.cause)) return outcome;
  }
}

/** The channel on which Node announces every new client socket. */
const CHANNEL = "net.client.socket";

/** The state of one attempt to connect, and of the connection that it opens. */
interface DialState {
  sockets: Socket[];
  /** The client got data that it cannot read. */
  isGarbled: boolean;
}

const dialStates = new AsyncLocalStorage<DialState>();

/** Remembers a new socket. The client gives no access to its sockets. */
function rememberSocket(message: unknown): void {
  dialStates.getStore()?.sockets.push((message as { socket: Socket }).socket);
}

async function dialOnce(connect: (onGreeting: () => void) => Promise<NatsConnection>): Promise<DialOutcome> {
  const state: DialState = { sockets: [], isGarbled: false };
  const { sockets } = state;
  let isGreeted = false;
  const onGreeting = () => {
    isGreeted = true;
    sendInOneWrite(sockets);
  };
  keepUnreadableTextFromConsole();
  subscribe(CHANNEL, rememberSocket);
  try {
    return { connection: await dialStates.run(state, () => connect(onGreeting)) };
  } catch (cause) {
    const isAccepted = sockets.some((socket) => !socket.connecting && socket.remoteAddress !== undefined);
    for (const socket of sockets) socket.on("error", () => undefined).destroy();
    if (state.isGarbled) return { cause, reached: "garbled" };
    return { cause, reached: isGreeted ? "nats" : isAccepted ? "something" : "nobody" };
  } finally {
    unsubscribe(CHANNEL, rememberSocket);
  }
}

let isConsoleWrapped = false;

/**
 * Keeps data that the client cannot read from the console, and closes the connection that it came from. The client
 * prints such data in full (nats-core 3.4, protocol.js), and then waits for ever. The data may be the login, sent back
 * by a process that is not a NATS server. Other output to the console stays as it is.
 */
function keepUnreadableTextFromConsole(): void {
  if (isConsoleWrapped) return;
  isConsoleWrapped = true;
  // biome-ignore lint/suspicious/noConsole: the client prints there, and this code prints nothing.
  const print = console.log;
  console.log = (...parts: unknown[]) => {
    const state = dialStates.getStore();
    if (state === undefined || parts[0] !== "reader closed") return print.apply(console, parts);
    state.isGarbled = true;
    for (const socket of state.sockets) socket.destroy();
  };
}

/**
 * Sends the login and the first ping in one write. Both then arrive before the server can close the connection because
 * of the login.
 */
function sendInOneWrite(sockets: Socket[]): void {
  for (const socket of sockets) {
    socket.cork();
    queueMicrotask(() => socket.uncork());
  }
}
