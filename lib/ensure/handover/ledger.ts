import type { Handover } from "../../plan/handover/handovers.ts";
import type { HandoverSequence, LetGo } from "../../plan/handover/sequence.ts";
import type { StreamWrite } from "../../plan/stream-write.ts";

/** What of a sequence of handovers was released and is not yet claimed, and which streams have to keep what they have. */
export class Ledger {
  readonly #open = new Set<Handover>();
  /** Those open ones whose new owner does not claim any more. */
  readonly #unclaimed = new Set<Handover>();
  readonly #claimed = new Set<Handover>();
  readonly #letGo = new Set<Handover>();
  readonly #written = new Set<StreamWrite>();
  readonly #failed = new Map<StreamWrite, Handover | undefined>();
  readonly #releases: ReadonlyMap<StreamWrite, Handover[]>;
  readonly #claims: ReadonlyMap<StreamWrite, Handover[]>;

  constructor({ handovers }: Pick<HandoverSequence, "handovers">) {
    this.#releases = Map.groupBy(handovers, ({ from }) => from);
    this.#claims = Map.groupBy(handovers, ({ to }) => to);
  }

  /** A let-go is about to be sent. From now on nobody may have the subjects, also where no answer comes. */
  letsGo({ write, released }: LetGo): void {
    for (const handover of this.#releases.get(write) ?? []) {
      if (!released.includes(handover.released)) continue;
      this.#begin(handover);
      this.#letGo.add(handover);
    }
  }

  /** A stream's own write is about to be sent, which releases all that the stream hands over. */
  writes(write: StreamWrite): void {
    this.#written.add(write);
    for (const handover of this.#releases.get(write) ?? []) {
      if (!this.#claimed.has(handover)) this.#begin(handover);
    }
  }

  /** A stream's own write has changed its subjects: it has what was handed to it. */
  claims(write: StreamWrite): void {
    for (const handover of this.#claims.get(write) ?? []) {
      this.#claimed.add(handover);
      this.#end(handover);
    }
  }

  /** The server has refused a stream's own write: it has released nothing but what it let go of before. */
  keeps(write: StreamWrite): void {
    for (const handover of this.#releases.get(write) ?? []) if (!this.#letGo.has(handover)) this.#end(handover);
  }

  /**
   * A stream's subjects are not what they were to be. With it fails every stream that has still to be written and that
   * was to take something from it, or to give something to it: they keep the subjects that they have.
   */
  fails(write: StreamWrite): void {
    const failing: [StreamWrite, Handover | undefined][] = [[write, undefined]];
    for (let next = failing.pop(); next !== undefined; next = failing.pop()) {
      const [failed, because] = next;
      if (this.#failed.has(failed)) continue;
      this.#failed.set(failed, because);
      for (const handover of this.#releases.get(failed) ?? []) {
        if (!this.#written.has(handover.to)) failing.push([handover.to, handover]);
      }
      for (const handover of this.#claims.get(failed) ?? []) {
        if (this.#open.has(handover)) this.#unclaimed.add(handover);
        if (!this.#written.has(handover.from)) failing.push([handover.from, handover]);
      }
    }
  }

  /** No new owner claims any more. */
  failsUnclaimed(): void {
    for (const { to } of this.#open) this.fails(to);
  }

  /** The handover because of which a stream that was not written yet keeps its subjects. */
  failedBy(write: StreamWrite): Handover | undefined {
    return this.#failed.get(write);
  }

  /** Whether a stream has to keep the subjects that it has. */
  isFailed(write: StreamWrite): boolean {
    return this.#failed.has(write);
  }

  get hasFailed(): boolean {
    return this.#failed.size > 0;
  }

  /** Takes out what was released, or may have been, and whose new owner does not claim it in this run any more. */
  takeUnclaimed(): Handover[] {
    const unclaimed = [...this.#unclaimed];
    for (const handover of unclaimed) this.#end(handover);
    return unclaimed;
  }

  #begin(handover: Handover): void {
    this.#open.add(handover);
    if (this.#failed.has(handover.to)) this.#unclaimed.add(handover);
  }

  #end(handover: Handover): void {
    this.#open.delete(handover);
    this.#unclaimed.delete(handover);
  }
}
