import type { NatsConnection } from "nats";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { deleteAll } from "../../support/delete-all.ts";
import { eachVersion, startServer, type TestServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, runOn } from "../../support/run.ts";
import { expectNothing } from "./expect-nothing.ts";

const STAYS = { name: "STAYS", subjects: ["stays"] };
const BUCKET = { subjects: ["$KV.all.>"], discard: "new", allow_rollup_hdrs: true, max_msgs_per_subject: 1 };

eachVersion("a bucket's source", (version) => {
  let server: TestServer;
  let nc: NatsConnection;

  beforeAll(async () => {
    server = await startServer(version);
    nc = await server.connect();
    await api(nc, "STREAM.CREATE.STAYS", STAYS);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  afterEach(() => deleteAll(nc, ["STAYS"]));

  const makeBucket = (config: object) =>
    api(nc, "STREAM.CREATE.KV_all", { name: "KV_all", ...BUCKET, allow_direct: true, deny_delete: true, ...config });

  it.each(["SOURCE1", "KV_SOURCE1"])("that is the stream %s, word for word, is no phantom", async (stream) => {
    await makeBucket({ sources: [{ name: stream }] });

    await expectNothing(server, { name: "t", kvBuckets: [{ name: "all", sources: [{ stream }] }], ignore: ["*"] });
  });

  it("named as a bucket where the live one is a stream differs by two texts that say so", async () => {
    await makeBucket({ sources: [{ name: "SOURCE1" }] });
    const declared = { subjectTransforms: [{ src: "$KV.SOURCE1.>", dest: "$KV.all.>" }], name: "SOURCE1" };

    const named = await runOn(
      server,
      { name: "t", kvBuckets: [{ name: "all", sources: [declared] }] },
      { mode: "plan" },
    );

    expect(differencesOf(named, "kv/all")[0]).toContain('[{"stream":"SOURCE1"}] → [{"name":"SOURCE1"');
  });

  it("that filters by everything is one without a filter", async () => {
    await api(nc, "STREAM.CREATE.ALL", { name: "ALL", sources: [{ name: "STAYS", filter_subject: ">" }] });

    await expectNothing(server, { name: "t", streams: [STAYS, { name: "ALL", sources: [{ name: "STAYS" }] }] });
  });
});
