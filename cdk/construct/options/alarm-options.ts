import type { Duration } from "aws-cdk-lib";

/** The alarms of the construct. Each alarm exists unless its option is false. */
export interface AlarmOptions {
  /**
   * Any other alarm, except `silent`, is in alarm. It notifies in place of the others: once when an outage begins, and
   * once when it ends. Without it, each alarm notifies.
   * @default true
   */
  readonly overall?: boolean;
  /**
   * Differences remain in all runs of three intervals (at least a quarter of an hour, at most a day). In mode `ensure`
   * these are held or failed resources, in mode `plan` any difference.
   * @default true
   */
  readonly drift?: boolean;
  /**
   * Runs mend resources again and again, because something else keeps changing them. At least 3 scheduled runs in 7
   * intervals had to create or change something. It exists only in mode `ensure`, with a rate of at most 3 hours.
   * @default true
   */
  readonly flapping?: boolean;
  /**
   * Declared resources do not settle: replicas stay behind or offline, or a mirror or source lags or reports an error.
   * @default true
   */
  readonly settling?: boolean;
  /**
   * How long `settling` waits until it is in alarm: at least three intervals and at most a day. All runs in that time
   * must find something settling.
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
   * There were runs, and none of them succeeded in the time of `staleAfter`.
   * @default true
   */
  readonly stale?: boolean;
  /**
   * Nothing invoked the function in the time of `staleAfter`. It notifies separately, and its state is then
   * insufficient data. Before the first invocation it does not notify.
   * @default true
   */
  readonly silent?: boolean;
  /**
   * How long `stale` and `silent` wait until they notify: at most a day for `stale`, at most 7 days for `silent`.
   * @default - three intervals of the schedule, at least 15 minutes. Neither exists without a rate of at most a day.
   */
  readonly staleAfter?: Duration;
  /**
   * All runs of three intervals (at least a quarter of an hour, at most a day) took over 80 % of `timeout`.
   * @default true
   */
  readonly slow?: boolean;
  /**
   * AWS gave an event up and put it into the dead-letter queue.
   * @default true
   */
  readonly deadLetters?: boolean;
  /**
   * Lambda repeatedly throttled invocations, because another run was active.
   * @default true
   */
  readonly throttles?: boolean;
}
