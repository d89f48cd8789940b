import pLimit from "p-limit";
import type { JetStreamApi } from "../../jetstream/api.ts";
import { BrokerError, type ErrorClass } from "../../jetstream/errors/broker-error.ts";
import type { ServerFacts } from "../../jetstream/server.ts";
import type { Action } from "../../plan/action.ts";
import { type Difference, decide } from "../../plan/decide.ts";
import type { Handover } from "../../plan/handover/handovers.ts";
import {
  type HandoverSequence,
  type HandoverStep,
  type LetGo,
  subjectsAfterLetGo,
} from "../../plan/handover/sequence.ts";
import { barred } from "../../plan/preflight/bar.ts";
import type { Problem } from "../../plan/preflight/problem.ts";
import { type StreamWrite, subjectsOf } from "../../plan/stream-write.ts";
import { carryOut, notReached } from "../carry-out.ts";
import { notApplied, type WriteOutcome } from "../write-resource.ts";
import { giveBack, setSubjects } from "./give-back.ts";
import { Ledger } from "./ledger.ts";
import { truthAbout, unstoredError } from "./truth.ts";

/** What a handover needs of the run. */
export interface HandoverContext {
  server: ServerFacts;
  /** For releasing and claiming: it sends nothing in the time that is reserved for giving back. */
  api: JetStreamApi;
  /** Epoch milliseconds after which no handover begins. */
  startBefore: number;
  /** Epoch milliseconds after which nothing is released or claimed. */
  deadline: number;
  /** For giving back, and bound to the run's own deadline. Another connection, where the first one is in doubt. */
  lastApi: (isConnectionInDoubt: boolean) => Promise<JetStreamApi>;
  /** How many requests may be under way at once. */
  width: number;
}

/**
 * Carries out a sequence of handovers.
 *
 * 1. Not begun at all where the time may not suffice for giving back.
 * 2. Step by step: release, then claim, with nothing between. New owners of one old owner claim side by side.
 * 3. A stream whose write fails takes with it those that are still to be written and that depend on it: they keep their
 *    subjects, and their other changes are applied.
 * 4. What was released and is not claimed any more is given back at once.
 * 5. If anything failed, every stream is read, and the report says what each really has.
 *
 * @returns what became of each action, by resource id
 */
export async function carryOutHandover(
  actions: Action[],
  sequence: HandoverSequence,
  context: HandoverContext,
): Promise<Map<string, WriteOutcome>> {
  if (Date.now() >= context.startBefore) {
    return new Map(actions.map((action) => [action.resource.id, notReached(action)]));
  }
  return new HandoverRun(actions, sequence, context).carryOut();
}

class HandoverRun {
  readonly #actions: Map<string, Action>;
  readonly #sequence: HandoverSequence;
  readonly #context: HandoverContext;
  readonly #ledger: Ledger;
  readonly #written = new Map<string, WriteOutcome>();
  /** Why a stream has still, or has again, what it was to release. */
  readonly #kept = new Map<string, string>();
  readonly #unstored = new Map<string, BrokerError>();
  /** What a stream has after it let go. */
  readonly #afterLetGo = new Map<StreamWrite, string[]>();
  /** What a stream has after something was given back to it. */
  readonly #subjects = new Map<StreamWrite, string[]>();
  /** Each update of a stream's subjects starts from what it has: two at once would undo one another. */
  readonly #oneByOne = pLimit(1);
  #isConnectionInDoubt = false;
  /** The class of the trouble that came first: what follows from it is of the same. */
  #class: ErrorClass | undefined;

  constructor(actions: Action[], sequence: HandoverSequence, context: HandoverContext) {
    this.#actions = new Map(actions.map((action) => [action.resource.id, action]));
    this.#sequence = sequence;
    this.#context = context;
    this.#ledger = new Ledger(sequence);
  }

