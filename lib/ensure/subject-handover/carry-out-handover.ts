import pLimit from "p-limit";
import type { JetStreamApi } from "../../jetstream/api.ts";
import { BrokerError, type ErrorClass } from "../../jetstream/errors/broker-error.ts";
import type { ServerFacts } from "../../jetstream/server.ts";
import type { Action } from "../../plan/action.ts";
import { type Difference, decide } from "../../plan/decide.ts";
import { bar } from "../../plan/preflight/bar.ts";
import type { Problem } from "../../plan/preflight/problem.ts";
import { type StreamWrite, subjectsOf } from "../../plan/stream-write.ts";
import type { Handover } from "../../plan/subject-handover/handovers.ts";
import {
  type HandoverSequence,
  type HandoverStep,
  type LetGo,
  subjectsAfterLetGo,
} from "../../plan/subject-handover/sequence.ts";
import { carryOut, notReached } from "../carry-out.ts";
import { notApplied, type WriteOutcome } from "../write-resource.ts";
import { giveBack, setSubjects } from "./give-back.ts";
import { Ledger } from "./ledger.ts";
import { truthAbout, unstoredError } from "./live-outcome.ts";

/** What a handover needs to know about the run. */
export interface HandoverContext {
  server: ServerFacts;
  /** The API that releases and claims. It sends nothing in the time that is reserved for giving back. */
  api: JetStreamApi;
  /** The time after which no handover begins, in epoch milliseconds. */
  startBefore: number;
  /** The time after which no subject is released or claimed, in epoch milliseconds. */
  deadline: number;
  /**
   * Gives the API for giving back, with the run's own deadline. It may use a second connection if the first is in
   * doubt.
   */
  lastApi: (isConnectionInDoubt: boolean) => Promise<JetStreamApi>;
  /** How many requests may be under way at once. */
  width: number;
}

