import type { Result } from "../../../lib/report/result.ts";
import { EnsureFailed } from "../ensure-failed.ts";
import type { FailOn } from "../event/fail-on.ts";
import type { Request } from "../event/request.ts";
import type { FailOnNeverLine } from "../telemetry/log-lines.ts";
import { logUnexpected } from "../telemetry/log-unexpected.ts";
import { logger } from "../telemetry/logger.ts";
import type { Caller } from "./caller.ts";
import { refuseHeld } from "./fail-on-held.ts";

/** A service that invokes the function, does not look at what that returns or throws, and waits to be told. */
export interface Waiting {
  /** As in "this deployment fails on that": what it calls the thing that succeeds or fails. */
  what: string;
  /** @throws EventError, SettingsError */
  asks(): { request: Request; failOn: FailOn };
  /**
   * @param result absent where the run failed before it had one, and the caller does not mind
   * @throws AnswerError
   */
  tellSuccess(result: Result | undefined): Promise<unknown>;
  /** @throws AnswerError */
  tellFailure(error: unknown): Promise<unknown>;
}

/**
 * A failure that the service was told of is not thrown as well: it invokes asynchronously, so an error brings nobody an
 * answer, but brings the event (a pipeline's has temporary credentials) to the queue of dead letters. The failure is in
 * the log, in the metrics and with the service.
 */
export function asyncServiceCaller({ what, asks, tellSuccess, tellFailure }: Waiting): Caller {
  let failOn: FailOn = "failed";
  // The first word stands. A run that ends after the function's time was up must not contradict it, and a failure to
  // tell must not be told again.
  let told: Promise<unknown> | undefined;
  return {
    request() {
      const asked = asks();
      ({ failOn } = asked);
      return asked.request;
    },
    answer(result) {
      if (told) return told;
      if (result && failOn === "held") refuseHeld(result, what);
      told = tellSuccess(result);
      return told;
    },
    failed(error) {
      if (told) return told;
      logUnexpected(error);
      told = failOn === "never" ? tellSuccess(pardoned(error, what)) : tellFailure(error);
      return told;
    },
  };
}

function pardoned(error: unknown, what: string): Result | undefined {
  const sentence = `The run failed, and is answered as if it had not: this ${what} never fails on it (failOn is never).`;
  logger.error(sentence, { event: "failOnNever" } satisfies FailOnNeverLine);
  return error instanceof EnsureFailed ? error.result : undefined;
}
