import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { api } from "../support/raw.ts";
import { READ, type Scenario, UNTIL_ITS_TIME_IS_UP_MS, WRITE } from "./scenario.ts";
import { LOGIN, MAX_FILE_STORE, type Stage } from "./stage.ts";

const USERS = `users: [{ user: ${LOGIN.user}, password: ${LOGIN.password} }]`;
/** A server with an account, whose JetStream is given and taken by the config. */
const account = (jetstream: string) => ({ config: `accounts { SHOP { jetstream: ${jetstream}, ${USERS} } }` });

/** At the broker: what becomes of it before a run, or in the middle of one. */
export const BROKER: Scenario[] = [
  {
    name: "killed in mid-run, and gone",
    fault: ({ proxy, server }) => proxy.when(WRITE, () => server.kill(), 3),
    mend: ({ server }) => server.restart(),
    expected: { outcome: "failed", classes: ["network"], says: /connection broke|had broken the connection/ },
  },
  {
    name: "killed and back at once in mid-run",
    fault: ({ proxy, server }) => proxy.when(WRITE, () => server.kill().then(() => server.restart()), 3),
    expected: { outcome: "failed", classes: ["network"], says: /connection broke|had broken the connection/ },
  },
  {
    name: "restarted as an operator would, in mid-run",
    fault: ({ proxy, server }) => proxy.when(WRITE, () => server.restart(), 5),
    expected: { outcome: "failed", classes: ["network"], says: /connection broke|had broken the connection/ },
  },
  {
    name: "killed while it is read",
    fault: ({ proxy, server }) => proxy.when(READ, () => server.kill(), 5),
    mend: ({ server }) => server.restart(),
    expected: { outcome: "failed", classes: ["network"], says: /connection broke before \S+ was answered/ },
  },
  {
    name: "restarted slowly: down when the run begins",
    fault: ({ server }) => server.kill(),
    mend: ({ server }) => sleep(500).then(() => server.restart()),
    expected: { outcome: "failed", classes: ["network"], says: /closed before the broker said hello/ },
  },
  {
    name: "JetStream is off",
    fault: ({ server }) => server.restart({ options: { login: LOGIN, jetstream: false } }),
    mend: ({ server }) => server.restart({ options: { login: LOGIN } }),
    expected: { outcome: "failed", classes: ["unavailable"], says: /JetStream.*not enabled/ },
  },
  {
    name: "JetStream goes off by a reload in mid-run",
    withinMs: UNTIL_ITS_TIME_IS_UP_MS,
    fault: ({ proxy, server }) => proxy.when(WRITE, () => reload(server, /jetstream \{[^}]*\}/, "jetstream: false"), 3),
    mend: ({ server }) => server.restart(),
    // The reload breaks the connection. The run connects again to give a subject back, and finds JetStream off.
    expected: {
      outcome: "failed",
      classes: ["network", "unavailable"],
      says: /connection broke|had broken the connection/,
    },
  },
  {
    name: "JetStream of the account goes off in mid-run",
    server: account("enabled"),
    fault: ({ proxy, server }) =>
      proxy.when(WRITE, () => reload(server, "jetstream: enabled", "jetstream: disabled"), 3),
    mend: ({ server }) => server.restart(),
    expected: { outcome: "failed", classes: ["unavailable"], says: /not enabled/ },
  },
  {
    name: "the password is another one in mid-run",
    fault: ({ proxy, server }) => proxy.when(WRITE, () => reload(server, LOGIN.password, "another"), 3),
    mend: ({ server }) => server.restart(),
    expected: { outcome: "failed", classes: ["network", "auth"], says: /connection broke|had broken the connection/ },
  },
  {
    name: "the store is full in mid-run",
    fault: (stage) => stage.proxy.when(WRITE, () => takeRoom(stage, MAX_FILE_STORE - 70 * 1024 ** 2)),
    mend: (stage) => remove(stage, "GREEDY"),
    expected: {
      outcome: "failed",
      classes: ["storage", "conflict"],
      says: /insufficient storage.*The limit is .*: lower a maxBytes/,
    },
  },
  {
    name: "the account's storage is used up in mid-run",
    server: account(`{ max_file: ${MAX_FILE_STORE} }`),
    fault: (stage) => stage.proxy.when(WRITE, () => takeRoom(stage, MAX_FILE_STORE - 70 * 1024 ** 2)),
    mend: (stage) => remove(stage, "GREEDY"),
    expected: { outcome: "failed", classes: ["storage", "conflict"], says: /resource limits|insufficient storage/ },
  },
  {
    name: "the account's last streams are taken in mid-run",
    server: account("{ max_streams: 12 }"),
    fault: (stage) => stage.proxy.when(WRITE, () => takeRoom(stage, 1024)),
    mend: (stage) => remove(stage, "GREEDY"),
    expected: { outcome: "failed", classes: ["limits"], says: /^1 of 15 resources failed.*Raise the account's limit/ },
  },
  {
    name: "a subject is taken by another stream in mid-run",
    fault: (stage) => stage.proxy.when(WRITE, () => takeSubject(stage, "returns.eu")),
    mend: (stage) => remove(stage, "GREEDY"),
    expected: {
      outcome: "failed",
      classes: ["conflict"],
      says: /^2 of 15 resources failed\. stream\/RETURNS .*A subject belongs to one stream/,
    },
  },
  {
    name: "a consumer is deleted by somebody in mid-run",
    fault: (stage) => {
      stage.proxy.when(WRITE, async () => api(await stage.connect(), "CONSUMER.DELETE.ORDERS.billing"));
    },
    expected: { outcome: "held", classes: ["conflict"], says: /consumer does not exist/ },
  },
  {
    name: "stands still for 800 ms in mid-run (SIGSTOP)",
    fault: ({ proxy, server }) => proxy.when(WRITE, () => freeze(server, 800), 3),
    withinMs: 8000,
    expected: { outcome: "converged" },
  },
  {
    name: "stands still past the deadline in mid-run",
    withinMs: UNTIL_ITS_TIME_IS_UP_MS,
    fault: ({ proxy, server }) => proxy.when(WRITE, () => process.kill(server.pid, "SIGSTOP"), 3),
    mend: ({ server }) => process.kill(server.pid, "SIGCONT"),
    // Nor does it answer a second connection, by which a subject is to be given back.
    expected: {
      outcome: "failed",
      classes: ["unavailable", "network"],
      says: /NO STREAM MAY STORE parcels\.> NOW|may have been created or not\. No answer/,
    },
  },
  {
    name: "stands still before the run begins",
    withinMs: UNTIL_ITS_TIME_IS_UP_MS,
    fault: ({ server }) => process.kill(server.pid, "SIGSTOP"),
    mend: ({ server }) => process.kill(server.pid, "SIGCONT"),
    expected: { outcome: "failed", classes: ["network"], says: /before the run's time was up/ },
  },
  {
    name: "lame duck mode in mid-run",
    withinMs: UNTIL_ITS_TIME_IS_UP_MS,
    fault: ({ proxy, server }) => proxy.when(WRITE, () => process.kill(server.pid, "SIGUSR2"), 3),
    // It would take its time to end.
    mend: ({ server }) => server.kill().then(() => server.restart()),
    expected: { outcome: "failed", classes: ["unavailable", "network"], says: /may have been created or not\./ },
  },
];

/** Changes the config and has it read again, as an operator does. */
async function reload(server: Stage["server"], from: string | RegExp, to: string): Promise<void> {
  const config = await readFile(server.configPath, "utf8");
  await writeFile(server.configPath, config.replace(from, to));
  const lines = (await readFile(server.logPath, "utf8")).length;
  process.kill(server.pid, "SIGHUP");
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await readFile(server.logPath, "utf8")).slice(lines).includes("Reloaded server configuration")) return;
    await sleep(10);
  }
  throw new Error(`the server did not take the config: ${(await readFile(server.logPath, "utf8")).slice(lines)}`);
}

async function freeze({ pid }: Stage["server"], ms: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  // What is sent meanwhile waits at the server.
  void sleep(ms).then(() => process.kill(pid, "SIGCONT"));
}

async function takeRoom(stage: Stage, max_bytes: number): Promise<void> {
  await api(await stage.connect(), "STREAM.CREATE.GREEDY", { name: "GREEDY", subjects: ["greedy"], max_bytes });
}

async function takeSubject(stage: Stage, subject: string): Promise<void> {
  await api(await stage.connect(), "STREAM.CREATE.GREEDY", { name: "GREEDY", subjects: [subject] });
}

async function remove(stage: Stage, stream: string): Promise<void> {
  await api(await stage.connect(), `STREAM.DELETE.${stream}`);
}
