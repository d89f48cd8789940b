import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { startProxiedEcho, until } from "./proxied-echo.ts";

/** How long something that must not happen is given to happen: it takes a millisecond or two where nothing hinders. */
const WOULD_HAVE_MS = 150;

/** What is under way until it is let go. */
function gate(): { opened: Promise<void>; open: () => void } {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  return { opened, open };
}

describe("a proxy that is silent", () => {
  it("mutes the target only, tells nobody, and has its words arrive when it heals", async () => {
    await using stage = await startProxiedEcho();
    const { client, target } = await stage.talk();

    stage.proxy.mute();
    client.socket.write("one;");
    await until(() => target.heard === "hi;one;");
    client.socket.write("two;");
    await until(() => target.heard === "hi;one;two;");
    await sleep(WOULD_HAVE_MS);
    const muted = { ...client };
    stage.proxy.heal();
    await until(() => client.heard === "hi;one;two;");

    expect(muted).toMatchObject({ heard: "hi;", ended: false, broken: undefined });
  });

  it("as a black hole swallows both ways, and the end of a connection, until it heals", async () => {
    await using stage = await startProxiedEcho();
    const { client, target } = await stage.talk();

    stage.proxy.blackhole();
    client.socket.write("there;");
    target.socket.end("back;");
    await sleep(WOULD_HAVE_MS);
    const swallowed = [{ ...client }, { ...target }];
    stage.proxy.heal();
    await until(() => client.ended && target.heard === "hi;there;");

    expect(swallowed).toMatchObject(Array(2).fill({ heard: "hi;", ended: false, broken: undefined }));
    expect(client).toMatchObject({ heard: "hi;back;", broken: undefined });
  });
});

describe("a proxy that waits for a word", () => {
  it("acts before the word is passed on, and holds it and what follows until that is done", async () => {
    await using stage = await startProxiedEcho();
    const { client, target } = await stage.talk();
    const { opened, open } = gate();
    let acted = false;
    stage.proxy.when(/write/, () => {
      acted = true;
      return opened;
    });

    client.socket.write("read;write;more;");
    await until(() => acted);
    client.socket.write("later;");
    await sleep(WOULD_HAVE_MS);
    const heldAt = target.heard;
    open();
    await until(() => client.heard === "hi;read;write;more;later;");

    expect(heldAt).toBe("hi;read;");
  });

  it("acts at the client's nth word from then on, in whichever chunk, and only once", async () => {
    await using stage = await startProxiedEcho();
    const { client, target } = await stage.talk();
    const say = async (words: string) => {
      const length = client.heard.length + words.length;
      client.socket.write(words);
      await until(() => client.heard.length === length);
    };
    await say("write 0;");
    const acts: string[] = [];
    // The target says each of them again, which is not counted.
    const note = async () => {
      await until(() => target.heard.includes("write 2;"));
      acts.push(target.heard);
    };
    stage.proxy.when(/write/, note, 3);

    await say("write 1;");
    await say("write 2;write 3;write 4;");
    await say("write 5;write 6;write 7;");

    expect(acts).toEqual(["hi;write 0;write 1;write 2;"]);
  });

  it("acts at each of several words of one chunk, in their order", async () => {
    await using stage = await startProxiedEcho();
    const { client, target } = await stage.talk();
    const acts: string[] = [];
    const note = async (name: string) => {
      await until(() => target.heard.includes("begin;"));
      acts.push(`${name} after ${target.heard}`);
    };
    stage.proxy.when(/second/, () => note("second"));
    stage.proxy.when(/first/, () => note("first"));

    client.socket.write("begin;first;second;end;");
    await until(() => client.heard.endsWith("end;"));

    expect(acts[0]).toBe("first after hi;begin;");
    expect(acts[1]).toMatch(/^second after /);
    expect(acts).toHaveLength(2);
    expect(client.heard).toBe("hi;begin;first;second;end;");
  });

  it("drops the word together with the connection that is reset at it", async () => {
    await using stage = await startProxiedEcho();
    const { client, target } = await stage.talk();
    stage.proxy.when(/write/, () => stage.proxy.reset());

    client.socket.write("write;");
    await until(() => client.broken === "ECONNRESET" && target.broken === "ECONNRESET");

    expect(target.heard).toBe("hi;");
  });

  it("is idle when what it began is done, and not before", async () => {
    await using stage = await startProxiedEcho();
    const { client } = await stage.talk();
    const { opened, open } = gate();
    let [acted, idle] = [false, false];
    stage.proxy.when(/write/, () => {
      acted = true;
      return opened;
    });

    client.socket.write("write;");
    await until(() => acted);
    const waiting = stage.proxy.idle().then(() => {
      idle = true;
    });
    await sleep(WOULD_HAVE_MS);
    const idleTooEarly = idle;
    open();
    await waiting;

    expect(idleTooEarly).toBe(false);
  });

  it("tells who waits for idle what went wrong, and passes the word on", async () => {
    await using stage = await startProxiedEcho();
    const { client } = await stage.talk();
    stage.proxy.when(/write/, () => Promise.reject(new Error("The server could not be killed.")));

    client.socket.write("write;");
    await until(() => client.heard === "hi;write;");

    await expect(stage.proxy.idle()).rejects.toThrow("The server could not be killed.");
  });

  it("counts a turn for each time the client speaks after it was spoken to", async () => {
    await using stage = await startProxiedEcho();
    const { client, target } = await stage.talk();
    const { turns } = stage.proxy.counts;

    client.socket.write("one;");
    await until(() => client.heard === "hi;one;");
    stage.proxy.mute();
    for (const word of ["two;", "three, and two was not answered;"]) {
      client.socket.write(word);
      await until(() => target.heard.endsWith(word));
    }

    expect([turns, stage.proxy.counts.turns]).toEqual([0, 2]);
  });
});
