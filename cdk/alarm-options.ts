import type { Duration } from "aws-cdk-lib";

/** Each is there unless it is false. */
export interface AlarmOptions {
  /**
   * Differences stay: held or failed, or in mode `plan` any, three runs in a row.
   * @default true
   */
  readonly drift?: boolean;
  /**
   * Resources are mended again and again, which is somebody else's work in between: 3 of 5 scheduled runs had to create
   * or change something. Only in mode `ensure`, and with a rate of at most a day.
   * @default true
   */
  readonly flapping?: boolean;
  /**
   * What is declared does not settle: replicas stay behind or offline, or a mirror or source lags or reports an error.
   * @default true
   */
  readonly settling?: boolean;
  /**
   * For how long that must be so, in at least two runs of a schedule with an even interval. At most a day, or 7 where
   * the interval is an hour or more.
   * @default Duration.minutes(15)
   */
  readonly settlingAfter?: Duration;
  /**
   * A resource failed.
   * @default true
   */
  readonly failed?: boolean;
  /**
   * An invocation failed.
   * @default true
   */
  readonly errors?: boolean;
  /**
   * No run succeeded for a while.
   * @default true
   */
  readonly stale?: boolean;
  /**
   * That while, at most 7 days.
   * @default - three intervals of a rate of at most a day; with any other schedule there is no such alarm
   */
  readonly staleAfter?: Duration;
  /**
   * A run took over 80 % of `timeout`.
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
