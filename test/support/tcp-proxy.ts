import { createServer, Socket } from "node:net";
import { breakOff, type Road, road, type Stop } from "./road.ts";

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
  /** Another round-trip delay, for what comes from now on; each chunk takes up to `jitterMs` more, each way. */
  latency(ms: number, jitterMs?: number, random?: () => number): void;
  /** So many bytes a second each way, for what comes from now on. */
  bandwidth(bytesPerSecond: number): void;
  /** Breaks every open connection with a TCP reset, on both sides. New ones are taken. */
  reset(): void;
  /** New connections are reset, or ended, as soon as they are taken. */
  refuse(how: "reset" | "end"): void;
  /** Passes so many more bytes on to the client, and breaks the connection there: in the middle of what was said. */
  cutAfter(bytes: number, how?: "reset" | "end"): void;
  /** From now on nothing gets through, either way, and nobody is told: as when a firewall drops packets. */
  blackhole(): void;
  /** From now on nothing that the target says gets through; what the client says still does. */
  mute(): void;
  /** Ends `blackhole` and `mute`. What was sent meanwhile arrives now, as TCP's retransmission would have it. */
  heal(): void;
  /** The target has said its last word (FIN); what the client says is still passed on. */
  halfClose(): void;
  /** The target's end is gone and the client is not told: what it says goes nowhere. */
  halfOpen(): void;
  /** Before the client's `nth` (default first) word of this pattern, from now on, is passed on: does this. Only once. */
  when(pattern: RegExp, act: () => Promise<unknown> | unknown, nth?: number): void;
  /** All that `when` has begun to do is done. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  upstream: Socket;
  orphaned: boolean;
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
export async function startTcpProxy(options: { target: { port: number }; latencyMs?: number }): Promise<TcpProxy> {
  const { target, latencyMs = 0 } = options;
  const link = { roundTripMs: latencyMs, jitterMs: 0, random: Math.random, rate: Number.POSITIVE_INFINITY };
  let [blocked, muted] = [false, false];
  let refusal: "reset" | "end" | undefined;
  let cut: { bytes: number; how: "reset" | "end" } | undefined;
  const counts = { connections: 0, bytesToTarget: 0, bytesToClient: 0, turns: 0 };
  let clientWasSpokenTo = false;
  const hooks: { pattern: RegExp; act: Stop["act"]; left: number }[] = [];
  const under = new Set<Promise<unknown>>();
  const roads = new Set<Road>();
  const pairs = new Set<Pair>();
  const state = {
    delayMs: () => link.roundTripMs / 2 + link.random() * link.jitterMs,
    bytesPerSecond: () => link.rate,
  };

  function stopsIn(chunk: Buffer): Stop[] {
    const text = hooks.length > 0 ? chunk.toString("latin1") : "";
    const stops: Stop[] = [];
    for (const hook of [...hooks]) {
      for (const { index } of text.matchAll(hook.pattern)) {
        hook.left -= 1;
        if (hook.left > 0) continue;
        hooks.splice(hooks.indexOf(hook), 1);
        stops.push({ at: index, act: hook.act });
        break;
      }
    }
    return stops.sort((a, b) => a.at - b.at);
  }

  function toClient(pair: Pair, bytes: Buffer): void {
    // After the FIN of `halfClose`: to write would be an error, which would break the client's way as well.
    if (!pair.client.writable) return;
    const passed = cut ? bytes.subarray(0, cut.bytes) : bytes;
    counts.bytesToClient += passed.length;
    clientWasSpokenTo = true;
    pair.client.write(passed);
    if (!cut) return;
    cut.bytes -= passed.length;
    if (cut.bytes > 0) return;
    if (cut.how === "end") pair.client.end();
    // Not before what was written is out.
    else setImmediate(() => breakOff(pair.client));
    pair.orphaned = true;
    breakOff(pair.upstream);
    cut = undefined;
  }

  function follow(pair: Pair, from: Socket, to: Socket, { line }: Road): void {
    const half = () => link.roundTripMs / 2;
    from.setNoDelay(true);
    from.on("end", () => line.add(half(), () => pair.orphaned || to.end()));
    // One side's reset (or refusal) is the other's.
    from.on("error", () => line.add(half(), () => pair.orphaned || to.resetAndDestroy()));
    from.on("close", () => line.add(half(), () => pair.orphaned || to.destroySoon()));
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    counts.connections += 1;
    if (refusal === "reset") return breakOff(client);
    if (refusal === "end") {
      // Read to its end, or a client that speaks first would keep it, and so the proxy, from being closed.
      client.on("error", () => undefined).resume();
      return client.end();
    }
    const upstream = new Socket({ allowHalfOpen: true });
    const pair: Pair = { client, upstream, orphaned: false };
    pairs.add(pair);
    const there = road({ ...state, blocked: () => blocked }, (bytes) => {
      counts.bytesToTarget += bytes.length;
      if (!pair.orphaned) upstream.write(bytes);
    });
    const back = road({ ...state, blocked: () => blocked || muted }, (bytes) => toClient(pair, bytes));
    for (const each of [there, back]) roads.add(each);
    // The first in line: what the client sends meanwhile comes after it.
    there.line.add(1.5 * link.roundTripMs, () => {
      upstream.connect({ host: "127.0.0.1", port: target.port });
    });
    client.on("data", (chunk) => {
      if (clientWasSpokenTo) counts.turns += 1;
      clientWasSpokenTo = false;
      there.carry(chunk, stopsIn(chunk));
    });
    upstream.on("data", (chunk) => back.carry(chunk));
    follow(pair, client, upstream, there);
    follow(pair, upstream, client, back);
    client.on("close", () => {
      if (upstream.destroyed || pair.orphaned) pairs.delete(pair);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const drop = () => {
    for (const { line } of roads) line.drop();
    roads.clear();
  };

  return {
    address: `127.0.0.1:${port}`,
    port,
    counts,
    latency(ms, jitterMs = 0, random = Math.random) {
      Object.assign(link, { roundTripMs: ms, jitterMs, random });
    },
    bandwidth(bytesPerSecond) {
      link.rate = bytesPerSecond;
    },
    reset() {
      drop();
      for (const { client, upstream } of pairs) for (const socket of [client, upstream]) socket.resetAndDestroy();
      pairs.clear();
    },
    refuse(how) {
      refusal = how;
    },
    cutAfter(bytes, how = "reset") {
      cut = { bytes, how };
    },
    blackhole() {
      blocked = true;
    },
    mute() {
      muted = true;
    },
    heal() {
      [blocked, muted] = [false, false];
      for (const { line } of roads) line.run();
    },
    halfClose() {
      for (const { client } of pairs) client.end();
    },
    halfOpen() {
      for (const pair of pairs) {
        pair.orphaned = true;
        breakOff(pair.upstream);
      }
    },
    when(pattern, act, nth = 1) {
      const doIt = () => {
        const doing = Promise.resolve().then(act);
        under.add(doing);
        return doing;
      };
      hooks.push({ pattern: new RegExp(pattern.source, "g"), act: doIt, left: nth });
    },
    async idle() {
      await Promise.all(under);
    },
    close() {
      drop();
      return new Promise((resolve) => {
        server.close(() => resolve());
        for (const { client, upstream } of pairs) for (const socket of [client, upstream]) socket.destroy();
      });
    },
  };
}
