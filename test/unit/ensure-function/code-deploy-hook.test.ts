import { describe, expect, it } from "vitest";
import { codeDeployHook } from "../../../functions/ensure/callers/code-deploy-hook.ts";
import { hookSettings, readSettings, SettingsError } from "../../../functions/ensure/settings.ts";

describe("a hook of CodeDeploy", () => {
  it("is told by the deployment and the execution that wait", () => {
    expect(codeDeployHook({ DeploymentId: "d-ABC", LifecycleEventHookExecutionId: "eyJl" })).toEqual({
      deploymentId: "d-ABC",
      lifecycleEventHookExecutionId: "eyJl",
    });
  });

  it.each([
    [null],
    [{}],
    [[]],
    [{ DeploymentId: "d-ABC" }],
    [{ LifecycleEventHookExecutionId: "eyJl" }],
    [{ DeploymentId: "", LifecycleEventHookExecutionId: "eyJl" }],
    [{ DeploymentId: 1, LifecycleEventHookExecutionId: "eyJl" }],
  ])("is not %j", (event) => {
    expect(codeDeployHook(event)).toBeUndefined();
  });
});

describe("what a hook does", () => {
  it.each([
    [{}, { mode: "ensure", failOn: "failed" }],
    [
      { HOOK_MODE: "", HOOK_FAIL_ON: " " },
      { mode: "ensure", failOn: "failed" },
    ],
    [{ HOOK_MODE: "plan" }, { mode: "plan", failOn: "failed" }],
    [
      { HOOK_MODE: "ensure", HOOK_FAIL_ON: "held" },
      { mode: "ensure", failOn: "held" },
    ],
    [{ HOOK_FAIL_ON: "never" }, { mode: "ensure", failOn: "never" }],
  ])("is in the environment: %j", (environment, settings) => {
    expect(hookSettings(environment)).toEqual(settings);
  });

  it("is refused where it is wrong, by the hook and already at synth", () => {
    const environment = { HOOK_MODE: "PLAN", HOOK_FAIL_ON: "drift" };
    for (const read of [hookSettings, readSettings]) {
      expect(() => read({ NATS_SERVERS: "nats://a", ...environment })).toThrow(SettingsError);
      expect(() => read({ NATS_SERVERS: "nats://a", ...environment })).toThrow(
        /HOOK_MODE is "PLAN": "plan" or "ensure"; HOOK_FAIL_ON is "drift": "failed", "held" or "never"/,
      );
    }
  });
});
