import type { StreamConfig } from "../../../jetstream/types.ts";
import { bytesOf, replicasOf, storageOf } from "../../stream-write.ts";
import type { AppliedLimits } from "./account-limits.ts";
import type { Counting } from "./counting.ts";

/** The storage that streams reserve of an account, summed up: each write asks for the sum of all other streams. */
export class ReservedStorage {
  readonly #configs = new Map<string, StreamConfig>();
  /** Bytes of streams, by number of replicas and by storage. */
  readonly #sums = new Map<number, Record<"file" | "memory", number>>();

  constructor(configs: Iterable<StreamConfig>) {
    for (const config of configs) this.set(config);
  }

  /** Adds a stream, or replaces its former config. */
  set(config: StreamConfig): void {
    const before = this.#configs.get(config.name);
    if (before) this.#count(before, -1);
    this.#configs.set(config.name, config);
    this.#count(config, 1);
  }

  /** Bytes that other streams take, as the server counts them for a write to this one. */
  byOthers(config: StreamConfig, { tier }: AppliedLimits, counting: Counting): number {
    const [storage, replicas] = [storageOf(config), replicasOf(config)];
    const own = this.#configs.get(config.name);
    let sum = 0;
    for (const [num_replicas, bytes] of this.#sums) {
      if (tier !== undefined && num_replicas !== replicas) continue;
      for (const each of ["file", "memory"] as const) {
        if (each !== storage && !counting.mixesStorages) continue;
        const isOwn = own !== undefined && replicasOf(own) === num_replicas && storageOf(own) === each;
        const max_bytes = bytes[each] - (isOwn ? Math.max(0, bytesOf(own)) : 0);
        sum += counting.other({ name: "", num_replicas, max_bytes }, replicas);
      }
    }
    return sum;
  }

  #count(config: StreamConfig, sign: 1 | -1): void {
    const sums = this.#sums.get(replicasOf(config)) ?? { file: 0, memory: 0 };
    sums[storageOf(config)] += sign * Math.max(0, bytesOf(config));
    this.#sums.set(replicasOf(config), sums);
  }
}
