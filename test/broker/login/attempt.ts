import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { NatsConnection } from "nats";
import { expect, onTestFinished } from "vitest";
import type { Credentials } from "../../../lib/jetstream/connect/credentials.ts";
import { type ConnectOptions, connectBroker } from "../../../lib/jetstream/connect.ts";
import { BrokerError, type ErrorClass } from "../../../lib/jetstream/errors/broker-error.ts";
import { timed } from "../../support/timed.ts";

const TIMEOUT_MS = 1000;

/** A login that has to succeed: what the server says of it. */
export async function welcome(options: ConnectOptions): Promise<NatsConnection["info"]> {
  const nc = await connectBroker({ timeoutMs: 5000, ...options });
  onTestFinished(() => nc.close());
  await nc.flush();
  return nc.info;
}

/**
 * A login that has to fail: its class and sentence, after all that any failure has to be: a BrokerError of one
 * sentence in words, no secret of the credentials in it, and in time.
 */
export async function refusal(options: ConnectOptions): Promise<{ class: ErrorClass; message: string }> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const { value: outcome, ms } = await timed(() =>
    connectBroker({ ...options, timeoutMs }).then(
      (nc): Promise<unknown> => nc.close().then(() => "it was let in"),
      (error: unknown) => error,
    ),
  );
  expect(ms).toBeLessThan(timeoutMs * options.servers.length + 1000);
  expect(outcome).toBeInstanceOf(BrokerError);
  const error = outcome as BrokerError;
  expectSentence(error.message, secretsOf(options.credentials));
  return { class: error.class, message: error.message };
}

/** One line of words that ends with a full stop: nothing of a stack or of OpenSSL's internals, and none of the secrets. */
export function expectSentence(text: string, secrets: readonly string[]): void {
  expect(text).toMatch(/^[^\n]*[^\s.]\.$/);
  expect(text).not.toMatch(/error:[0-9A-F]{8}|\.c:\d|node:|\.[jt]s:\d|undefined|--use-system-ca/);
  for (const secret of secrets) expect(text).not.toContain(secret);
}

/** Every line of a secret text counts; short ones (of a PEM's end) occur by chance. */
export function secretsOf({ creds, nkey, password, token, tls }: Credentials = {}): string[] {
  const texts = [creds, nkey, password, token, tls?.key, tls?.cert, tls?.ca].filter((text) => text !== undefined);
  return texts.flatMap((text) => text.split(/\s+/)).filter((word) => word.length >= 8 && !word.includes("---"));
}

/** Something else than a NATS server, for the length of a test; its port. */
export async function listening(answer: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined).on("close", () => sockets.delete(socket)));
    answer(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A port of this machine at which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
