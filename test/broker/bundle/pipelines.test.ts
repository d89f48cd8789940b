import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundleLambda } from "../../../functions/build/bundle-lambda.ts";
import { startSsmEndpoint } from "../../../functions/local/ssm/ssm-endpoint.ts";
import { defineTopology } from "../../../lib/topology/index.ts";
import { startAwsEndpoint } from "../../support/aws-endpoint.ts";
import { codePipelineEvent, JOB_SECRETS, TEMPLATE_PARAMETERS } from "../../support/code-pipeline-event.ts";
import { withServer } from "../../support/nats-server.ts";
import { synthesize } from "../../support/synthesize.ts";
import { newest } from "../../support/versions.ts";
import { invoke } from "./deployed.ts";

const topology = defineTopology({ name: "orders", streams: [{ name: "ORDERS", subjects: ["orders.>"] }] });
const hook = { DeploymentId: "d-4ZV2S0XKG", LifecycleEventHookExecutionId: "eyJlbmNyeXB0ZWREYXRhIjoi" };

it("the synthesized asset answers a pipeline and a deployment, with the credentials of Lambda's environment", () =>
  withServer(newest, {}, async (server) => {
    const folder = await mkdtemp(join(tmpdir(), "jetstream-ensure-bundle-pipelines-"));
    const bundle = join(folder, "lambda");
    await bundleLambda(bundle);
    const ssm = await startSsmEndpoint({ parameters: {} });
    await using services = await startAwsEndpoint();
    const deployed = synthesize({ topology, servers: [server.url] }, { outdir: join(folder, "cdk.out"), bundle });
    const endpoints = { AWS_ENDPOINT_URL_CODEPIPELINE: services.url, AWS_ENDPOINT_URL_CODEDEPLOY: services.url };
    const ensure = codePipelineEvent(JSON.stringify({ mode: "ensure" }));

    const { results, output } = await invoke(
      { ...deployed, environment: { ...deployed.environment, ...endpoints, POWERTOOLS_LOGGER_LOG_EVENT: "true" } },
      { events: [codePipelineEvent(TEMPLATE_PARAMETERS), ensure, hook], ssmUrl: ssm.url },
    );
    await ssm.close();
    await rm(folder, { recursive: true, force: true });

    expect(services.calls).toMatchObject([
      {
        target: "CodePipeline_20150709.PutJobFailureResult",
        input: { failureDetails: { type: "ConfigurationError" } },
      },
      { target: "CodePipeline_20150709.PutJobSuccessResult", input: { outputVariables: { created: "1" } } },
      { target: "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus", input: { status: "Succeeded" } },
    ]);
    for (const { authorization } of services.calls) expect(authorization).toMatch(/Credential=local\//);
    expect(results).toMatchObject([{ status: "failed" }, { status: "succeeded" }, { status: "succeeded" }]);
    for (const secret of [...JOB_SECRETS, "artifactCredentials", hook.LifecycleEventHookExecutionId]) {
      expect(output).not.toContain(secret);
    }
  }));
