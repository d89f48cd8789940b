import { describe, expect, it } from "vitest";
import { parseServerUrls } from "../../../functions/cli/login/server-urls.ts";

const parse = (list: string) => parseServerUrls(list, "--server");
const messageOf = (list: string) => {
  try {
    parse(list);
  } catch (error) {
    return String(error);
  }
  return "no error";
};

describe("parseServerUrls", () => {
  it.each([
    ["localhost", { servers: ["nats://localhost"] }],
    ["localhost:4333", { servers: ["nats://localhost:4333"] }],
    ["TLS://nats.example.com/", { servers: ["tls://nats.example.com"] }],
    ["nats://[::1]:4222", { servers: ["nats://[::1]:4222"] }],
    ["nats://a:4222, b", { servers: ["nats://a:4222", "nats://b"] }],
    ["nats://me:secret@a:4222", { servers: ["nats://a:4222"], user: "me", password: "secret" }],
    ["me:p%40s%2Cs@a,me:p%40s%2Cs@b", { servers: ["nats://a", "nats://b"], user: "me", password: "p@s,s" }],
    ["nats://me:a:b@c@host", { servers: ["nats://host"], user: "me", password: "a:b@c" }],
    ["nats://me:secret@a,nats://b", { servers: ["nats://a", "nats://b"], user: "me", password: "secret" }],
    ["nats://t0ken@a", { servers: ["nats://a"], token: "t0ken" }],
  ])("takes %s apart", (list, expected) => {
    expect(parse(list)).toEqual(expected);
  });

  it.each([
    ["", '--server: "" is not a server: write it like nats://host:4222.'],
    ["nats://", '--server: "nats://" is not a server'],
    ["a:port", '--server: "a:port" is not a server'],
    ["a,,b", '--server: "" is not a server'],
    ["a/path", '--server: "a/path" is not a server'],
    ["wss://a", '--server: "wss://a" has the scheme wss://, which is not supported: write nats:// or tls://.'],
    ["me:x@a,you:x@b", "--server: the servers name different users; one run logs in as one."],
  ])("refuses %j", (list, message) => {
    expect(messageOf(list)).toContain(`UsageError: ${message}`);
  });

  it.each([
    "nats://me:s3cret@",
    "nats://me:s3cret@a:port",
    "http://me:s3cret@a",
    "nats://me:%s3cret@a",
    "nats://me:x,s3cret@a/b",
    "nats://me:s3cret@a,nats://me:s3cret2@b",
  ])("never repeats the secret of %s", (list) => {
    const message = messageOf(list);

    expect(message).toMatch(/^UsageError: --server/);
    expect(message).not.toContain("s3cret");
  });
});
