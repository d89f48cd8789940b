import { PutLifecycleEventHookExecutionStatusCommand } from "@aws-sdk/client-codedeploy";
import type { Context } from "aws-lambda";
import { messageOf } from "../../../lib/jetstream/errors/broker-error.ts";
import { hookSettings } from "../settings.ts";
import { asyncServiceCaller } from "./async-service-caller.ts";
import type { Caller } from "./caller.ts";
import { codeDeployClient } from "./code-deploy-client.ts";
import { codeDeployHook } from "./code-deploy-hook.ts";
import { notifyService } from "./notify-service.ts";

/** CodeDeploy's errors for a hook that already has its result, or whose deployment no longer exists. */
const NOBODY_WAITS = ["LifecycleEventAlreadyCompletedException", "DeploymentDoesNotExistException"];

/**
 * The caller for a lifecycle hook of a CodeDeploy deployment, such as BeforeAllowTraffic.
 *
 * Traffic waits for the hook's report, for up to an hour. A failure stops the deployment, and rolls it back if the
 * deployment group is configured so.
 */
export function codeDeployCaller(event: unknown, context: Context): Caller | undefined {
  const hook = codeDeployHook(event);
  if (!hook) return undefined;
  const tell = (status: "Succeeded" | "Failed") =>
    notifyService({
      what: `CodeDeploy that the hook of deployment ${hook.deploymentId} ${status.toLowerCase()}`,
      send: (options) =>
        codeDeployClient().send(new PutLifecycleEventHookExecutionStatusCommand({ ...hook, status }), options),
      nobodyWaits: NOBODY_WAITS,
      permission: "codedeploy:PutLifecycleEventHookExecutionStatus",
      remainingMs: context.getRemainingTimeInMillis(),
    });
  return asyncServiceCaller({
    what: "deployment",
    parseRequest() {
      const { mode, failOn } = hookSettings(process.env);
      return { request: { mode, trigger: "deploy" }, failOn };
    },
    async tellSuccess(result) {
      await tell("Succeeded");
      return { status: "succeeded", planId: result?.planId ?? null, converged: result?.converged ?? false };
    },
    async tellFailure(error) {
      await tell("Failed");
      return { status: "failed", message: messageOf(error) };
    },
  });
}
