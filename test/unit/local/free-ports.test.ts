import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { ephemeralStart, freePorts } from "../../../functions/local/process/free-ports.ts";

describe("free ports", () => {
  it("are held: no other call gets one of them", async () => {
    const calls = await Promise.all(Array.from({ length: 20 }, () => freePorts(50)));

    const ports = calls.flat();
    expect(new Set(ports).size).toBe(1000);
  });

  it("lie outside the range that the kernel hands out by itself", async () => {
    for (const port of await freePorts(100)) expect(port).toBeLessThan(ephemeralStart());
  });

  it("are free to listen on", async () => {
    const [port = 0] = await freePorts(1);
    const listener = createServer();

    await new Promise<void>((resolve, reject) => listener.once("error", reject).listen(port, "127.0.0.1", resolve));

    listener.close();
    expect(port).toBeGreaterThan(0);
  });
});
