import type { Result } from "../../../lib/report/result.ts";
import { EnsureFailed } from "../ensure-failed.ts";
import type { FailOn } from "../event/fail-on.ts";
import type { RunRequest } from "../event/request.ts";
import type { FailOnNeverLine } from "../telemetry/log-lines.ts";
import { logUnexpected } from "../telemetry/log-unexpected.ts";
import { logger } from "../telemetry/logger.ts";
import type { Caller } from "./caller.ts";
import { refuseHeld } from "./fail-on-held.ts";

/**
 * A service that invokes the function asynchronously. It ignores what the function returns or throws, and waits until
 * the function reports success or failure through the service's API.
 */
export interface AsyncService {
  /** The service's word for what succeeds or fails, as in "this deployment fails on that". */
  what: string;
  /** @throws EventError, SettingsError */
  parseRequest(): { request: RunRequest; failOn: FailOn };
  /**
   * @param result absent if `failOn` is `never` and the run failed before it had a result
   * @throws AnswerError
   */
  tellSuccess(result: Result | undefined): Promise<unknown>;
  /** @throws AnswerError */
  tellFailure(error: unknown): Promise<unknown>;
}

/**
 * The caller for a service that waits for a report.
 *
 * It reports a failure to the service and does not throw it. The service invoked the function asynchronously, so nobody
 * would see the error, but Lambda would put the event into the dead-letter queue. A pipeline's event contains temporary
 * credentials. The failure is in the log and in the metrics, and the service knows it.
 */
export function asyncServiceCaller({ what, parseRequest, tellSuccess, tellFailure }: AsyncService): Caller {
  let failOn: FailOn = "failed";
  // The first report stands. A run that ends after the function's time must not contradict it, and a report that could
  // not be delivered must not be tried again.
  let report: Promise<unknown> | undefined;
  return {
    request() {
      const parsed = parseRequest();
      ({ failOn } = parsed);
      return parsed.request;
    },
    answer(result) {
      if (report) return report;
      if (result && failOn === "held") refuseHeld(result, what);
      report = tellSuccess(result);
      return report;
    },
    failed(error) {
      if (report) return report;
      logUnexpected(error);
      report = failOn === "never" ? tellSuccess(logPardon(error, what)) : tellFailure(error);
      return report;
    },
  };
}

/** Logs that the service learns of a success although the run failed. Returns the run's result, if there is one. */
function logPardon(error: unknown, what: string): Result | undefined {
  const sentence = `The run failed, and is answered as if it had not: this ${what} never fails on it (failOn is never).`;
  logger.error(sentence, { event: "failOnNever" } satisfies FailOnNeverLine);
  return error instanceof EnsureFailed ? error.result : undefined;
}
