import { UsageError } from "../usage-error.ts";
import type { Environment } from "./nats-context.ts";
import { readOptionFile } from "./read-option-file.ts";

/** The origin of a reference. */
interface Origin {
  /** The setting that contains the reference, for messages: `--creds`, `creds of the nats context "ops"`. */
  from: string;
  env: Environment;
}

/**
 * Reads the secret that a value refers to, as the `nats` command line does. The secret is in a file (`file://…`), in a
 * variable (`env://NAME`) or in the value itself (`data:;base64,…`). Any other value is the secret.
 *
 * @throws UsageError for a reference that needs another program (nsc, 1Password), and for a reference that leads
 *   nowhere
 */
export async function secretOf(reference: string, origin: Origin): Promise<string> {
  return (await resolveReference(reference, origin)) ?? reference;
}

/** Reads the secret that a value refers to, for a setting whose value is otherwise the path of a file. */
export async function secretInFile(reference: string, origin: Origin): Promise<string> {
  return (
    (await resolveReference(reference, origin)) ?? readOptionFile(origin.from, withVariables(reference, origin.env))
  );
}

/** Returns `undefined` for a value that is not a reference. */
async function resolveReference(reference: string, { from, env }: Origin): Promise<string | undefined> {
  const [, scheme = "", rest = ""] =
    /^(?:(file|env|nsc|op):\/\/|(data):)(.*)$/is.exec(reference)?.filter(Boolean) ?? [];
  switch (scheme.toLowerCase()) {
    case "file":
      return (await readOptionFile(from, withVariables(rest, env))).trimEnd();
    case "env":
      return readVariable(rest, from, env);
    case "data":
      return decodeInline(rest, from);
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

/** Replaces `$NAME` and `${NAME}` in a path by the variable's value, which is empty for an unset variable. */
function withVariables(path: string, env: Environment): string {
  return path.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced = "", bare = "") => env[braced || bare] ?? "");
}

function readVariable(name: string, from: string, env: Environment): string {
  const value = env[name];
  if (value) return value;
  throw new UsageError(`The secret of ${from} is in the variable ${name}, which is not set.`);
}

function decodeInline(rest: string, from: string): string {
  const [, header, payload = ""] = /^([^,]*),(.*)$/s.exec(rest) ?? [];
  if (header === undefined || !/(^|;)\s*base64\s*$/.test(header)) {
    throw new UsageError(`The secret of ${from} is inline, but not written as data:;base64,…`);
  }
  return Buffer.from(payload, "base64").toString("utf8");
}
