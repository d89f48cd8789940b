import { setTimeout as delay } from "node:timers/promises";
import type { NatsConnection } from "nats";
import { expect, it } from "vitest";
import { eachVersionSince } from "../../support/each-version-since.ts";
import { startServer, type TestServer } from "../../support/nats-server.ts";
import { api, type RawAnswer } from "../../support/raw.ts";
import { runOn } from "../../support/run.ts";
import { expectNothingToDo, exportOf } from "./exported.ts";

const worker = (name: string, filter_subject: string) => ({
  stream_name: "QUEUE",
  config: { durable_name: name, name, ack_policy: "explicit", filter_subject },
  action: "create",
});

/** A work queue with a worker of its own, and an interest stream; one stream sources the one and one mirrors the other. */
async function startWithSources(version: string): Promise<{ server: TestServer; nc: NatsConnection }> {
  const server = await startServer(version);
  const nc = await server.connect();
  await api(nc, "STREAM.CREATE.QUEUE", { name: "QUEUE", subjects: ["q.>"], retention: "workqueue", max_consumers: 2 });
  await api(nc, "STREAM.CREATE.EVENTS", { name: "EVENTS", subjects: ["e.>"], retention: "interest" });
  await api(nc, "CONSUMER.CREATE.QUEUE.worker.q.work", worker("worker", "q.work"));
  await api(nc, "STREAM.CREATE.COPY", { name: "COPY", sources: [{ name: "QUEUE", filter_subject: "q.copied" }] });
  await api(nc, "STREAM.CREATE.MIRROR", { name: "MIRROR", mirror: { name: "EVENTS" } });
  for (const stream of ["QUEUE", "EVENTS"]) await serverConsumer(nc, stream);
  return { server, nc };
}

/** The durable consumer that the server made on a stream to feed a source or a mirror of it. */
async function serverConsumer(nc: NatsConnection, stream: string): Promise<RawAnswer> {
  for (const end = performance.now() + 15_000; performance.now() < end; await delay(50)) {
    const { consumers = [] } = await api(nc, `CONSUMER.LIST.${stream}`, {});
    const own = consumers.find((each: RawAnswer) => each.config.sourcing === true);
    if (own) return own;
  }
  throw new Error(`The server made no consumer on ${stream}.`);
}

eachVersionSince("2.14.0", "consumers that the server made for mirrors and sources", (version) => {
  it("are durable, counted by the stream, and told by their config", async () => {
    const { server, nc } = await startWithSources(version);
    await using _ = server;

    const own = await serverConsumer(nc, "QUEUE");
    const { state } = await api(nc, "STREAM.INFO.QUEUE");

    expect(own.name).toMatch(/^JS_SRC_[0-9A-Za-z]{8}$/);
    expect(own.config).toMatchObject({ durable_name: own.name, ack_policy: "flow_control", sourcing: true });
    expect(own.config.metadata).toMatchObject({ "_nats.src.stream": "COPY" });
    expect((await serverConsumer(nc, "EVENTS")).name).toMatch(/^JS_MIRROR_[0-9A-Za-z]{8}$/);
    expect(state.consumer_count).toBe(2);
  });

  it("are not unmanaged", async () => {
    const { server } = await startWithSources(version);
    await using _ = server;
    const streams = ["QUEUE", "EVENTS", "COPY", "MIRROR"].map((name) => ({ name, manage: "observe" as const }));

    const { unmanaged } = await runOn(server, { name: "t", streams }, { mode: "plan" });

    expect(unmanaged).toEqual(["consumer/QUEUE/worker"]);
  });

  it("are not exported, and take no consumer's place in the export", async () => {
    const { server } = await startWithSources(version);
    await using _ = server;

    const exported = await exportOf(server);

    expect(exported.remarks).toEqual([]);
    expect(exported.topology.consumers).toEqual([
      { stream: "QUEUE", name: "worker", ackPolicy: "explicit", filterSubject: "q.work" },
    ]);
    await expectNothingToDo(server, exported);
  });

  it("do not count against the number of consumers that a stream may have", async () => {
    const { server } = await startWithSources(version);
    await using _ = server;
    const second = { stream: "QUEUE", name: "second", filterSubject: "q.second" };
    const third = { stream: "QUEUE", name: "third", filterSubject: "q.third" };

    const planned = await runOn(server, { name: "t", consumers: [second, third] }, { mode: "plan" });
    const ensured = await runOn(server, { name: "t", consumers: [second] });

    expect(planned.resources.map(({ outcome }) => outcome)).toEqual(["toCreate", "failed"]);
    expect(planned.resources[1]?.error?.message).toContain("2 consumers by its maxConsumers, and has 1");
    expect(ensured.summary).toMatchObject({ created: 1 });
  });

  it("are told from a user's consumer of such a name by what the server says of it", async () => {
    const { server, nc } = await startWithSources(version);
    await using _ = server;
    await api(nc, "CONSUMER.CREATE.QUEUE.JS_SRC_mine.q.mine", worker("JS_SRC_mine", "q.mine"));

    const exported = await exportOf(server);
    const { unmanaged } = await runOn(server, { name: "t", streams: [{ name: "QUEUE" }] }, { mode: "plan" });

    expect(exported.topology.consumers?.map(({ name }) => name)).toEqual(["JS_SRC_mine", "worker"]);
    expect(unmanaged).toEqual(expect.arrayContaining(["consumer/QUEUE/JS_SRC_mine", "consumer/QUEUE/worker"]));
  });
});