/**
 * Carries out a sequence of handovers.
 *
 * 1. Do not begin if the time may not suffice for giving subjects back.
 * 2. Go step by step: release, then claim, with nothing between. Heirs of one stream claim in parallel.
 * 3. If the write of a stream fails, the streams that depend on it and are not yet written fail too. They keep their
 *    subjects, and their other changes are applied.
 * 4. Give a released subject back at once if its heir will not claim it in this run.
 * 5. If a write failed, read every stream, and report the subjects that each one really has.
 *
 * @returns the outcome of each action, by resource id
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
  readonly #outcomes = new Map<string, WriteOutcome>();
  /** Why a stream still has, or has again, the subjects that it should have released. By resource id. */
  readonly #keptReasons = new Map<string, string>();
  /** The error of each stream whose released subjects no stream may store now. By resource id. */
  readonly #unstoredErrors = new Map<string, BrokerError>();
  /** The subjects of a stream after it has let go of some. */
  readonly #afterLetGo = new Map<StreamWrite, string[]>();
  /** The subjects of a stream after some were given back to it. */
  readonly #afterGiveBack = new Map<StreamWrite, string[]>();
  /**
   * Runs one update of subjects at a time. Each starts from the live subjects, so two at once would undo one another.
   */
  readonly #oneByOne = pLimit(1);
  #isConnectionInDoubt = false;
  /** The class of the first error. Errors that follow from it have the same class. */
  #firstErrorClass: ErrorClass | undefined;

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
        const settled = await Promise.allSettled(wave.map((step) => inParallel(() => this.#take(step))));
        for (const each of settled) if (each.status === "rejected") throw each.reason;
      }
    } catch (defect) {
      // Only a defect of this code comes here, never an error of the broker. Released subjects are still given back.
      this.#ledger.failsUnclaimed();
      await this.#giveBackUnclaimed();
      throw defect;
    }
    return this.#ledger.hasFailed ? this.#liveOutcomes() : this.#outcomes;
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
      this.#keptReasons.set(
        write.resource.id,
        `it did not let go of ${released.join(", ")}: ${error.message.replace(/\.$/, "")}`,
      );
      this.#ledger.fails(write);
    }
  }

  async #write(write: StreamWrite): Promise<void> {
    const { api, server, deadline } = this.#context;
    const action = this.#actionOf(write);
    const isFailed = this.#isFailed(write);
    const updated = this.#decideAgain(action, write);
    const toSend = isFailed ? bar(updated, this.#problemOf(write)) : updated;
    if (!isFailed) this.#ledger.writes(write);
    const outcome = isFailed ? await this.#writeRest(action, toSend) : await carryOut(api, toSend, server, deadline);
    if (outcome.error) this.#note(outcome.error);
    this.#outcomes.set(write.resource.id, { ...outcome, applied: asPlanned(action, outcome.applied) });
    if (isFailed) return;
    if (hasItsSubjects(action, outcome)) this.#ledger.claims(write);
    else {
      if (isRefused(outcome)) this.#ledger.keeps(write);
      this.#ledger.fails(write);
    }
  }

  /** Writes the changes of a stream except those of its subjects, which it keeps. */
  async #writeRest(action: Action, reduced: Action): Promise<WriteOutcome> {
    if (reduced.does === "refuse") return notApplied(action, reduced.error);
    const kept = reduced.does === "update" || reduced.does === "hold" ? (reduced.barred?.differences ?? []) : [];
    if (reduced.does !== "update") return { applied: [], held: kept };
    const outcome = await carryOut(this.#context.api, reduced, this.#context.server, this.#context.deadline);
    return { ...outcome, held: [...outcome.held, ...kept] };
  }

  /**
   * Decides again about a stream that has let go of subjects, or got some back. The decision starts from the subjects
   * that the stream has now. So a write of another field neither brings back a released subject nor drops one that was
   * given back.
   */
  #decideAgain(action: Action, write: StreamWrite): Action {
    const subjects = this.#afterGiveBack.get(write) ?? this.#afterLetGo.get(write);
    if (subjects === undefined || action.does !== "update") return action;
    const question = { ...action.question, live: { ...action.question.live, subjects } };
    return { ...action, question, decision: decide(action.table, question) };
  }

  async #giveBackUnclaimed(): Promise<void> {
    const unclaimed = this.#ledger.takeUnclaimed();
    if (unclaimed.length === 0) return;
    const byReleaser = [...Map.groupBy(unclaimed, ({ from }) => from)];
    await Promise.all(
      byReleaser.map(([releaser, handovers]) => this.#oneByOne(() => this.#giveBackTo(releaser, handovers))),
    );
  }

  async #giveBackTo(releaser: StreamWrite, handovers: Handover[]): Promise<void> {
    const { id } = releaser.resource;
    const heirs = [...new Set(handovers.map(({ to }) => to.resource.id))].join(", ");
    const what = [...new Set(handovers.map(({ released }) => released))].join(", ");
    try {
      const api = await this.#context.lastApi(this.#isConnectionInDoubt);
      const subjects = await giveBack(api, this.#actionOf(releaser), handovers, this.#context.server);
      this.#afterGiveBack.set(releaser, subjects);
      const reason = `${heirs} could not take ${what} over, so this stream keeps storing it`;
      this.#keptReasons.set(id, this.#keptReasons.get(id) ?? reason);
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      this.#note(error);
      this.#unstoredErrors.set(id, unstoredError(releaser, handovers, this.#subjectsOf(releaser), error));
    }
  }

  /** The reason why a stream that is not yet written keeps its subjects: a stream that it depends on has failed. */
  #problemOf(write: StreamWrite): Problem {
    const { id } = write.resource;
    const because = this.#ledger.failedBy(write);
    const remedy = "see what is said of it, and run again";
    const fields = ["subjects"];
    const cause = this.#firstErrorClass ?? "conflict";
    if (because === undefined) {
      return { class: cause, what: this.#keptReasons.get(id) ?? "it keeps the subjects that it has", remedy, fields };
    }
    const { from, to, released, claimed } = because;
    const what =
      to === write
        ? `it cannot take ${claimed}, because ${from.resource.id} did not let go of ${released}`
        : `it keeps storing ${released}, because ${to.resource.id} could not take it over`;
    return { class: cause, what, remedy, fields };
  }

  /** Reads every stream after a failure, and corrects the outcomes by what each stream really has. */
  async #liveOutcomes(): Promise<Map<string, WriteOutcome>> {
    const { server, lastApi } = this.#context;
    const api = await lastApi(this.#isConnectionInDoubt).catch(ignoreBrokerError);
    await Promise.all(
      this.#sequence.members.map(async (write) => {
        const { id } = write.resource;
        const outcome = this.#outcomes.get(id) ?? { applied: [], held: [] };
        const info = await api?.streamInfo(write.config.name).catch(ignoreBrokerError);
        const aftermath = {
          live: info?.config,
          subjects: this.#afterGiveBack.get(write),
          kept: this.#keptReasons.get(id),
          unstored: this.#unstoredErrors.get(id),
        };
        this.#outcomes.set(id, truthAbout(this.#actionOf(write), outcome, server, aftermath));
      }),
    );
    return this.#outcomes;
  }

  /** The subjects that a stream has now, as far as the answers to its own writes tell. */
  #subjectsOf(write: StreamWrite): string[] {
    if (this.#outcomes.get(write.resource.id)?.applied.some(({ field }) => field === "subjects")) {
      return subjectsOf(write.config);
    }
    return this.#afterLetGo.get(write) ?? (write.live ? subjectsOf(write.live) : []);
  }

  #note(error: BrokerError): void {
    this.#firstErrorClass ??= error.class;
    // A silent server counts too: the request may be stuck on its way.
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

/**
 * Ignores the failure of a read that the report can do without. The report then relies on the answers to the writes.
 */
function ignoreBrokerError(error: unknown): undefined {
  if (!(error instanceof BrokerError)) throw error;
}

/**
 * Maps applied differences to those of the plan: their live value is from before the run, not from after the let-go.
 */
function asPlanned(action: Action, applied: Difference[]): Difference[] {
  if (action.does !== "update") return applied;
  return applied.map((each) => action.decision.differences.find(({ field }) => field === each.field) ?? each);
}

/** Whether the stream has the planned subjects after its write. */
function hasItsSubjects(action: Action, { applied, held, error }: WriteOutcome): boolean {
  if (action.does === "create") return !error && !held.some(({ field }) => field === "subjects");
  return applied.some(({ field }) => field === "subjects");
}

/** Whether the server has refused the write for certain, so that the stream still has its old subjects. */
function isRefused({ error }: WriteOutcome): boolean {
  return error !== undefined && !error.answerLost && (error.code !== undefined || error.class === "auth");
}

/** Groups the steps in waves. The steps of one wave run in parallel: none of them waits for another one of its wave. */
function wavesOf({ steps, handovers }: HandoverSequence): HandoverStep[][] {
  const releasers = Map.groupBy(handovers, ({ to }) => to);
  const waves: HandoverStep[][] = [];
  const inLastWave = new Set<StreamWrite>();
  for (const step of steps) {
    const waitsFor = [step.write, ...(releasers.get(step.write) ?? []).map(({ from }) => from)];
    const wave = waves.at(-1);
    if (step.does === "write" && wave && !waitsFor.some((write) => inLastWave.has(write))) wave.push(step);
    else {
      waves.push([step]);
      inLastWave.clear();
    }
    inLastWave.add(step.write);
  }
  return waves;
}
