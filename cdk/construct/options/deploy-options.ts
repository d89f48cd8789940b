import type { FailOn } from "../../../functions/ensure/event/fail-on.ts";
import type { Mode } from "../../../lib/report/result.ts";

/** What a run does where the props do not say. */
export const DEFAULT_MODE: Mode = "ensure";

/** Options for a deployment of this stack, and for a deployment in which CodeDeploy calls the function as a hook. */
export interface DeployOptions {
  /**
   * The mode of the run.
   * @default - the construct's `mode`
   */
  readonly mode?: Mode;
  /**
   * What makes the deployment fail, and so rolls it back. `failed`: a declared resource does not exist and could not be
   * created, or the broker could not be asked. `held`: the same, or any held difference. `never`: nothing.
   * @default "failed"
   */
  readonly failOn?: FailOn;
}

/** The construct's props that contain these options. */
interface DeployProps {
  readonly mode?: Mode;
  readonly onDeploy?: boolean | DeployOptions;
}

/**
 * Completes the options with their defaults. It does so even if this stack's own deployments do not run the function,
 * because CodeDeploy's hooks use the options too.
 */
export function deployOptions({ mode, onDeploy }: DeployProps): Required<DeployOptions> {
  const { mode: deployMode = mode ?? DEFAULT_MODE, failOn = "failed" } = typeof onDeploy === "object" ? onDeploy : {};
  return { mode: deployMode, failOn };
}
