import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../usage-error.ts";
import { readOptionFile } from "./read-option-file.ts";

export type Environment = Record<string, string | undefined>;

/** A context of the `nats` command line: a named set of connection settings, in a file. */
export interface NatsContext {
  /** The context as messages name it: `the nats context "ops"`. */
  called: string;
  /** The file's settings by their own names, without empty texts. */
  settings: Readonly<Record<string, string>>;
  tlsFirst: boolean;
}

/**
 * Reads the context that the command (`--context`) names, else the environment (`NATS_CONTEXT`), else the context that
 * `nats context select` chose. The path of a `.json` file may stand in place of a name.
 *
 * It works as in the `nats` command line (nats-io/natscli, and natscontext in nats-io/jsm.go). There a selected context
 * applies to every command, and `--no-context` turns it off.
 *
 * @throws UsageError if the context does not exist or cannot be read. No message contains its content.
 */
export async function natsContext(
  { context }: { context?: string | false },
  env: Environment,
): Promise<NatsContext | undefined> {
  if (context === false) return undefined;
  const named = context ?? env.NATS_CONTEXT;
  if (named) return load(named, context === undefined ? "NATS_CONTEXT" : "--context", env);
  const selected = await selectedName(env);
  return selected === undefined ? undefined : load(selected, "selected; --no-context does without", env);
}

async function selectedName(env: Environment): Promise<string | undefined> {
  try {
    return (await readFile(join(folder(env), "context.txt"), "utf8")).trim() || undefined;
  } catch {
    // No context was ever selected. The nats command line treats an unreadable file in the same way.
    return undefined;
  }
}

async function load(name: string, from: string, env: Environment): Promise<NatsContext> {
  const isPath = name.endsWith(".json");
  if (!isPath && (name.includes("..") || /[/\\]/.test(name))) {
    throw new UsageError(`"${name}" (${from}) is no name of a nats context: no "/", "\\" or "..".`);
  }
  const path = isPath ? name : join(folder(env), "context", `${name}.json`);
  const called = `the nats context "${name}"`;
  return { called, ...settingsOf(await readOptionFile(`${called}, ${from}`, path), called) };
}

/** The folder of the contexts: `~/.config/nats` on every system. */
function folder(env: Environment): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config"), "nats");
}

function settingsOf(text: string, called: string): Pick<NatsContext, "settings" | "tlsFirst"> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The error has no cause, because the cause's message cites the file's text.
    throw new UsageError(`Cannot use ${called}: its file is not JSON.`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new UsageError(`Cannot use ${called}: its file is not a JSON object.`);
  }
  const settings: Record<string, string> = {};
  for (const [key, value] of Object.entries(json)) {
    if (typeof value === "string" && value !== "") settings[key] = value;
  }
  return { settings, tlsFirst: "tls_first" in json && json.tls_first === true };
}
