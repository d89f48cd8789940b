import type { FailOn } from "../functions/ensure/fail-on.ts";
import type { Mode } from "../lib/report/result.ts";

export interface DeployOptions {
  /**
   * @default - the construct's `mode`
   */
  readonly mode?: Mode;
  /**
   * What fails the deployment, and so rolls it back. `failed`: a declared resource does not exist and could not be
   * created, or the broker could not be asked. `held`: that, and any difference that was not applied. `never`: nothing.
   * @default "failed"
   */
  readonly failOn?: FailOn;
}