  async carryOut(): Promise<Map<string, WriteOutcome>> {
    const inParallel = pLimit(this.#context.width);
    try {
      for (const wave of wavesOf(this.#sequence)) {
        const taken = await Promise.allSettled(wave.map((step) => inParallel(() => this.#take(step))));
        for (const each of taken) if (each.status === "rejected") throw each.reason;
      }
    } catch (defect) {
      // The broker's trouble does not come here, only a defect of this code. It ends the run, not the storing.
      this.#ledger.failsUnclaimed();
      await this.#giveBackUnclaimed();
      throw defect;
    }
    return this.#ledger.hasFailed ? this.#truth() : this.#written;
  }

  async #take(step: HandoverStep): Promise<void> {
    if (step.does === "let go") await this.#letGo(step);
    else await this.#write(step.write);
    await this.#giveBackUnclaimed();
  }

  async #letGo(step: LetGo): Promise<void> {
    const { write, released } = step;
    if (!write.live || this.#isFailed(write)) return;
    const subjects = subjectsAfterLetGo(write, this.#afterLetGo.get(write) ?? subjectsOf(write.live), released);
    this.#ledger.letsGo(step);
    try {
      await setSubjects(this.#context.api, this.#actionOf(write), write.live, subjects, this.#context.server);
      this.#afterLetGo.set(write, subjects);
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      this.#note(error);
      this.#kept.set(
        write.resource.id,
        `it did not let go of ${released.join(", ")}: ${error.message.replace(/\.$/, "")}`,
      );
      this.#ledger.fails(write);
    }
  }

  async #write(write: StreamWrite): Promise<void> {
    const { api, server, deadline } = this.#context;
    const action = this.#actionOf(write);
    const failed = this.#isFailed(write);
    const fromNow = this.#fromItsSubjectsNow(action, write);
    const toSend = failed ? barred(fromNow, this.#problemOf(write)) : fromNow;
    if (!failed) this.#ledger.writes(write);
    const written = failed ? await this.#writeRest(action, toSend) : await carryOut(api, toSend, server, deadline);
    if (written.error) this.#note(written.error);
    this.#written.set(write.resource.id, { ...written, applied: asPlanned(action, written.applied) });
    if (failed) return;
    if (hasItsSubjects(action, written)) this.#ledger.claims(write);
    else {
      if (isRefused(written)) this.#ledger.keeps(write);
      this.#ledger.fails(write);
    }
  }

  /** What a stream changes beside its subjects, which it keeps. */
  async #writeRest(action: Action, reduced: Action): Promise<WriteOutcome> {
    if (reduced.does === "refuse") return notApplied(action, reduced.error);
    const kept = reduced.does === "update" || reduced.does === "hold" ? (reduced.barred?.differences ?? []) : [];
    if (reduced.does !== "update") return { applied: [], held: kept };
    const written = await carryOut(this.#context.api, reduced, this.#context.server, this.#context.deadline);
    return { ...written, held: [...written.held, ...kept] };
  }

  /**
   * Decided anew from what the stream has after it let go, and something was given back to it: with another field, what
   * it let go of does not come back, and what it was given back does not go.
   */
  #fromItsSubjectsNow(action: Action, write: StreamWrite): Action {
    const subjects = this.#subjects.get(write) ?? this.#afterLetGo.get(write);
    if (subjects === undefined || action.does !== "update") return action;
    const question = { ...action.question, live: { ...action.question.live, subjects } };
    return { ...action, question, decision: decide(action.table, question) };
  }

  async #giveBackUnclaimed(): Promise<void> {
    const unclaimed = this.#ledger.takeUnclaimed();
    if (unclaimed.length === 0) return;
    const byOwner = [...Map.groupBy(unclaimed, ({ from }) => from)];
    await Promise.all(byOwner.map(([owner, handovers]) => this.#oneByOne(() => this.#giveBackTo(owner, handovers))));
  }

  async #giveBackTo(owner: StreamWrite, handovers: Handover[]): Promise<void> {
    const { id } = owner.resource;
    const heirs = [...new Set(handovers.map(({ to }) => to.resource.id))].join(", ");
    const what = [...new Set(handovers.map(({ released }) => released))].join(", ");
    try {
      const api = await this.#context.lastApi(this.#isConnectionInDoubt);
      this.#subjects.set(owner, await giveBack(api, this.#actionOf(owner), handovers, this.#context.server));
      this.#kept.set(id, this.#kept.get(id) ?? `${heirs} could not take ${what} over, so this stream keeps storing it`);
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      this.#note(error);
      this.#unstored.set(id, unstoredError(owner, handovers, this.#subjectsOf(owner), error));
    }
  }

  /** Why a stream that was not written yet keeps its subjects: the stream that it depends on has failed. */
  #problemOf(write: StreamWrite): Problem {
    const { id } = write.resource;
    const because = this.#ledger.failedBy(write);
    const remedy = "see what is said of it, and run again";
    const fields = ["subjects"];
    const cause = this.#class ?? "conflict";
    if (because === undefined) {
      return { class: cause, what: this.#kept.get(id) ?? "it keeps the subjects that it has", remedy, fields };
    }
    const { from, to, released, claimed } = because;
    const what =
      to === write
        ? `it cannot take ${claimed}, because ${from.resource.id} did not let go of ${released}`
        : `it keeps storing ${released}, because ${to.resource.id} could not take it over`;
    return { class: cause, what, remedy, fields };
  }

  /** What each stream really has, read after something failed. */
  async #truth(): Promise<Map<string, WriteOutcome>> {
    const { server, lastApi } = this.#context;
    const api = await lastApi(this.#isConnectionInDoubt).catch(nothingFrom);
    await Promise.all(
      this.#sequence.members.map(async (write) => {
        const { id } = write.resource;
        const written = this.#written.get(id) ?? { applied: [], held: [] };
        const info = await api?.streamInfo(write.config.name).catch(nothingFrom);
        const subjects = this.#subjects.get(write);
        const aftermath = { live: info?.config, subjects, kept: this.#kept.get(id), unstored: this.#unstored.get(id) };
        this.#written.set(id, truthAbout(this.#actionOf(write), written, server, aftermath));
      }),
    );
    return this.#written;
  }

  /** What a stream has now, as far as its own answers tell. */
  #subjectsOf(write: StreamWrite): string[] {
    if (this.#written.get(write.resource.id)?.applied.some(({ field }) => field === "subjects")) {
      return subjectsOf(write.config);
    }
    return this.#afterLetGo.get(write) ?? (write.live ? subjectsOf(write.live) : []);
  }

  #note(error: BrokerError): void {
    this.#class ??= error.class;
    // Also where the server was silent: what was sent may be stuck on the way.
    if (error.answerLost || error.class === "network") this.#isConnectionInDoubt = true;
  }

  #isFailed(write: StreamWrite): boolean {
    return this.#ledger.isFailed(write);
  }

