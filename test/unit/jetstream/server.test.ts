import type { NatsConnection } from "nats";
import { expect, it } from "vitest";
import { isAtLeast, serverFacts } from "../../../lib/jetstream/server.ts";

it.each([
  ["2.10.0", "2.10.0", true],
  ["2.10.27", "2.10.3", true],
  ["2.9.25", "2.10.0", false],
  ["2.15.0-dev", "2.15.0", true],
  ["2.12.0-RC.2", "2.12.1", false],
  ["3.0.0", "2.99.99", true],
  ["2.10", "2.10.0", true],
])("%s is at least %s: %s", (version, release, expected) => {
  expect(isAtLeast({ version }, release)).toBe(expected);
});

const NONE = { version: "0.0.0", apiLevel: null, cluster: null };

it.each([
  ["nothing", undefined, NONE],
  ["null", null, NONE],
  ["numbers", { version: 5, cluster: 5 }, NONE],
  ["objects", { version: {}, cluster: {} }, NONE],
  ["empty texts", { version: "2.15.2", cluster: "" }, { ...NONE, version: "2.15.2" }],
  ["what it should say", { version: "2.15.2", cluster: "C" }, { ...NONE, version: "2.15.2", cluster: "C" }],
])("of a server that says %s of itself, no more is taken than texts", (_, info, facts) => {
  expect(serverFacts({ info } as unknown as NatsConnection, undefined)).toEqual(facts);
});
