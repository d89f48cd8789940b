import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { OLDEST_ACCEPTED } from "../../../functions/local/nats-server/version.ts";
import { eachVersionSince } from "../../support/each-version-since.ts";
import { launch } from "./program.ts";

eachVersionSince(OLDEST_ACCEPTED, "npm run demo", (version) => {
  it("tells the story to its end, says that all was so, and leaves nothing", async () => {
    const tmp = await mkdtemp(join(tmpdir(), "jetstream-ensure-tmp-"));

    const { code, stdout } = await launch("demo", [], { version, env: { TMPDIR: tmp } }).finished;

    expect(stdout).not.toContain("NOT SO");
    for (const told of [
      "ok 22 created",
      "ok 22 unchanged",
      "ok 1 to create, 3 to update",
      "ok 1 created, 3 updated",
      "ok the forecast is 3 messages, exactly",
      "would discard 3 messages. Whoever",
      "All as told",
    ]) {
      expect(stdout).toContain(told);
    }
    expect(code).toBe(0);
    expect(await readdir(tmp)).toEqual([]);
    await rm(tmp, { recursive: true });
  });

  it("ends its server and removes its data when it is interrupted", async () => {
    const tmp = await mkdtemp(join(tmpdir(), "jetstream-ensure-tmp-"));
    const demo = launch("demo", [], { version, env: { TMPDIR: tmp } });
    await demo.told("for this demo alone");

    demo.child.kill("SIGINT");
    const { code, stderr } = await demo.finished;

    expect(code).toBe(130);
    expect(stderr).toContain("Interrupted");
    expect(await readdir(tmp)).toEqual([]);
    await rm(tmp, { recursive: true });
  });
});
