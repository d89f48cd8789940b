import { createServer, Socket } from "node:net";
import { type DelayLine, delayLine } from "./delay-line.ts";

export interface TcpProxy {
  /** `127.0.0.1:<port>`, where the target would be. A cluster's members tell a client of each other, past a proxy. */
  readonly address: string;
  readonly port: number;
  /** What was passed on so far. */
  readonly counts: {
    connections: number;
    bytesToTarget: number;
    bytesToClient: number;
    /** How often the client spoke after it had been spoken to: each is a round trip that it waited for. */
    turns: number;
  };
  /** Another round-trip delay, for what comes from now on. */
  latency(ms: number): void;
  /** Breaks every open connection with a TCP reset, on both sides. New ones are taken. */
  reset(): void;
  /** From now on nothing gets through, either way, and nobody is told: as when a firewall drops packets. */
  blackhole(): void;
  /** Ends the black hole. What was sent meanwhile arrives now, as TCP's retransmission would have it. */
  heal(): void;
  close(): Promise<void>;
}

/**
 * A TCP proxy on 127.0.0.1 that makes the network between a client and its server worse.
 *
 * What `latencyMs` counts: it is the round trip that is added, half of it on each way. Every chunk is delayed by that
 * half; order is kept, and throughput is not limited. Setting up a connection takes the client one round trip (SYN,
 * SYN-ACK), and the server sees it half a one later (ACK), so the target is connected to 1.5 round trips after the
 * client came. The client itself is told "connected" at once, since the proxy is near, but no byte reaches either
 * side sooner than over a real link: the greeting of a server that speaks first (NATS does) arrives after 2 round
 * trips, the first answer to a client that speaks first as well.
 */
export async function startTcpProxy(options: {
  target: { host?: string; port: number };
  latencyMs?: number;
}): Promise<TcpProxy> {
  const { target, latencyMs = 0 } = options;
  let roundTripMs = latencyMs;
  let blocked = false;
  const counts = { connections: 0, bytesToTarget: 0, bytesToClient: 0, turns: 0 };
  let clientWasSpokenTo = false;
  const lines = new Set<DelayLine>();
  const sockets = new Set<Socket>();

  function pass(from: Socket, to: Socket, line: DelayLine, count: (bytes: number) => void): void {
    const half = () => roundTripMs / 2;
    sockets.add(from);
    lines.add(line);
    from.setNoDelay(true);
    from.on("data", (chunk) => {
      line.add(half(), () => {
        count(chunk.length);
        to.write(chunk);
      });
    });
    from.on("end", () => line.add(half(), () => to.end()));
    // One side's reset (or refusal) is the other's.
    from.on("error", () => line.add(half(), () => to.resetAndDestroy()));
    from.on("close", () => {
      sockets.delete(from);
      line.add(half(), () => {
        to.destroySoon();
        lines.delete(line);
      });
    });
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    counts.connections += 1;
    const upstream = new Socket({ allowHalfOpen: true });
    const toTarget = delayLine(() => blocked);
    const toClient = delayLine(() => blocked);
    // The first in line: what the client sends meanwhile comes after it.
    toTarget.add(1.5 * roundTripMs, () => upstream.connect({ host: target.host ?? "127.0.0.1", port: target.port }));
    client.on("data", () => {
      if (clientWasSpokenTo) counts.turns += 1;
      clientWasSpokenTo = false;
    });
    pass(client, upstream, toTarget, (bytes) => {
      counts.bytesToTarget += bytes;
    });
    pass(upstream, client, toClient, (bytes) => {
      counts.bytesToClient += bytes;
      clientWasSpokenTo = true;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;

  return {
    address: `127.0.0.1:${port}`,
    port,
    counts,
    latency(ms) {
      roundTripMs = ms;
    },
    reset() {
      for (const line of lines) line.drop();
      for (const socket of sockets) socket.resetAndDestroy();
    },
    blackhole() {
      blocked = true;
    },
    heal() {
      blocked = false;
      for (const line of lines) line.run();
    },
    close() {
      for (const line of lines) line.drop();
      return new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
    },
  };
}
