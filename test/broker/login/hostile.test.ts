import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "../../../lib/ensure/run.ts";
import { connectBroker } from "../../../lib/jetstream/connect.ts";
import { resolveTopology } from "../../../lib/topology/index.ts";
import { jetstreamEnsure } from "../cli/command.ts";
import { listening, refusal } from "./attempt.ts";

/*
 * Something that speaks enough of the protocol to get the login, and sends it back: a proxy, a gateway or a server of
 * another kind. No word of it may reach a message, an error's causes or a stream.
 */

const PASSWORD = "hunter2-hunter2";
const credentials = { user: "ops", password: PASSWORD };
const INFO = 'INFO {"server_id":"X","version":"2.15.2","proto":1,"max_payload":1048576,"headers":true}\r\n';

/** What it says to a line of the client: to the login at once, or to the first request after it. */
type Reply = (login: string) => string;

const REPLIES: [string, Reply][] = [
  ["as an error", (login) => `-ERR '${login}'\r\n`],
  ["as an error without quotes", (login) => `-ERR ${login}\r\n`],
  ["behind a refusal", (login) => `-ERR 'Authorization Violation: ${login}'\r\n`],
  ["behind an expiry", (login) => `-ERR 'User Authentication Expired: ${login}'\r\n`],
  ["behind a limit", (login) => `-ERR 'maximum connections exceeded for ${login}'\r\n`],
  ["as a subject", (login) => `-ERR 'Permissions Violation for Publish to "${login.replaceAll(" ", "")}"'\r\n`],
  ["as it is", (login) => `${login}\r\n`],
  ["as an INFO", (login) => `INFO ${login}\r\n`],
  ["as an INFO that is a text", () => `INFO "${PASSWORD}"x\r\n`],
  ["as an INFO that is null", () => "INFO null\r\n"],
  ["in a header without end", (login) => `HMSG ${login}\r\n`],
];

/** Listens, answers the login or the first request in such a way, and hangs up or not. */
async function hostile(reply: Reply, { late, hangsUp }: { late: boolean; hangsUp: boolean }): Promise<string> {
  const port = await listening((socket) => {
    socket.write(INFO);
    let login = "";
    onLines(socket, (line) => {
      if (line.startsWith("CONNECT")) login = line;
      if (late && line === "PING") socket.write("PONG\r\n");
      if (line.startsWith(late ? "PUB" : "CONNECT") || (late && line.startsWith("HPUB"))) {
        socket.write(reply(login));
        if (hangsUp) socket.end();
      }
    });
  });
  return `nats://127.0.0.1:${port}`;
}

