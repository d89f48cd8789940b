import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { api, RawApiError } from "../../support/raw.ts";
import type { TcpProxy } from "../../support/tcp-proxy.ts";
import { READ, WRITE } from "../scenario.ts";
import type { Ground } from "./ground.ts";

/** One random fault: what, and when. */
export interface Fault {
  kind: Kind;
  /** At which word of the run: its `nth` read or write; no more than the topology has resources. */
  word: "read" | "write";
  nth: number;
  /** Milliseconds, of what takes time or ends by itself. */
  ms: number;
  bytes: number;
}

/** What a fault can reach. */
export interface Reach {
  proxy: TcpProxy;
  ground: Ground;
}

type Act = (reach: Reach, fault: Fault) => Promise<unknown> | unknown;

/** From the beginning of the run. */
const FROM_THE_START = {
  latency: ({ proxy }, { ms }) => proxy.latency(ms / 6),
  jitter: ({ proxy }, { ms }) => proxy.latency(0, ms / 6),
  "slow bytes": ({ proxy }, { bytes }) => proxy.bandwidth(10_000 + bytes * 10),
  "reset at accept": ({ proxy }) => proxy.refuse("reset"),
  "cut in the greeting": ({ proxy }, { bytes }) => proxy.cutAfter(1 + (bytes % 300)),
  "broker is down": ({ ground }) => ground.server.kill(),
  "broker stands still": ({ ground }) => ground.freeze(),
  "JetStream is off": ({ ground }) => ground.server.restart({ options: { jetstream: false } }),
} satisfies Record<string, Act>;

/** At a word of the run, which waits for it. */
const IN_MID_RUN = {
  reset: ({ proxy }) => proxy.reset(),
  "cut in mid-answer": ({ proxy }, { bytes }) => proxy.cutAfter(1 + bytes),
  "half-closed": ({ proxy }) => proxy.halfClose(),
  "half-open": ({ proxy }) => proxy.halfOpen(),
  silent: ({ proxy }) => proxy.blackhole(),
  "silent for a while": ({ proxy }, { ms }) => {
    proxy.blackhole();
    later(ms, () => proxy.heal());
  },
  "answers are lost": ({ proxy }) => proxy.mute(),
  "answers come late": ({ proxy }, { ms }) => {
    proxy.mute();
    later(ms, () => proxy.heal());
  },
  "broker is killed": ({ ground }) => ground.server.kill(),
  "broker is killed and back": ({ ground }) => ground.server.kill().then(() => ground.server.restart()),
  "broker is restarted": ({ ground }) => ground.server.restart(),
  "broker stands still for a while": ({ ground }, { ms }) => {
    ground.freeze();
    later(ms, () => ground.thaw());
  },
  "broker stands still past the deadline": ({ ground }) => ground.freeze(),
  "storage is taken": ({ ground }) => takeStorage(ground),
} satisfies Record<string, Act>;

/** Of the caller; see `attempt.ts`. */
const AT_THE_CALLER = ["the deadline is near", "two runs at once", "the process is killed"] as const;

export type Kind = keyof typeof FROM_THE_START | keyof typeof IN_MID_RUN | (typeof AT_THE_CALLER)[number];

const kinds = [...Object.keys(FROM_THE_START), ...Object.keys(IN_MID_RUN), ...AT_THE_CALLER] as Kind[];

export const faults: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom(...kinds),
  word: fc.constantFrom("read" as const, "write" as const, "write" as const),
  nth: fc.nat(1000),
  ms: fc.integer({ min: 10, max: 500 }),
  bytes: fc.integer({ min: 0, max: 6000 }),
});

/**
 * Breaks it now, or has it break by itself at the word.
 *
 * @param struck is told when it does
 */
export async function strike(reach: Reach, fault: Fault, struck: () => void): Promise<void> {
  const now: Act | undefined = (FROM_THE_START as Record<string, Act>)[fault.kind];
  const then: Act | undefined = (IN_MID_RUN as Record<string, Act>)[fault.kind];
  if (then) {
    atWord(reach.proxy, fault, () => {
      struck();
      return then(reach, fault);
    });
    return;
  }
  await now?.(reach, fault);
  struck();
}

export function atWord(proxy: TcpProxy, { word, nth }: Fault, act: () => unknown): void {
  proxy.when(word === "read" ? READ : WRITE, act, nth);
}

function later(ms: number, act: () => void): void {
  void sleep(ms).then(act);
}

const INSUFFICIENT_STORAGE = 10047;

/** Reserves nearly all that is left. The run's own writes that are under way may be faster: then it is less. */
async function takeStorage(ground: Ground): Promise<void> {
  const nc = await ground.connect();
  for (let tries = 1; ; tries += 1) {
    const { limits, reserved_storage } = await api(nc, "INFO");
    const max_bytes = Math.max(1, limits.max_storage - Number(reserved_storage) - 2000);
    try {
      await api(nc, "STREAM.CREATE.GREEDY", { name: "GREEDY", subjects: ["greedy"], max_bytes });
      return;
    } catch (error) {
      if (tries === 20 || !(error instanceof RawApiError) || error.errCode !== INSUFFICIENT_STORAGE) throw error;
    }
  }
}
