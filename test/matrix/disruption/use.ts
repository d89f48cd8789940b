import { setTimeout as sleep } from "node:timers/promises";
import { createInbox, headers, type Msg, type NatsConnection } from "nats";

/** What publishers and readers do. Each says whether it worked, and none of them throws where it did not. */

/** Long enough for a server that answers, under load too; what stopped is waited for as long. */
const WITHIN_MS = 1_000;
const ATTEMPT_MS = 100;

interface Message {
  payload?: string;
  headers?: Record<string, string>;
}

/** Publishes, and gives the sequence that the stream acknowledges; `undefined` where nobody stores it. */
export async function store(nc: NatsConnection, subject: string, message: Message = {}): Promise<number | undefined> {
  const { payload = "x" } = message;
  const options = { timeout: WITHIN_MS, ...(message.headers ? { headers: headersOf(message.headers) } : {}) };
  try {
    const { seq, error } = (await nc.request(subject, payload, options)).json<{ seq?: number; error?: unknown }>();
    return error === undefined ? seq : undefined;
  } catch {
    return undefined;
  }
}

export const isStored = async (nc: NatsConnection, subject: string, message: Message = {}): Promise<boolean> =>
  (await store(nc, subject, message)) !== undefined;

/** Sends a pull request; gives the first thing that comes, which is a message or the server's refusal. */
export async function pull(
  nc: NatsConnection,
  stream: string,
  { consumer = "C", ...request }: { consumer?: string } & Record<string, unknown> = {},
): Promise<Msg | undefined> {
  const body = JSON.stringify({ batch: 1, ...request });
  return firstOf(nc, createInbox(), (inbox) => {
    nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, body, { reply: inbox });
  });
}

/** Pulls one message and acknowledges it. */
export async function isDelivered(...args: Parameters<typeof pull>): Promise<boolean> {
  const message = await pull(...args);
  if (!message || isRefusal(message)) return false;
  message.respond("+ACK");
  return true;
}

export const isRefusal = (message: Msg): boolean => (message.headers?.code ?? 0) >= 400;

/** The first message on a subject after something was done. */
export async function firstOf(
  nc: NatsConnection,
  subject: string,
  act: (subject: string) => unknown,
): Promise<Msg | undefined> {
  const subscription = nc.subscribe(subject, { max: 1, timeout: WITHIN_MS });
  await nc.flush();
  await act(subject);
  try {
    for await (const message of subscription) return message;
  } catch {
    // Nothing came in time.
  }
  return undefined;
}

/** Whether something comes true in time. */
export async function comesTrue(what: () => Promise<boolean>, withinMs = 3 * WITHIN_MS): Promise<boolean> {
  for (const end = performance.now() + withinMs; ; await sleep(ATTEMPT_MS)) {
    if (await what()) return true;
    if (performance.now() > end) return false;
  }
}

function headersOf(pairs: Record<string, string>) {
  const all = headers();
  for (const [key, value] of Object.entries(pairs)) all.set(key, value);
  return all;
}
