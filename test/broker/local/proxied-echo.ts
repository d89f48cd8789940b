import { connect, createServer, type Socket } from "node:net";
import { expect, vi } from "vitest";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";

/** One end of a connection, and what it was told. */
export interface End {
  socket: Socket;
  heard: string;
  /** By the other side's FIN. */
  ended: boolean;
  /** The code of what broke it, such as ECONNRESET. */
  broken: string | undefined;
}

export interface ProxiedEcho extends AsyncDisposable {
  proxy: TcpProxy;
  /** What the target has at its end, in the order of the connections. */
  atTarget: End[];
  /** A client that goes on when the other side has ended. */
  dial(): End;
  /** A client that has said `hi;` and heard it, and the target's end of its connection. */
  talk(): Promise<{ client: End; target: End }>;
}

/** A proxy, and behind it a server that says again what it hears. */
export async function startProxiedEcho(): Promise<ProxiedEcho> {
  const ends: End[] = [];
  const atTarget: End[] = [];
  const adopt = (socket: Socket): End => {
    const it = observe(socket);
    ends.push(it);
    return it;
  };
  const target = createServer((socket) => {
    atTarget.push(adopt(socket));
    socket.on("data", (chunk) => socket.write(chunk));
  });
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  const address = target.address();
  const proxy = await startTcpProxy({ target: { port: typeof address === "object" && address ? address.port : 0 } });
  const dial = () => adopt(connect({ host: "127.0.0.1", port: proxy.port, allowHalfOpen: true }));

  return {
    proxy,
    atTarget,
    dial,
    async talk() {
      const before = atTarget.length;
      const client = dial();
      client.socket.write("hi;");
      await until(() => client.heard === "hi;");
      const at = atTarget[before];
      if (!at) throw new Error("The client was answered, and not by the target.");
      return { client, target: at };
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of ends) socket.destroy();
      await proxy.close();
      target.close();
    },
  };
}

/** Waits for at most 10 s, which is for a machine with much else to do. */
export function until(happened: () => boolean): Promise<void> {
  return vi.waitFor(() => expect(happened(), String(happened)).toBe(true), { timeout: 10_000, interval: 2 });
}

function observe(socket: Socket): End {
  const it: End = { socket, heard: "", ended: false, broken: undefined };
  socket.on("data", (chunk) => {
    it.heard += chunk;
  });
  socket.on("end", () => {
    it.ended = true;
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    it.broken = error.code ?? error.message;
  });
  return it;
}
