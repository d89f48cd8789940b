import type { FailOn } from "../../../functions/ensure/event/fail-on.ts";
import type { Mode } from "../../../lib/report/result.ts";

/** What a run does where the props do not say. */
export const DEFAULT_MODE: Mode = "ensure";

/** What a deployment does: of this stack, and of another function where CodeDeploy calls this one as a hook. */
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

/** What of the construct's props says it. */
interface DeployProps {
  readonly mode?: Mode;
  readonly onDeploy?: boolean | DeployOptions;
}

/** The same, with its defaults; also where this stack's own deployments do not run it, for the hooks of others. */
export function deployOptions({ mode, onDeploy }: DeployProps): Required<DeployOptions> {
  const { mode: deployMode = mode ?? DEFAULT_MODE, failOn = "failed" } = typeof onDeploy === "object" ? onDeploy : {};
  return { mode: deployMode, failOn };
}
