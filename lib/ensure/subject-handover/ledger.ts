import type { StreamWrite } from "../../plan/stream-write.ts";
import type { Handover } from "../../plan/subject-handover/handovers.ts";
import type { HandoverSequence, LetGo } from "../../plan/subject-handover/sequence.ts";

/**
 * Keeps track of a sequence of handovers: which subjects are released and not yet claimed, and which streams have to
 * keep their subjects.
 */
export class Ledger {
  /** The handovers that are released, or may be, and not yet claimed. */
  readonly #open = new Set<Handover>();
  /** The open handovers whose heir will not claim in this run. */
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

  /** Notes that a let-go is about to be sent. From now on no stream may have the subjects, even if no answer comes. */
  letsGo({ write, released }: LetGo): void {
    for (const handover of this.#releases.get(write) ?? []) {
      if (!released.includes(handover.released)) continue;
      this.#begin(handover);
      this.#letGo.add(handover);
    }
  }

  /** Notes that a stream's own write is about to be sent, which releases all subjects that the stream hands over. */
  writes(write: StreamWrite): void {
    this.#written.add(write);
    for (const handover of this.#releases.get(write) ?? []) {
      if (!this.#claimed.has(handover)) this.#begin(handover);
    }
  }

  /** Notes that a stream's own write has changed its subjects: it has claimed what was handed to it. */
  claims(write: StreamWrite): void {
    for (const handover of this.#claims.get(write) ?? []) {
      this.#claimed.add(handover);
      this.#end(handover);
    }
  }

  /** Notes that the server has refused a stream's own write: the stream has only released what it let go of before. */
  keeps(write: StreamWrite): void {
    for (const handover of this.#releases.get(write) ?? []) if (!this.#letGo.has(handover)) this.#end(handover);
  }

  /**
   * Notes that a stream does not have its planned subjects. Every stream that is not yet written and exchanges a
   * subject with it fails too: such streams keep their subjects.
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

  /** Notes that no heir will claim in this run. */
  failsUnclaimed(): void {
    for (const { to } of this.#open) this.fails(to);
  }

  /** The handover because of which a stream that is not yet written keeps its subjects. */
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

  /** Takes out the handovers that are released, or may be, and whose heir will not claim in this run. */
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