  #actionOf({ resource }: StreamWrite): Action {
    const action = this.#actions.get(resource.id);
    if (!action) throw new Error(`${resource.id} is in a handover and not among its actions`);
    return action;
  }
}

/** For a read that the report can do without: what the answers to the writes have told is then all that is known. */
function nothingFrom(error: unknown): undefined {
  if (!(error instanceof BrokerError)) throw error;
}

/** The plan's own differences, from what was live before the run and not from what the stream had after it let go. */
function asPlanned(action: Action, applied: Difference[]): Difference[] {
  if (action.does !== "update") return applied;
  return applied.map((each) => action.decision.differences.find(({ field }) => field === each.field) ?? each);
}

/** Whether a write has left the stream with the subjects that it was to have. */
function hasItsSubjects(action: Action, { applied, held, error }: WriteOutcome): boolean {
  if (action.does === "create") return !error && !held.some(({ field }) => field === "subjects");
  return applied.some(({ field }) => field === "subjects");
}

/** Whether it is certain that the stream has the subjects that it had: the server said no. */
function isRefused({ error }: WriteOutcome): boolean {
  return error !== undefined && !error.answerLost && (error.code !== undefined || error.class === "auth");
}

/** Steps that may be taken side by side: none of them waits for another one of its wave. */
function wavesOf({ steps, handovers }: HandoverSequence): HandoverStep[][] {
  const releasers = Map.groupBy(handovers, ({ to }) => to);
  const waves: HandoverStep[][] = [];
  const ofLastWave = new Set<StreamWrite>();
  for (const step of steps) {
    const waitsFor = [step.write, ...(releasers.get(step.write) ?? []).map(({ from }) => from)];
    const wave = waves.at(-1);
    if (step.does === "write" && wave && !waitsFor.some((write) => ofLastWave.has(write))) wave.push(step);
    else {
      waves.push([step]);
      ofLastWave.clear();
    }
    ofLastWave.add(step.write);
  }
  return waves;
}
