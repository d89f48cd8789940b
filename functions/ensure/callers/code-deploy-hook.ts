import { isObject, isText } from "../event/event-error.ts";

/** Which hook of which deployment waits. */
export interface CodeDeployHook {
  deploymentId: string;
  lifecycleEventHookExecutionId: string;
}

/** The hook in CodeDeploy's event, which has nothing else; undefined where the event is something else. */
export function codeDeployHook(event: unknown): CodeDeployHook | undefined {
  if (!isObject(event)) return undefined;
  const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId } = event;
  if (!isText(deploymentId) || !isText(lifecycleEventHookExecutionId)) return undefined;
  return { deploymentId, lifecycleEventHookExecutionId };
}
