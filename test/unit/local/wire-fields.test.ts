import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { interfaceFields, structFields, unknownFields } from "../../../functions/local/nats-server/wire-fields.ts";
import { LAST_REVIEWED_CODE } from "../../../lib/jetstream/errors/error-codes.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-"));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const GO = `package server

type Base struct {
	Total int \`json:"total"\`
}

type Thing struct {
	Base
	// A comment with json:"not_this" in it.
	Name    string        \`json:"name"\`
	MaxWait time.Duration \`json:"max_wait,omitempty"\` // In nanoseconds.
	Secret  string        \`json:"-"\`
	private int
}
`;

describe("the wire fields of a Go struct", () => {
  it("are its JSON names and those of what it embeds", () => {
    expect(structFields(GO, "Thing")).toEqual(["total", "name", "max_wait"]);
  });

  it("are not known where there is no such struct", () => {
    expect(structFields(GO, "Things")).toBeUndefined();
  });
});

it("the fields of an interface include those of what it extends", () => {
  const source = "export interface A {\n  one: string;\n}\n\nexport interface B extends A {\n  two?: string;\n}\n";
  expect(interfaceFields(source, "B")).toEqual(["one", "two"]);
});

/** A server's source with just the structs that are compared, each with the fields that this project has. */
async function serverSource(name: string, more: Record<string, string[]> = {}, codes: number[] = []): Promise<string> {
  const types = await readFile(new URL("../../../lib/jetstream/types.ts", import.meta.url), "utf8");
  const struct = (goName: string, ours: string) => {
    const fields = [...interfaceFields(types, ours), ...(more[goName] ?? [])];
    return `type ${goName} struct {\n${fields.map((field, at) => `\tF${at} string \`json:"${field}"\`\n`).join("")}}\n`;
  };
  const files: Record<string, string> = {
    "stream.go": [
      struct("StreamConfig", "StreamConfig"),
      struct("StreamSource", "StreamSource"),
      struct("StreamConsumerSource", "SourceConsumer"),
      struct("ExternalStream", "ExternalStream"),
      struct("SubjectTransformConfig", "SubjectTransform"),
      struct("RePublish", "Republish"),
      struct("StreamConsumerLimits", "ConsumerLimits"),
      struct("StreamInfo", "StreamInfo"),
      struct("ClusterInfo", "ClusterInfo"),
      struct("DesiredClusterInfo", "DesiredClusterInfo"),
      struct("PeerInfo", "PeerInfo"),
      struct("StreamSourceInfo", "StreamSourceInfo"),
    ].join("\n"),
    "jetstream_cluster.go": struct("Placement", "Placement"),
    "consumer.go": struct("ConsumerConfig", "LiveConsumerConfig") + struct("ConsumerInfo", "ConsumerInfo"),
    "store.go": struct("StreamState", "StreamState"),
    "jetstream.go": struct("JetStreamAccountLimits", "AccountLimits") + struct("JetStreamAccountStats", "AccountInfo"),
    "errors.json": JSON.stringify(
      [10001, LAST_REVIEWED_CODE, ...codes].map((error_code) => {
        return { constant: `JSErr${error_code}`, error_code, description: "something is wrong" };
      }),
    ),
  };
  const source = join(dir, name);
  await mkdir(join(source, "server"), { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(source, "server", file), text);
  return source;
}

describe("what a server's source has and this project does not", () => {
  it("is nothing for a server of which all is known", async () => {
    const preferred = { Placement: ["preferred"] };
    expect(await unknownFields(await serverSource("same", preferred))).toEqual({
      configs: [],
      answers: [],
      errors: [],
    });
  });

  it("are new fields of configs, new fields of answers, and error codes that nobody has looked at", async () => {
    const more = { StreamConfig: ["allow_time_travel"], ConsumerConfig: ["mood"], PeerInfo: ["zone"] };
    const code = LAST_REVIEWED_CODE + 1;

    expect(await unknownFields(await serverSource("newer", more, [code]))).toEqual({
      configs: ["StreamConfig.allow_time_travel", "ConsumerConfig.mood"],
      answers: ["PeerInfo.zone"],
      errors: [`${code} JSErr${code}: something is wrong`],
    });
  });

  it("is an error where a struct has gone, and where the folder is no server's source", async () => {
    const source = await serverSource("moved");
    await writeFile(join(source, "server/store.go"), "package server\n");

    await expect(unknownFields(source)).rejects.toThrow("server/store.go has no struct StreamState any more");
    expect(await unknownFields(source, { older: true })).toEqual({ configs: [], answers: [], errors: [] });
    await expect(unknownFields(dir)).rejects.toThrow("is not the source of a nats-server");
  });
});

describe("npm run server:fields", () => {
  const command = (...sources: string[]) =>
    promisify(execFile)(process.execPath, ["functions/local/server-fields.ts", ...sources]).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: "" }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );

  it("prints what is new since an older source, and exits with 2", async () => {
    const older = await serverSource("older", { PeerInfo: ["zone"] });
    const newer = await serverSource("newer", { PeerInfo: ["zone", "rack"], StreamConfig: ["allow_time_travel"] });

    expect(await command(newer, older)).toEqual({
      code: 2,
      stdout:
        "Config fields that lib/jetstream/types.ts does not have:\n  StreamConfig.allow_time_travel\n" +
        "Fields of answers that nothing reads:\n  PeerInfo.rack\n",
      stderr: "",
    });
    expect(await command(newer, newer)).toMatchObject({
      code: 0,
      stdout: "Nothing that this project does not know.\n",
    });
  });

  it("says how it is used, or what is wrong, and exits with 1", async () => {
    expect(await command()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Usage: npm run -s server:fields"),
    });
    expect(await command(dir)).toMatchObject({ code: 1, stderr: expect.stringContaining("is not the source of") });
  });
});
