import * as z from "zod";
import { streamPrefix } from "../fields/names.ts";

/** The server's limit for the name of a stream or a consumer. */
const longest = 255;

const bytes = (text: string) => new TextEncoder().encode(text).length;

function named(pattern: string, allowed: string, prefix: string) {
  return z
    .string()
    .superRefine((name, ctx) => {
      const say = (message: string) => ctx.addIssue({ code: "custom", message });
      if (name === "") say("The name is empty.");
      else if (!new RegExp(pattern).test(name)) say(`"${name}" is not a name it can have: ${allowed}.`);
      const length = bytes(prefix + name);
      if (length > longest) {
        const counted = prefix === "" ? "" : ` with the prefix ${prefix} of its stream`;
        say(`The name has ${length} bytes${counted}, and the server takes ${longest}.`);
      }
    })
    .meta({ pattern });
}

/** A stream's or a consumer's: the server puts it into subjects and into file names. */
export const assetName = () => named("^[^ \\t\\r\\n\\f.*>\\\\/]+$", "no white space, '.', '*', '>', '/' or '\\'", "");

/** A bucket's, as every client checks it: ADR-8 and ADR-20. The server itself would take more. */
export const bucketName = (kind: "kv" | "object") =>
  named("^[A-Za-z0-9_-]+$", "only letters, digits, '_' and '-'", streamPrefix[kind]);
