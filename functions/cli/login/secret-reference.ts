import { UsageError } from "../usage-error.ts";
import type { Environment } from "./nats-context.ts";
import { readOptionFile } from "./read-option-file.ts";

interface Place {
  /** Where the reference was given, for messages: `--creds`, `creds of the nats context "ops"`. */
  from: string;
  env: Environment;
}

/**
 * The secret that a value stands for, as the `nats` command line reads it: in a file (`file://…`), in a variable
 * (`env://NAME`), in the value itself (`data:;base64,…`), else the value as it is.
 *
 * @throws UsageError for what would need another program (nsc, 1Password), and for a reference that leads nowhere
 */
export async function secretOf(reference: string, place: Place): Promise<string> {
  return (await referred(reference, place)) ?? reference;
}

/** The same, where a value as it is names a file. */
export async function secretInFile(reference: string, place: Place): Promise<string> {
  return (await referred(reference, place)) ?? readOptionFile(place.from, expanded(reference, place.env));
}

async function referred(reference: string, { from, env }: Place): Promise<string | undefined> {
  const [, scheme = "", rest = ""] =
    /^(?:(file|env|nsc|op):\/\/|(data):)(.*)$/is.exec(reference)?.filter(Boolean) ?? [];
  switch (scheme.toLowerCase()) {
    case "file":
      return (await readOptionFile(from, expanded(rest, env))).trimEnd();
    case "env":
      return variable(rest, from, env);
    case "data":
      return inline(rest, from);
    case "nsc":
    case "op":
      throw new UsageError(
        `The secret of ${from} is kept by ${scheme === "op" ? "1Password" : "nsc"}, which this program does not ask: ` +
          "write it to a file, and give that by --creds or --nkey.",
      );
    default:
      return undefined;
  }
}

/** `$NAME` and `${NAME}` in a path are variables, empty where not set. */
function expanded(path: string, env: Environment): string {
  return path.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced = "", bare = "") => env[braced || bare] ?? "");
}

function variable(name: string, from: string, env: Environment): string {
  const value = env[name];
  if (value) return value;
  throw new UsageError(`The secret of ${from} is in the variable ${name}, which is not set.`);
}

function inline(rest: string, from: string): string {
  const [, header, payload = ""] = /^([^,]*),(.*)$/s.exec(rest) ?? [];
  if (header === undefined || !/(^|;)\s*base64\s*$/.test(header)) {
    throw new UsageError(`The secret of ${from} is inline, but not written as data:;base64,…`);
  }
  return Buffer.from(payload, "base64").toString("utf8");
}
