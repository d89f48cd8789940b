import { type Stack, Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import { Artifact, Pipeline, PipelineType } from "aws-cdk-lib/aws-codepipeline";
import { LambdaInvokeAction, ManualApprovalAction, S3SourceAction } from "aws-cdk-lib/aws-codepipeline-actions";
import {
  Alias,
  Code,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { Bucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { describe, expect, test } from "vitest";
import type { JetStreamEnsureProps } from "../../cdk/construct/options/props.ts";
import type { JetStreamEnsure } from "../../cdk/jetstream-ensure.ts";
import { parseCodePipelineJob } from "../../functions/ensure/callers/code-pipeline-job.ts";
import { hookSettings } from "../../functions/ensure/settings.ts";
import { codePipelineEvent } from "../support/code-pipeline-event.ts";
import { findings } from "./findings.ts";
import { ensure, only, stack, statementsOf, template } from "./synth.ts";

const LIVE = { Ref: "EnsureLive3775EE02" };

/** A plan, a person who approves it, and an ensure of what was approved. */
function pipeline(at: Stack, { alias }: JetStreamEnsure): void {
  const lambda = alias as IFunction;
  const [bucket, output] = [new Bucket(at, "Source") as IBucket, new Artifact()];
  const plan = new LambdaInvokeAction({
    actionName: "Plan",
    lambda,
    userParameters: { mode: "plan" },
    variablesNamespace: "jetstream",
    runOrder: 1,
  });
  const approval = new ManualApprovalAction({
    actionName: "Approve",
    additionalInformation: plan.variable("summary"),
    runOrder: 2,
  });
  const apply = new LambdaInvokeAction({
    actionName: "Ensure",
    lambda,
    userParameters: { mode: "ensure", approve: plan.variable("planId"), failOn: "held" },
    runOrder: 3,
  });
  new Pipeline(at, "Pipeline", {
    pipelineType: PipelineType.V2,
    stages: [
      { stageName: "Source", actions: [new S3SourceAction({ actionName: "Zip", bucket, bucketKey: "a.zip", output })] },
      { stageName: "JetStream", actions: [plan, approval, apply] },
    ],
  });
}

/** A deployment of another function, which waits for the topology before traffic comes to it. */
function deployment(at: Stack, { alias: hook }: JetStreamEnsure): void {
  const code = Code.fromInline("exports.handler = async () => {};");
  const fn = new LambdaFunction(at, "App", { runtime: Runtime.NODEJS_24_X, handler: "index.handler", code });
  const alias = new Alias(at, "AppLive", { aliasName: "live", version: fn.currentVersion as IVersion });
  const group = new LambdaDeploymentGroup(at, "Group", { alias, deploymentConfig: LambdaDeploymentConfig.ALL_AT_ONCE });
  group.addPreHook(hook as IFunction);
}

function templateWith(add: (at: Stack, made: JetStreamEnsure) => void): Template {
  const at = stack();
  add(at, ensure({}, at));
  return Template.fromStack(at);
}

interface Action {
  Name: string;
  Configuration: Record<string, string>;
  Namespace?: string;
}

function actionsIn(made: Template): Record<string, Action> {
  const { Stages } = only(made, "AWS::CodePipeline::Pipeline").Properties as { Stages: { Actions: Action[] }[] };
  return Object.fromEntries(Stages.flatMap(({ Actions }) => Actions.map((action) => [action.Name, action])));
}

describe("an action of a pipeline", () => {
  const made = templateWith(pipeline);
  const { Plan, Approve, Ensure } = actionsIn(made);

  test("lets the function answer its jobs", () => {
    expect(statementsOf(made, /^EnsureRole/)).toContainEqual({
      Action: ["codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult"],
      Effect: "Allow",
      Resource: "*",
    });
  });

  test("invokes the alias, and may", () => {
    expect(Plan?.Configuration.FunctionName).toEqual({ "Fn::Join": ["", [expect.anything(), ":live"]] });
    expect(statementsOf(made, /^PipelineJetStreamEnsureCodePipelineActionRole/)).toContainEqual({
      Action: "lambda:InvokeFunction",
      Effect: "Allow",
      Resource: LIVE,
    });
  });

  test("hands the plan to the person who approves, and the approved plan to the next", () => {
    expect(Plan?.Namespace).toBe("jetstream");
    expect(Approve?.Configuration.CustomData).toBe("#{jetstream.summary}");
    const parameters = Ensure?.Configuration.UserParameters?.replace("#{jetstream.planId}", "9f2c");
    expect(parseCodePipelineJob(codePipelineEvent(parameters))).toEqual({
      request: { mode: "ensure", trigger: "pipeline", approve: "9f2c" },
      failOn: "held",
    });
  });
});

describe("a hook of another function's deployment", () => {
  const made = templateWith(deployment);

  test("may answer that deployment group, and no other", () => {
    const statement = statementsOf(made, /^EnsureRole/).find(({ Action }) => String(Action).startsWith("codedeploy:"));
    expect(statement).toMatchObject({ Action: "codedeploy:PutLifecycleEventHookExecutionStatus", Effect: "Allow" });
    expect(JSON.stringify(statement?.Resource)).toMatch(/:deploymentgroup:.*"Ref":"Group[^"]*"\}\]\]\}$/);
  });

  test("is the alias, which the deployment may invoke", () => {
    expect(statementsOf(made, /^GroupServiceRole/)).toContainEqual({
      Action: "lambda:InvokeFunction",
      Effect: "Allow",
      Resource: LIVE,
    });
    const [alias] = Object.values(made.findResources("AWS::Lambda::Alias")).filter((each) => "UpdatePolicy" in each);
    expect(alias?.UpdatePolicy.CodeDeployLambdaAliasUpdate).toMatchObject({
      BeforeAllowTrafficHook: { "Fn::Join": ["", [expect.anything(), ":live"]] },
    });
  });

  test.each<[Partial<JetStreamEnsureProps>, ReturnType<typeof hookSettings>]>([
    [{}, { mode: "ensure", failOn: "failed" }],
    [{ mode: "plan" }, { mode: "plan", failOn: "failed" }],
    [
      { mode: "plan", onDeploy: false },
      { mode: "plan", failOn: "failed" },
    ],
    [
      { mode: "plan", onDeploy: true },
      { mode: "plan", failOn: "failed" },
    ],
    [{ onDeploy: { mode: "plan", failOn: "held" } }, { mode: "plan", failOn: "held" }],
    [
      { mode: "plan", onDeploy: { mode: "ensure", failOn: "never" } },
      { mode: "ensure", failOn: "never" },
    ],
  ])("does what a deployment of the construct does: %j", (props, settings) => {
    const functions = Object.values(template(props).findResources("AWS::Lambda::Function"));
    const variables = functions.flatMap(({ Properties }) => Properties.Environment?.Variables ?? []);
    const environment = variables.find((each) => "NATS_SERVERS" in each);
    expect(hookSettings(environment)).toEqual(settings);
  });
});

describe("cdk-nag, in the construct that a pipeline and a deployment use", () => {
  const inConstruct = (fill: (made: JetStreamEnsure) => void = () => undefined) =>
    findings((at) => {
      const made = ensure({}, at);
      pipeline(at, made);
      deployment(at, made);
      fill(made);
    }, "Stack/Ensure/");

  test("finds the permission to answer every job, which has no narrower form, and nothing else", () => {
    expect(inConstruct()).toEqual(["AwsSolutions-IAM5[Resource::*]"]);
  });

  test("finds nothing where the app acknowledges that on the function's role", () => {
    const acknowledged = inConstruct(({ function: { role } }) => {
      if (!role) throw new Error("The function has no role.");
      const reason = "CodePipeline's jobs have no ARN: who may answer one may answer all.";
      Validations.of(role).acknowledge({ id: "AwsSolutions-IAM5[Resource::*]", reason });
    });
    expect(acknowledged).toEqual([]);
  });
});
