import { mkdir, realpath } from "node:fs/promises";
import { type ConnectOptions, connectBroker } from "../../lib/jetstream/connect.ts";
import { failureOf } from "../../lib/report/failure.ts";
import { renderResult } from "../../lib/report/render-result.ts";
import type { Result } from "../../lib/report/result.ts";
import { count, visible } from "../../lib/text/text.ts";
import { loadTopology } from "../../lib/topology/load/load.ts";
import { exitCodeOf } from "../cli/exit-code.ts";
import { loginFromEnvironment } from "../cli/login/login.ts";
import { renderOptions } from "../cli/terminal/render-options.ts";
import { UsageError } from "../cli/usage-error.ts";
import { type ApiCounts, countApiRequests } from "./api-counts.ts";
import { functionOn } from "./lambda/function-on.ts";
import { obtainServer, serverDir, startOwnServer } from "./own-server.ts";
import { goWhereThePersonIs, shownPath } from "./places.ts";
import { runToEnd } from "./process/ending.ts";
import { lockDirectory } from "./process/lock.ts";
import { parseStartOptions, refuseWhatNpmTook, type StartOptions } from "./start-options.ts";

/** Progress goes to stderr: on stdout is the report alone. */
const say = (line: string) => void process.stderr.write(`${visible(line)}\n`);

const INTERRUPTED = "Interrupted. What was applied stays applied; npm start -- --plan shows what is left.";

/** The broker of this run, and what is particular about it. */
interface Broker {
  login: ConnectOptions;
  mode: "plan" | "ensure";
  /** What the broker itself counted since it is watched. */
  counted?: ApiCounts;
}

await runToEnd(INTERRUPTED, async (started) => {
  goWhereThePersonIs("start", process.env);
  refuseWhatNpmTook(process.env);
  const options = parseStartOptions(process.argv.slice(2));
  const topology = await loadTopology(options.topology);
  const dir = await dataDirectory(options.data);
  started.use(await lockDirectory(dir));

  const broker = process.env.NATS_URL ? await theirBroker() : await ownBroker(dir, started);
  const lambda = started.use(await functionOn({ broker: broker.login, topology, dir }));
  const mode = options.mode ?? broker.mode;
  const { approve } = options;
  const result = await lambda.invoke({ mode, trigger: "manual", ...(approve === undefined ? {} : { approve }) });

  report(result, options);
  if (broker.counted) process.stdout.write(`\n${await countedLine(broker.counted)}\n`);
  process.stdout.write(`${broker.counted ? "" : "\n"}The Lambda's log of this run: ${shownPath(lambda.logPath)}\n`);
  return exitCodeOf(result);
});

async function dataDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    // One name for one directory, however it is reached: a server left behind is known by it.
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`Cannot keep data in ${path} (${code}): name another directory with --data DIR.`);
  }
}

async function ownBroker(dir: string, started: AsyncDisposableStack): Promise<Broker> {
  const { path: bin, version, from } = await obtainServer(say);
  const own = started.use(await startOwnServer({ dir: serverDir(dir), bin, say }));
  say(`nats-server ${version} from ${from}, on ${own.server.url}, data in ${shownPath(serverDir(dir))}`);
  const nc = await connectBroker({ ...own.login, name: "npm start, counting" });
  started.defer(() => nc.close());
  return { login: own.login, mode: "ensure", counted: await countApiRequests(own.server, nc) };
}

/** The function gets the person's own credentials as it gets all others: over SSM, here the local one. */
async function theirBroker(): Promise<Broker> {
  const login = await loginFromEnvironment(process.env);
  const { tls, ...ways } = login.credentials ?? {};
  const parts = [...Object.keys(ways).filter((key) => key !== "password"), ...(tls ? ["TLS files"] : [])];
  const by = parts.length > 0 ? `your own ${parts.join(" and ")}` : "no credentials";
  say(`The broker of NATS_URL, ${login.servers.join(", ")}, with ${by}, from the environment`);
  return { login, mode: "plan" };
}

/** A broker that was never asked has no table to show: the sentence is all there is. */
function report(result: Result, options: StartOptions): void {
  if (result.broker !== null) process.stdout.write(`\n${renderResult(result, renderOptions(options))}`);
  else say(failureOf(result) ?? "The broker could not be asked.");
  if (result.mode === "plan" && exitCodeOf(result) === 2)
    process.stdout.write("Ensure from here: npm start -- --ensure\n");
}

async function countedLine(counts: ApiCounts): Promise<string> {
  const [{ length: total }, { length: writes }] = [await counts.requests(), await counts.writes()];
  return `At the broker: ${count(total, "API request")}, ${writes === 0 ? "no write" : count(writes, "write")}.`;
}
