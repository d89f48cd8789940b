import { isObject, isText } from "../event/event-error.ts";

/** The lifecycle hook that waits for a report, and its deployment. */
export interface CodeDeployHook {
  deploymentId: string;
  lifecycleEventHookExecutionId: string;
}

/** Reads the hook from CodeDeploy's event, which contains nothing else. Returns `undefined` for any other event. */
export function codeDeployHook(event: unknown): CodeDeployHook | undefined {
  if (!isObject(event)) return undefined;
  const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId } = event;
  if (!isText(deploymentId) || !isText(lifecycleEventHookExecutionId)) return undefined;
  return { deploymentId, lifecycleEventHookExecutionId };
}
