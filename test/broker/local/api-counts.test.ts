import { expect, it } from "vitest";
import { countApiRequests } from "../../../functions/local/api-counts.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";

eachVersion("requests counted at the broker", (version) => {
  it("are all there, told apart into reads and writes, also the refused ones", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.S", { name: "S", subjects: ["s"] });
    await using counts = await countApiRequests(server, await server.connect());

    await api(nc, "INFO");
    await api(nc, "STREAM.LIST", {});
    await api(nc, "STREAM.NAMES", {});
    await api(nc, "STREAM.INFO.S");
    await publish(nc, "s", 2);
    await api(nc, "CONSUMER.LIST.S", {});
    expect(await counts.requests()).toHaveLength(5);
    expect(await counts.writes()).toEqual([]);

    await api(nc, "STREAM.UPDATE.S", { name: "S", subjects: ["s"], max_msgs: 10 });
    await api(nc, "CONSUMER.CREATE.S.C", {
      stream_name: "S",
      config: { name: "C", durable_name: "C", ack_policy: "explicit" },
    });
    await expect(api(nc, "STREAM.CREATE.S", { name: "S", subjects: ["other"] })).rejects.toMatchObject({
      errCode: 10058,
    });
    expect(await counts.writes()).toEqual([
      "$JS.API.STREAM.UPDATE.S",
      "$JS.API.CONSUMER.CREATE.S.C",
      "$JS.API.STREAM.CREATE.S",
    ]);

    await counts.forget();
    expect(await counts.requests()).toEqual([]);
  });

  it("do not include reading a message, which the server neither counts nor tells of", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.S", { name: "S", subjects: ["s"], allow_direct: true });
    await publish(nc, "s", 1);
    await using counts = await countApiRequests(server, await server.connect());

    await api(nc, "STREAM.MSG.GET.S", { seq: 1 });
    await nc.request("$JS.API.DIRECT.GET.S.s");
    await api(nc, "INFO");

    expect(await counts.requests()).toEqual(["$JS.API.INFO"]);
  });

  it("are those of the account that is watched", async () => {
    const account = (name: string) => `${name} { jetstream: enabled, users: [{ user: "${name}", password: "p" }] }`;
    await using server = await startServer(version, { config: `accounts { ${account("A")}, ${account("B")} }` });
    const [a, b] = [await server.connect({ user: "A", pass: "p" }), await server.connect({ user: "B", pass: "p" })];
    await using counts = await countApiRequests(server, a, "A");

    await api(b, "STREAM.CREATE.B", { name: "B", subjects: ["b"] });
    await api(a, "STREAM.CREATE.A", { name: "A", subjects: ["a"] });

    expect(await counts.requests()).toEqual(["$JS.API.STREAM.CREATE.A"]);
  });
});