function onLines(socket: Socket, take: (line: string) => void): void {
  let text = "";
  socket.setEncoding("utf8").on("data", (more: string) => {
    text += more;
    const lines = text.split("\r\n");
    text = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
}

const cases = REPLIES.flatMap(([title, reply]) =>
  [true, false].map((hangsUp) => [title, hangsUp ? "and hangs up" : "and stays", reply, hangsUp] as const),
);

/** An error with all its causes, as whoever prints it prints it. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack} ${error.message} ${JSON.stringify(error)} ${everythingIn(error.cause)}`;
}

let unhandled: unknown[] = [];
const keep = (error: unknown) => void unhandled.push(error);
process.on("unhandledRejection", keep);
afterEach(() => {
  expect(unhandled).toEqual([]);
  unhandled = [];
});

describe("the login, sent back", () => {
  it.each(cases)("%s, %s, is in no message of a login", async (_, __, reply, hangsUp) => {
    const url = await hostile(reply, { late: false, hangsUp });

    const failure = await refusal({ servers: [url], credentials, timeoutMs: 300 });
    const error = await connectBroker({ servers: [url], credentials, timeoutMs: 300 }).catch((thrown) => thrown);

    expect(failure.message).not.toMatch(/CONNECT|nats\.js/);
    expect(everythingIn(error)).not.toContain(PASSWORD);
    expect(everythingIn(error)).not.toContain(PASSWORD.slice(0, 7));
  });

  it.each(cases)("%s, %s, is in no report of a run", async (_, __, reply, hangsUp) => {
    const url = await hostile(reply, { late: true, hangsUp });

    const result = await run({
      topology: resolveTopology({ name: "t", streams: [{ name: "A" }] }),
      connect: () => connectBroker({ servers: [url], credentials, timeoutMs: 500 }),
      mode: "ensure",
      trigger: "test",
      api: { timeoutMs: 300 },
    });

    expect(result.resources.map(({ outcome }) => outcome)).toEqual(["failed"]);
    expect(JSON.stringify(result)).not.toMatch(/hunter2|CONNECT|TypeError/);
  });

  /** The client prints the last two to the console by itself. */
  const printed = REPLIES.filter(([title]) => ["as an error", "as it is", "as an INFO that is a text"].includes(title));

  it.each(printed)("%s, is in no output of the command line", async (_, reply) => {
    for (const late of [false, true]) {
      const url = await hostile(reply, { late, hangsUp: false });

      const { stdout, stderr, code } = await jetstreamEnsure(
        [
          ...["plan", "--topology", "test/unit/topology/fixtures/orders.json", "--server", url, "--json"],
          ...["--user", credentials.user, "--password", PASSWORD, "--timeout", "300ms"],
        ],
        { DEBUG: "1" },
      );

      expect(code).toBe(1);
      expect(`${stdout}${stderr}`).not.toMatch(/hunter2|CONNECT|reader closed/);
      expect(JSON.parse(stdout).summary.failed).toBe(5);
    }
  });

  it("as something that is not the protocol, ends the connection at once, and is told as such", async () => {
    const url = await hostile((login) => `${login}\r\n`, { late: false, hangsUp: false });

    expect(await refusal({ servers: [url], credentials, timeoutMs: 20_000 })).toEqual({
      class: "network",
      message: `Cannot connect to the broker at ${url}: it sent something that is not the protocol of NATS.`,
    });
  });

  it("behind a known error leaves that error in the message", async () => {
    const url = await hostile((login) => `-ERR 'maximum connections exceeded ${login}'\r\n`, {
      late: false,
      hangsUp: true,
    });

    expect(await refusal({ servers: [url], credentials })).toEqual({
      class: "limits",
      message: `Cannot connect to the broker at ${url}: it answered "maximum connections exceeded".`,
    });
  });
});

describe("a greeting", () => {
  const more = '"headers":true,"max_payload":1048576';

  it.each([
    ["without a version", `{${more}}`, "it sent something that is not the protocol of NATS"],
    ["with a version that is a number", `{"version":5,${more}}`, "it sent something that is not the protocol of NATS"],
    ["with a version that is null", `{"version":null,${more}}`, "it sent something that is not the protocol of NATS"],
    ["with a version that is none", `{"version":"x",${more}}`, "it sent something that is not the protocol of NATS"],
    ["that is null", "null", "what listens there is no NATS server"],
    ["that is a list", "[]", "it sent something that is not the protocol of NATS"],
    ["that is a text", '"x"', "it sent something that is not the protocol of NATS"],
    ["that is empty", "{}", "it sent something that is not the protocol of NATS"],
    ["that is not JSON", "hello", "what listens there is no NATS server"],
  ])("%s ends in a sentence", async (_, info, sentence) => {
    const port = await listening((socket) => {
      socket.write(`INFO ${info}\r\n`);
      onLines(socket, (line) => void (line === "PING" && socket.write("PONG\r\n")));
    });

    expect(await refusal({ servers: [`nats://127.0.0.1:${port}`], credentials, timeoutMs: 2000 })).toEqual({
      class: "network",
      message: `Cannot connect to the broker at nats://127.0.0.1:${port}: ${sentence}.`,
    });
  });
});
