import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LAST_REVIEWED_CODE } from "../../../lib/jetstream/errors/error-codes.ts";

/** A struct of the server whose JSON is on the wire, and the interface in lib/jetstream/types.ts that stands for it. */
interface Pair {
  file: string;
  struct: string;
  ours: string;
}

const stream = (struct: string, ours = struct): Pair => ({ file: "stream.go", struct, ours });

/** What a topology declares. Every field of these is wanted. */
const CONFIGS: Pair[] = [
  stream("StreamConfig"),
  stream("StreamSource"),
  stream("StreamConsumerSource", "SourceConsumer"),
  stream("ExternalStream"),
  stream("SubjectTransformConfig", "SubjectTransform"),
  stream("RePublish", "Republish"),
  stream("StreamConsumerLimits", "ConsumerLimits"),
  { file: "jetstream_cluster.go", struct: "Placement", ours: "Placement" },
  { file: "consumer.go", struct: "ConsumerConfig", ours: "LiveConsumerConfig" },
];

/** What the server answers. Here the interfaces have only what is read. */
const ANSWERS: Pair[] = [
  stream("StreamInfo"),
  stream("ClusterInfo"),
  stream("DesiredClusterInfo"),
  stream("PeerInfo"),
  stream("StreamSourceInfo"),
  { file: "store.go", struct: "StreamState", ours: "StreamState" },
  { file: "consumer.go", struct: "ConsumerInfo", ours: "ConsumerInfo" },
  { file: "jetstream.go", struct: "JetStreamAccountLimits", ours: "AccountLimits" },
  { file: "jetstream.go", struct: "JetStreamAccountStats", ours: "AccountInfo" },
];

/** The server refuses it in every config (stream.go): it belongs to requests that move a leader. */
const NOT_DECLARABLE = ["Placement.preferred"];

export interface ServerFields {
  /** `StreamConfig.allow_msg_ttl`, in the order of the server's source. */
  configs: string[];
  answers: string[];
  /** `10226 JSStreamReconfigureInProgressErr: stream reconfiguration already in progress`. */
  errors: string[];
}

/**
 * What a server's source has on the wire and this project does not.
 *
 * @param source the folder of a nats-server's source, as `go mod download` or a clone leaves it
 * @param options `older`: a struct may be missing, because a newer server brought it
 * @throws an Error where that folder is none, or a struct is not where it was
 */
export async function unknownFields(source: string, { older = false } = {}): Promise<ServerFields> {
  const types = await readFile(new URL("../../../lib/jetstream/types.ts", import.meta.url), "utf8");
  const files = new Map<string, string>();
  for (const { file } of [...CONFIGS, ...ANSWERS]) files.set(file, await readServerFile(source, file));
  const unknown = (pairs: Pair[]) =>
    pairs.flatMap(({ file, struct, ours }) => {
      const known = new Set(interfaceFields(types, ours));
      const fields = structFields(files.get(file) ?? "", struct);
      if (fields === undefined && !older) {
        throw new Error(
          `server/${file} has no struct ${struct} any more: see where it went, and name it in wire-fields.ts.`,
        );
      }
      const unknownOnes = (fields ?? []).filter((field) => !known.has(field)).map((field) => `${struct}.${field}`);
      return unknownOnes.filter((field) => !NOT_DECLARABLE.includes(field));
    });
  return {
    configs: unknown(CONFIGS),
    answers: unknown(ANSWERS),
    errors: unreviewedErrors(await readServerFile(source, "errors.json")),
  };
}

async function readServerFile(source: string, file: string): Promise<string> {
  const path = join(source, "server", file);
  return readFile(path, "utf8").catch((error: Error) => {
    throw new Error(`${source} is not the source of a nats-server: ${error.message}`);
  });
}

/** The JSON names of a Go struct's fields, with those of the structs that it embeds; `undefined`: there is no such struct. */
export function structFields(goSource: string, struct: string): string[] | undefined {
  const body = new RegExp(`^type ${struct} struct \\{\\n(.*?)^\\}`, "ms").exec(goSource)?.[1];
  if (body === undefined) return undefined;
  return body.split("\n").flatMap((line) => {
    const embedded = /^\t([A-Z]\w*)\s*(?:\/\/.*)?$/.exec(line)?.[1];
    if (embedded !== undefined) return structFields(goSource, embedded) ?? [];
    const name = /^\t\w+\s.*`json:"([^",]+)/.exec(line)?.[1];
    return name === undefined || name === "-" ? [] : name;
  });
}

/** The field names of an interface in a TypeScript source, those of what it extends included. */
export function interfaceFields(typescript: string, name: string): string[] {
  const found = new RegExp(`^export interface ${name}(?: extends (\\w+))? \\{\\n(.*?)^\\}`, "ms").exec(typescript);
  if (!found) throw new Error(`lib/jetstream/types.ts has no interface ${name}.`);
  const [, parent, body = ""] = found;
  const own = [...body.matchAll(/^ {2}(\w+)\??:/gm)].flatMap(([, field]) => field ?? []);
  return [...(parent === undefined ? [] : interfaceFields(typescript, parent)), ...own];
}

interface ServerError {
  constant: string;
  error_code: number;
  description: string;
}

function unreviewedErrors(json: string): string[] {
  const errors = JSON.parse(json) as ServerError[];
  return errors
    .filter(({ error_code: code }) => code > LAST_REVIEWED_CODE)
    .map(({ error_code: code, constant, description }) => `${code} ${constant}: ${description}`);
}
