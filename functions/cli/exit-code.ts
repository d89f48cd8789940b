import type { Result } from "../../lib/report/result.ts";

/** The command line's contract with scripts. */
export const EXIT = { converged: 0, error: 1, drift: 2, interrupted: 130, terminated: 143 } as const;

/**
 * 0: converged (after ensure), nothing to do (after plan). 2: drift remains. 1: the broker could not be asked, or a
 * resource failed. In a plan drift is whatever is not unchanged: `converged` looks at what an ensure would leave.
 */
export function exitCodeOf({ mode, converged, error, summary }: Result): 0 | 1 | 2 {
  if (error || summary.failed > 0) return EXIT.error;
  const drift = mode === "ensure" ? !converged : Boolean(summary.toCreate || summary.toUpdate || summary.held);
  return drift ? EXIT.drift : EXIT.converged;
}
