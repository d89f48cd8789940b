import type { Handover } from "../../plan/handover/handovers.ts";
import type { HandoverSequence, LetGo } from "../../plan/handover/sequence.ts";
import type { StreamWrite } from "../../plan/stream-write.ts";

/** What of a sequence of handovers was released and is not yet claimed, and which streams have to keep what they have. */
export class Ledger {
  readonly #open = new Set<Handover>();
  readonly #claimed = new Set<Handover>();
  readonly #letGo = new Set<Handover>();
  readonly #written = new Set<StreamWrite>();
  readonly #failed = new Map<StreamWrite, Handover | undefined>();
  readonly #handovers: Handover[];

  constructor({ handovers }: Pick<HandoverSequence, "handovers">) {
    this.#handovers = handovers;
  }

  /** A let-go is about to be sent. From now on nobody may have the subjects, also where no answer comes. */
  letsGo({ write, released }: LetGo): void {
    for (const handover of this.#handovers) {
      if (handover.from !== write || !released.includes(handover.released)) continue;
      this.#open.add(handover);
      this.#letGo.add(handover);
    }
  }

  /** A stream's own write is about to be sent, which releases all that the stream hands over. */
  writes(write: StreamWrite): void {
    this.#written.add(write);
    for (const handover of this.#handovers) {
      if (handover.from === write && !this.#claimed.has(handover)) this.#open.add(handover);
    }
  }

  /** A stream's own write has changed its subjects: it has what was handed to it. */
  claims(write: StreamWrite): void {
    for (const handover of this.#handovers) {
      if (handover.to !== write) continue;
      this.#claimed.add(handover);
      this.#open.delete(handover);
    }
  }

  /** The server has refused a stream's own write: it has released nothing but what it let go of before. */
  keeps(write: StreamWrite): void {
    for (const handover of this.#open) {
      if (handover.from === write && !this.#letGo.has(handover)) this.#open.delete(handover);
    }
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
      for (const handover of this.#handovers) {
        if (handover.from !== failed && handover.to !== failed) continue;
        const other = handover.from === failed ? handover.to : handover.from;
        if (!this.#written.has(other)) failing.push([other, handover]);
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
    const unclaimed = [...this.#open].filter(({ to }) => this.#failed.has(to));
    for (const handover of unclaimed) this.#open.delete(handover);
    return unclaimed;
  }
}
