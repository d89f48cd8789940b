import { PutLifecycleEventHookExecutionStatusCommand } from "@aws-sdk/client-codedeploy";
import type { Context } from "aws-lambda";
import { messageOf } from "../../../lib/jetstream/errors/broker-error.ts";
import { hookSettings } from "../settings.ts";
import { asyncServiceCaller } from "./async-service-caller.ts";
import type { Caller } from "./caller.ts";
import { codeDeployClient } from "./code-deploy-client.ts";
import { codeDeployHook } from "./code-deploy-hook.ts";
import { give } from "./notify-service.ts";

/** Errors that say that the hook has its result, or that its deployment is no more. */
const OVER = ["LifecycleEventAlreadyCompletedException", "DeploymentDoesNotExistException"];

/**
 * A lifecycle hook of a CodeDeploy deployment, such as BeforeAllowTraffic: traffic waits for it, for an hour where
 * nobody says how it ended. A failure stops the deployment, and rolls it back where the deployment group says so.
 */
export function codeDeployCaller(event: unknown, context: Context): Caller | undefined {
  const hook = codeDeployHook(event);
  if (!hook) return undefined;
  const tell = (status: "Succeeded" | "Failed") =>
    give({
      what: `CodeDeploy that the hook of deployment ${hook.deploymentId} ${status.toLowerCase()}`,
      send: (options) =>
        codeDeployClient().send(new PutLifecycleEventHookExecutionStatusCommand({ ...hook, status }), options),
      over: OVER,
      permission: "codedeploy:PutLifecycleEventHookExecutionStatus",
      remainingMs: context.getRemainingTimeInMillis(),
    });
  return asyncServiceCaller({
    what: "deployment",
    asks() {
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
