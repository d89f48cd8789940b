import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type NatsConnection, type NodeConnectionOptions } from "nats";
import { describe, inject } from "vitest";
import { type NatsCluster, startCluster } from "../../functions/local/nats-server/cluster.ts";
import { type NatsServer, type ServerOptions, startNatsServer } from "../../functions/local/nats-server/launch.ts";
// For the type of what it provides.
import type {} from "./obtain-servers.ts";
import { newest, versions } from "./versions.ts";

/** A server in a directory of its own, both gone at the end of the block: `await using server = await startServer(…)`. */
export interface TestServer extends NatsServer, AsyncDisposable {
  readonly version: string;
  /** A connection that is closed with the server. */
  connect(options?: NodeConnectionOptions): Promise<NatsConnection>;
}

export interface TestCluster extends NatsCluster, AsyncDisposable {
  /** A connection to all members, closed with the cluster. */
  connect(options?: NodeConnectionOptions): Promise<NatsConnection>;
}

/** Runs the tests in `body` once for each version of {@link versions}. */
export function eachVersion(title: string, body: (version: string) => void): void {
  describe.each(versions)(`${title} (nats-server %s)`, body);
}

/** The binary of a version that obtain-servers.ts obtained. */
export function binaryOf(version: string): string {
  const binaries = inject("natsServers");
  const path = binaries[version];
  if (path === undefined) {
    throw new Error(`nats-server ${version} was not obtained for this run, only ${Object.keys(binaries).join(", ")}.`);
  }
  return path;
}

export async function startServer(version: string, options: ServerOptions = {}): Promise<TestServer> {
  const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-"));
  const connections: NatsConnection[] = [];
  const server = await startNatsServer({ bin: binaryOf(version), dir, options }).catch(async (error) => {
    await rm(dir, { recursive: true, force: true });
    throw error;
  });
  // Not `{ ...server }`: that would copy what its getters say now.
  return Object.assign(server, {
    version,
    connect: (more: NodeConnectionOptions = {}) => connectTo(server.url, more, connections),
    async [Symbol.asyncDispose]() {
      await Promise.all(connections.map((nc) => nc.close()));
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  });
}

/** For a test of which the server is only the ground: `await withServer(newest, {}, async (server) => { … })`. */
export async function withServer<T>(
  version: string,
  options: ServerOptions,
  body: (server: TestServer) => Promise<T>,
): Promise<T> {
  await using server = await startServer(version, options);
  return await body(server);
}

/** Members in directories of their own, gone at the end of the block. */
export async function startTestCluster(
  launch: { version?: string; size?: number; name?: string; options?: ServerOptions } = {},
): Promise<TestCluster> {
  const { version = newest, ...rest } = launch;
  const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-"));
  const connections: NatsConnection[] = [];
  const cluster = await startCluster({ bin: binaryOf(version), dir, ...rest }).catch(async (error) => {
    await rm(dir, { recursive: true, force: true });
    throw error;
  });
  return Object.assign(cluster, {
    connect: (more: NodeConnectionOptions = {}) => connectTo([...cluster.urls], more, connections),
    async [Symbol.asyncDispose]() {
      await Promise.all(connections.map((nc) => nc.close()));
      await cluster.stop();
      await rm(dir, { recursive: true, force: true });
    },
  });
}

async function connectTo(
  servers: string | string[],
  options: NodeConnectionOptions,
  connections: NatsConnection[],
): Promise<NatsConnection> {
  const nc = await connect({ servers, ...options });
  connections.push(nc);
  return nc;
}
