import type { Mode } from "../../lib/report/result.ts";
import { isMode } from "./event/event-error.ts";
import { type FailOn, isFailOn } from "./event/fail-on.ts";
import type { Variable } from "./variables.ts";

/** Settings for the lifecycle hooks of CodeDeploy, whose events cannot carry them. */
export interface HookSettings {
  mode: Mode;
  failOn: FailOn;
}

/** Reads `HOOK_MODE` (default `ensure`) and `HOOK_FAIL_ON` (default `failed`). Adds wrong values to `mistakes`. */
export function readHookSettings(text: (variable: Variable) => string | undefined, mistakes: string[]): HookSettings {
  const [mode = "ensure", failOn = "failed"] = [text("HOOK_MODE"), text("HOOK_FAIL_ON")];
  if (!isMode(mode)) mistakes.push(`HOOK_MODE is "${mode}": "plan" or "ensure"`);
  if (!isFailOn(failOn)) mistakes.push(`HOOK_FAIL_ON is "${failOn}": "failed", "held" or "never"`);
  return { mode: isMode(mode) ? mode : "plan", failOn: isFailOn(failOn) ? failOn : "failed" };
}
