import { isNothingToDo } from "../../lib/report/next-steps.ts";
import type { Result } from "../../lib/report/result.ts";

/** The command line's contract with scripts. */
export const EXIT = { converged: 0, error: 1, drift: 2, interrupted: 130, terminated: 143 } as const;

/**
 * - `0`: the broker is as declared. After `plan`, there is nothing to do. After `export` and `validate`, it worked.
 * - `1`: the usage or the topology is wrong, the broker could not be asked, or a resource failed.
 * - `2`: differences remain, or something is still settling after `ensure`.
 */
export function exitCodeOf(result: Result): 0 | 1 | 2 {
  if (result.error || result.summary.failed > 0) return EXIT.error;
  const isDone = result.mode === "ensure" ? result.converged : isNothingToDo(result);
  return isDone ? EXIT.converged : EXIT.drift;
}
