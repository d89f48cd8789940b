import type { NatsConnection } from "nats";
import { afterAll, afterEach, beforeAll } from "vitest";
import { deleteAll } from "./delete-all.ts";
import { startServer, type TestServer } from "./nats-server.ts";

/** A server that all tests of a block share, and a connection to it. */
export interface SharedServer {
  readonly url: string;
  readonly monitorUrl: string;
  readonly nc: NatsConnection;
}

/**
 * Starts a server before the tests of the block that calls this, deletes every stream after each of them, and stops the
 * server after the last one.
 */
export function sharedServer(version: string): SharedServer {
  let started: { server: TestServer; nc: NatsConnection } | undefined;
  beforeAll(async () => {
    const server = await startServer(version);
    started = { server, nc: await server.connect() };
  });
  afterEach(() => deleteAll(current().nc));
  afterAll(() => started?.server[Symbol.asyncDispose]());

  function current() {
    if (!started) throw new Error("the shared server runs only while the tests of its block do");
    return started;
  }
  return {
    get url() {
      return current().server.url;
    },
    get monitorUrl() {
      return current().server.monitorUrl;
    },
    get nc() {
      return current().nc;
    },
  };
}
