import * as z from "zod";
import { streamPrefix } from "../fields/names.ts";

/** How many bytes the server allows in the name of a stream or a consumer. */
const longest = 255;

const byteLength = (text: string) => new TextEncoder().encode(text).length;

function nameSchema(pattern: string, allowed: string, prefix: string) {
  return z
    .string()
    .superRefine((name, ctx) => {
      const say = (message: string) => ctx.addIssue({ code: "custom", message });
      if (name === "") say("The name is empty.");
      else if (!new RegExp(pattern).test(name)) say(`"${name}" is not a name it can have: ${allowed}.`);
      const length = byteLength(prefix + name);
      if (length > longest) {
        const counted = prefix === "" ? "" : ` with the prefix ${prefix} of its stream`;
        say(`The name has ${length} bytes${counted}, and the server takes ${longest}.`);
      }
    })
    .meta({ pattern });
}

/** The name of a stream or a consumer. The server puts it into subjects and file names. */
export const assetName = () =>
  nameSchema("^[^ \\t\\r\\n\\f.*>\\\\/]+$", "no white space, '.', '*', '>', '/' or '\\'", "");

/** The name of a bucket, as every client checks it (ADR-8 and ADR-20). The server itself would accept more names. */
export const bucketName = (kind: "kv" | "object") =>
  nameSchema("^[A-Za-z0-9_-]+$", "only letters, digits, '_' and '-'", streamPrefix[kind]);
