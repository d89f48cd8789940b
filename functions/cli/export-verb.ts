import { constants } from "node:fs";
import { access, writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import type { NatsConnection } from "nats";
import { readAccount } from "../../lib/export/account.ts";
import { type Exported, exportTopology } from "../../lib/export/export.ts";
import { mayMatchConsumers } from "../../lib/export/only.ts";
import { writeTopology } from "../../lib/export/write/write-topology.ts";
import { jetStreamApi } from "../../lib/jetstream/api.ts";
import { connectBroker } from "../../lib/jetstream/connect.ts";
import { serverFacts } from "../../lib/jetstream/server.ts";
import { count, visible } from "../../lib/text/text.ts";
import type { Topology } from "../../lib/topology/index.ts";
import { patternsMistake } from "../../lib/topology/pattern.ts";
import { jsonSchemaFile } from "../../lib/topology/schema/json-schema.ts";
import { addExportOptions, type ExportVerbOptions, formatOf, nameOf } from "./export-options.ts";
import { apiOptions, connectOptions, contextOf } from "./login/login.ts";
import { interruptible } from "./terminal/interrupt.ts";
import { showProgress } from "./terminal/progress.ts";
import { UsageError } from "./usage-error.ts";

const AFTER = `
Examples:
  # what the broker on this machine has
  jetstream-ensure export
  jetstream-ensure export --server tls://nats.example.com --creds ~/ops.creds --output orders.yaml
  # some of it, as TypeScript
  jetstream-ensure export --only 'kv/*' 'stream/ORDERS*' --output orders.ts

Declared is what differs from the server's defaults: a plan of the file finds nothing to do on the same broker. What a
topology has no word for is said on stderr, and in a comment of the file (JSON has none).

Exit code: 0 exported, 1 error.`;

export function addExportVerb(program: Command): void {
  const verb = program
    .command("export")
    .summary("write what a broker has as a topology file; writes nothing to the broker")
    .description("Writes what a broker has as a topology file. Writes nothing to the broker.");
  addExportOptions(verb).addHelpText("after", AFTER).action(exportVerb);
}

async function exportVerb(options: ExportVerbOptions): Promise<void> {
  const { output } = options;
  const [format, name] = [formatOf(options), nameOf(options)];
  const mistake = options.only && patternsMistake(options.only);
  if (mistake !== undefined) throw new UsageError(`--only ${mistake}.`);
  if (output !== undefined && !options.force) await refuseExisting(output);
  const context = await contextOf(options, process.env);
  const api = { ...apiOptions(options, context), timeoutMs: options.timeout };
  const connect = { ...(await connectOptions(options, process.env, context)), timeoutMs: options.timeout };

  const { topology, remarks, unmatched } = await interruptible("Interrupted. Nothing is written.", async () => {
    const connection = await connectBroker(connect);
    try {
      return await readAndExport(connection, api, { ...options, name });
    } finally {
      await connection.close();
    }
  });
  if (unmatched.length > 0) {
    const patterns = unmatched.map((pattern) => `"${pattern}"`).join(", ");
    throw new UsageError(`--only matches nothing that the broker has: ${patterns}. It takes ids such as kv/*.`);
  }
  const folder = output === undefined ? process.cwd() : dirname(resolve(output));
  const text = writeTopology(topology, format, { schema: relative(folder, fileURLToPath(jsonSchemaFile)), remarks });
  if (output === undefined) process.stdout.write(text);
  else await write(output, text, options.force ?? false);
  for (const remark of remarks) process.stderr.write(`not exported: ${visible(remark)}\n`);
  if (output !== undefined) process.stderr.write(`${output}: ${count(sizeOf(topology), "resource")}.\n`);
}

/** Reads the account, while the terminal shows the progress, and turns it into a topology. */
async function readAndExport(
  connection: NatsConnection,
  apiOptions: Parameters<typeof jetStreamApi>[1],
  { name, only, consumers }: ExportVerbOptions & { name: string },
): Promise<Exported> {
  const api = jetStreamApi(connection, apiOptions);
  let text = "Reading the streams";
  const progress = showProgress(process.stderr, { resources: 0, term: process.env.TERM, text: () => text });
  try {
    const server = serverFacts(connection, await api.accountInfo());
    const account = await readAccount(api, {
      consumersOf: (stream) => consumers && mayMatchConsumers(only, stream),
      onProgress: (done, total) => {
        text = `Reading the consumers: of ${done} of ${count(total, "stream")}`;
      },
    });
    return exportTopology(account, { name, server, consumers, ...(only === undefined ? {} : { only }) });
  } finally {
    progress.end();
  }
}

async function refuseExisting(path: string): Promise<void> {
  const exists = await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
  if (exists) throw fileExistsError(path);
}

const fileExistsError = (path: string) =>
  new UsageError(`${path} is there already: give another name, or --force to overwrite it.`);

async function write(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? "w" : "wx" });
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw fileExistsError(path);
    const why = { ENOENT: "its folder does not exist", EACCES: "permission denied", EISDIR: "it is a directory" };
    throw new UsageError(`Cannot write ${path}: ${why[code as keyof typeof why] ?? code}.`, { cause: error });
  }
}

function sizeOf({ streams = [], kvBuckets = [], objectStores = [], consumers = [] }: Topology): number {
  return streams.length + kvBuckets.length + objectStores.length + consumers.length;
}
