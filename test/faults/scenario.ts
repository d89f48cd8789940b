import type { ServerOptions } from "../../functions/local/nats-server/launch.ts";
import type { ErrorClass } from "../../lib/jetstream/errors/broker-error.ts";
import type { Stage } from "./stage.ts";

/** What a run came to, whoever was asked: the function, the library or the command line. */
export interface Told {
  outcome: Outcome;
  /** Of the run's error, or else of what failed or is held. */
  classes: ErrorClass[];
  /** What the person is told. */
  sentence: string;
  /** All that was said anywhere: answer, error with its stack, log, output. */
  everything: string;
  durationMs: number;
}

/**
 * - `converged`: as if nothing had been broken;
 * - `held`: everything declared exists, and something of it is not as declared;
 * - `failed`: something declared does not exist, or the broker could not be asked;
 * - `interrupted`: ended from outside, with a sentence;
 * - `killed`: ended from outside, without one.
 */
export type Outcome = "converged" | "held" | "failed" | "interrupted" | "killed";

export interface Expected {
  outcome: Outcome | Outcome[];
  /** Every class that is told must be one of these. Default: none is told. */
  classes?: ErrorClass[];
  /** Key words of the sentence. */
  says?: RegExp;
}

/** One row of the table. */
export interface Scenario<On = Stage> {
  /** What is broken, and when. */
  name: string;
  expected: Expected;
  /** Another broker than the usual one. */
  server?: ServerOptions;
  /** Milliseconds that the caller gives the run in all. Default 8000, which a run that meets no silence never needs. */
  withinMs?: number;
  /** Breaks it, before the run begins or by something that waits for a word of the run. */
  fault(stage: On): Promise<unknown> | unknown;
  /** Mends it, for the clean run afterwards. Default: whatever was broken is the proxy's, past which the clean run goes. */
  mend?(stage: On): Promise<unknown> | unknown;
}

/** For a scenario whose run waits for something until its time is up: each such row takes as long. */
export const UNTIL_ITS_TIME_IS_UP_MS = 4000;

/** What a run says on the wire when it reads, and when it writes. */
export const READ = /PUB \$JS\.API\.(STREAM|CONSUMER)\.INFO/;
export const WRITE = /PUB \$JS\.API\.(STREAM\.(CREATE|UPDATE)|CONSUMER\.CREATE)/;
