import type { Duration } from "aws-cdk-lib";

/** Each is there unless it is false. */
export interface AlarmOptions {
  /**
   * Any of the others is in alarm. It notifies in place of them, once when an outage begins and once when it ends.
   * Without it, each of them notifies.
   * @default true
   */
  readonly overall?: boolean;
  /**
   * Differences stay: held or failed, or in mode `plan` any, in all runs of three intervals (at least a quarter of an
   * hour, at most a day).
   * @default true
   */
  readonly drift?: boolean;
  /**
   * Resources are mended again and again, which is somebody else's work in between: at least 3 scheduled runs in 7
   * intervals had to create or change something. Only in mode `ensure`, and with a rate of at most 3 hours.
   * @default true
   */
  readonly flapping?: boolean;
  /**
   * What is declared does not settle: replicas stay behind or offline, or a mirror or source lags or reports an error.
   * @default true
   */
  readonly settling?: boolean;
  /**
   * How long `settling` waits until it is in alarm. All runs in that time must find something settling. It is at least three
   * intervals and at most a day.
   * @default Duration.minutes(15)
   */
  readonly settlingAfter?: Duration;
  /**
   * A resource failed in the last run.
   * @default true
   */
  readonly failed?: boolean;
  /**
   * The last invocation failed.
   * @default true
   */
  readonly errors?: boolean;
  /**
   * There were runs, and none of them succeeded for the time in `staleAfter`.
   * @default true
   */
  readonly stale?: boolean;
  /**
   * The function was not invoked for the time in `staleAfter`. It notifies by itself, with insufficient data as its state, once there
   * has been an invocation: no alarm is in alarm before the first one.
   * @default true
   */
  readonly silent?: boolean;
  /**
   * How long `stale` and `silent` wait until they are in alarm: at most a day for `stale`, at most 7 days for `silent`.
   * @default - three intervals of the schedule, and at least a quarter of an hour. A schedule that is no rate, or a rate of more than a day, has neither alarm.
   */
  readonly staleAfter?: Duration;
  /**
   * All runs of three intervals (at least a quarter of an hour, at most a day) took over 80 % of `timeout`.
   * @default true
   */
  readonly slow?: boolean;
  /**
   * An event was given up, and lies in the queue of dead letters.
   * @default true
   */
  readonly deadLetters?: boolean;
  /**
   * Invocations kept being turned away, because another run was going on.
   * @default true
   */
  readonly throttles?: boolean;
}
