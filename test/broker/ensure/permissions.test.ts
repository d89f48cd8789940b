import { expect, it } from "vitest";
import kanade from "../../../cdk/kanade.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { documentedPermissions } from "../../support/documented-permissions.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { runOn } from "../../support/run.ts";

const topology: Topology = {
  ...kanade,
  consumers: [{ stream: "RESULTS", name: "projector", filterSubject: "results.done", maxDeliver: 5 }],
};

eachVersion("a user with the documented permissions and no others", (version) => {
  it("plans and ensures all there is, and may neither delete nor purge", async () => {
    const { plan, ensure } = await documentedPermissions();
    const allowed = JSON.stringify([...plan, ...ensure]);
    await using server = await startServer(version, {
      config: `authorization { users: [
        { user: admin, password: a },
        { user: ensure, password: e, permissions: { publish: ${allowed}, subscribe: "_INBOX.>" } } ] }`,
    });
    const connection = { credentials: { user: "ensure", password: "e" } };
    const admin = await server.connect({ user: "admin", pass: "a" });
    const least = await server.connect({ user: "ensure", pass: "e" });

    const created = await runOn(server, topology, { connection });
    await publish(admin, "results.done", 3);
    const { config } = await api(admin, "STREAM.INFO.RESULTS");
    await api(admin, "STREAM.UPDATE.RESULTS", { ...config, max_bytes: 1024 ** 3 });
    const mended = await runOn(server, topology, { connection });
    const steady = await runOn(server, topology, { connection });

    expect(created).toMatchObject({ converged: true, summary: { created: 23 }, warnings: [] });
    expect(mended).toMatchObject({ converged: true, summary: { updated: 1, unchanged: 22 }, warnings: [] });
    expect(steady).toMatchObject({ summary: { unchanged: 23 }, requests: { write: 0 } });
    for (const subject of [
      "STREAM.DELETE.RESULTS",
      "STREAM.PURGE.RESULTS",
      "STREAM.MSG.DELETE.RESULTS",
      "CONSUMER.DELETE.RESULTS.projector",
    ]) {
      await expect(api(least, subject, { seq: 1 })).rejects.toThrow(/[Pp]ermissions [Vv]iolation/);
    }
    expect((await api(admin, "STREAM.INFO.RESULTS")).state.messages).toBe(3);
  });
});
