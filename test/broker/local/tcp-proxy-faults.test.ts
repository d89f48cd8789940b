import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { startProxiedEcho, until } from "./proxied-echo.ts";

/** How long something that must not happen is given to happen: it takes a millisecond or two where nothing hinders. */
const WOULD_HAVE_MS = 150;

describe("a proxy that is slow", () => {
  it("takes as much longer each way as the jitter has it, and keeps order", async () => {
    await using stage = await startProxiedEcho();
    const { proxy } = stage;
    const { client } = await stage.talk();
    let drawn = 0;
    // All of it for the first chunk, and nothing for those after it, which must not overtake.
    proxy.latency(0, 200, () => (drawn++ === 0 ? 1 : 0));

    const started = performance.now();
    client.socket.write("first;");
    await until(() => drawn === 1);
    client.socket.write("second;");
    await until(() => client.heard.endsWith("second;"));

    expect(client.heard).toBe("hi;first;second;");
    expect(performance.now() - started).toBeGreaterThanOrEqual(200);
  });

  it("adds the jitter to the delay, on the way there and on the way back", async () => {
    await using stage = await startProxiedEcho();
    const { proxy } = stage;
    const { client } = await stage.talk();
    proxy.latency(100, 75, () => 1);

    const started = performance.now();
    client.socket.write("there and back;");
    await until(() => client.heard.endsWith("back;"));

    expect(performance.now() - started).toBeGreaterThanOrEqual(100 + 2 * 75);
  });

  it("lets so many bytes a second through, each way", async () => {
    await using stage = await startProxiedEcho();
    const { proxy } = stage;
    const { client } = await stage.talk();
    proxy.bandwidth(20_000);

    const started = performance.now();
    client.socket.write("x".repeat(4_000));
    await until(() => client.heard.length === 3 + 4_000);

    // 200 ms back, which begin when the first of the 50 ms' pieces is there.
    expect(performance.now() - started).toBeGreaterThanOrEqual(250);
    expect(client.heard).toBe(`hi;${"x".repeat(4_000)}`);
  });
});

describe("a proxy that refuses", () => {
  it.each([
    { how: "reset" as const, ended: false, broken: "ECONNRESET" },
    { how: "end" as const, ended: true, broken: undefined },
  ])(
    "takes new connections only to drop them, and leaves open ones alone (how: $how)",
    async ({ how, ended, broken }) => {
      await using stage = await startProxiedEcho();
      const { proxy } = stage;
      const { client } = await stage.talk();
      proxy.refuse(how);

      const refused = stage.dial();
      await until(() => refused.ended || refused.broken !== undefined);
      client.socket.write("still here;");
      await until(() => client.heard === "hi;still here;");

      expect(refused).toMatchObject({ heard: "", ended, broken });
      expect(stage.atTarget).toHaveLength(1);
    },
  );

  it("lets go of one that had spoken before it was ended", async () => {
    await using stage = await startProxiedEcho();
    const { proxy } = stage;
    proxy.refuse("end");
    const refused = stage.dial();
    refused.socket.end("anybody there?");
    await until(() => refused.ended);

    expect(await Promise.race([proxy.close().then(() => "closed"), sleep(5_000, "still open")])).toBe("closed");
  });
});

describe("a proxy that breaks what is open", () => {
  it("resets both sides", async () => {
    await using stage = await startProxiedEcho();
    const { proxy } = stage;
    const { client, target } = await stage.talk();

    proxy.reset();
    await until(() => client.broken !== undefined && target.broken !== undefined);

    expect([client.broken, target.broken]).toEqual(["ECONNRESET", "ECONNRESET"]);
  });

  it.each([
    { how: undefined, ended: false, broken: "ECONNRESET" },
    { how: "end" as const, ended: true, broken: undefined },
  ])("cuts after so many bytes, of several words, once (how: $how)", async ({ how, ended, broken }) => {
    await using stage = await startProxiedEcho();
    const { proxy } = stage;
    const { client, target } = await stage.talk();
    proxy.cutAfter(6, how);

    client.socket.write("one;");
    await until(() => client.heard === "hi;one;");
    client.socket.write("two;");
    await until(() => client.ended || client.broken !== undefined);
    await until(() => target.broken !== undefined);
    const next = await stage.talk();
    next.client.socket.write("more than six bytes;");
    await until(() => next.client.heard.endsWith("bytes;"));

    expect(client).toMatchObject({ heard: "hi;one;tw", ended, broken });
    expect(target).toMatchObject({ heard: "hi;one;two;", broken: "ECONNRESET" });
  });

  it("ends the target's way only: the client is still heard, and not answered", async () => {
    await using stage = await startProxiedEcho();
    const { proxy } = stage;
    const { client, target } = await stage.talk();

    proxy.halfClose();
    await until(() => client.ended);
    for (const word of ["one;", "two;", "three;"]) {
      client.socket.write(word);
      await until(() => target.heard.endsWith(word));
    }

    expect(client).toMatchObject({ heard: "hi;", broken: undefined });
    expect(target).toMatchObject({ heard: "hi;one;two;three;", ended: false, broken: undefined });
  });

  it("takes the target's end away and does not tell the client, and passes new connections on", async () => {
    await using stage = await startProxiedEcho();
    const { proxy } = stage;
    const { client, target } = await stage.talk();

    proxy.halfOpen();
    await until(() => target.broken === "ECONNRESET");
    client.socket.write("lost;");
    await stage.talk();
    await sleep(WOULD_HAVE_MS);

    expect(target.heard).toBe("hi;");
    expect(client).toMatchObject({ heard: "hi;", ended: false, broken: undefined });
    expect(client.socket.writable).toBe(true);
  });
});
