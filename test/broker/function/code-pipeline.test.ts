import { describe, expect, it, onTestFinished } from "vitest";
import { defineTopology, type Topology } from "../../../lib/topology/index.ts";
import { type AwsEndpoint, startAwsEndpoint } from "../../support/aws-endpoint.ts";
import { codePipelineEvent, JOB_ID, JOB_SECRETS, TEMPLATE_PARAMETERS } from "../../support/code-pipeline-event.ts";
import { withServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { timed } from "../../support/timed.ts";
import { newest } from "../../support/versions.ts";
import { captureLines } from "../../unit/ensure-function/captured-lines.ts";
import { type Lambda, startLambda } from "./invoke.ts";

const topology = defineTopology({ name: "orders", streams: [{ name: "ORDERS", subjects: ["orders.>"] }] });
const nowhere = "nats://127.0.0.1:1";
const REQUEST_ID = "6f7a2b1e-0000-4000-8000-000000000000";

const job = (parameters?: object) => codePipelineEvent(parameters && JSON.stringify(parameters));

/** The function, with a CodePipeline on this machine, and what it writes: in none of that may the credentials be. */
async function started(options: { topology?: Topology; servers: string }): Promise<{
  lambda: Lambda;
  pipeline: AwsEndpoint;
  captured: ReturnType<typeof captureLines>;
}> {
  const pipeline = await startAwsEndpoint();
  const environment = { AWS_ENDPOINT_URL_CODEPIPELINE: pipeline.url };
  const lambda = await startLambda({ topology, ...options, environment });
  const captured = captureLines();
  onTestFinished(async () => {
    await lambda[Symbol.asyncDispose]();
    await pipeline[Symbol.asyncDispose]();
  });
  return { lambda, pipeline, captured };
}

const succeeded = (more: object) => ({
  target: "CodePipeline_20150709.PutJobSuccessResult",
  authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 .*\/eu-west-1\/codepipeline\//),
  input: expect.objectContaining({ jobId: JOB_ID, ...more }),
});
const failed = (type: string, message: RegExp) => ({
  target: "CodePipeline_20150709.PutJobFailureResult",
  authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 /),
  input: {
    jobId: JOB_ID,
    failureDetails: { type, message: expect.stringMatching(message), externalExecutionId: REQUEST_ID },
  },
});
const variables = (more: object) => succeeded({ outputVariables: expect.objectContaining(more) });

const variablesIn = ({ calls: [call] }: AwsEndpoint) => (call?.input.outputVariables ?? {}) as Record<string, string>;

describe("a pipeline's action", () => {
  it("without UserParameters plans, and writes nothing", () =>
    withServer(newest, {}, async (server) => {
      const { lambda, pipeline, captured } = await started({ servers: server.url });

      const answer = await lambda.invoke(job());

      const summary = "1 resource: 1 to create.";
      const details = { summary, externalExecutionId: REQUEST_ID };
      expect(pipeline.calls).toEqual([succeeded({ executionDetails: details })]);
      expect(pipeline.calls).toEqual([
        variables({ planId: expect.any(String), converged: "false", toCreate: "1", summary }),
      ]);
      expect(answer).toMatchObject({ status: "succeeded", toCreate: "1" });
      expect((await api(await server.connect(), "STREAM.NAMES")).total).toBe(0);
      expect(captured.lines()).toContainEqual(
        expect.objectContaining({ event: "run", trigger: "pipeline", mode: "plan" }),
      );
    }));

  it("ensures where it says so, and logs nothing of the credentials that come with it", () =>
    withServer(newest, {}, async (server) => {
      const { lambda, pipeline, captured } = await started({ servers: server.url });

      await lambda.invoke(job({ mode: "ensure" }));

      expect(pipeline.calls).toEqual([variables({ created: "1", toCreate: "0", converged: "true" })]);
      expect((await api(await server.connect(), "STREAM.NAMES")).streams).toEqual(["ORDERS"]);
      expect(captured.lines()).toContainEqual(
        expect.objectContaining({
          level: "INFO",
          event: "answer",
          message: `Told CodePipeline that job ${JOB_ID} succeeded.`,
        }),
      );
      for (const secret of JOB_SECRETS) expect(captured.text()).not.toContain(secret);
      expect(captured.text()).not.toContain("artifactCredentials");
    }));

  it("plans, a person approves, and another ensures the plan that was approved", () =>
    withServer(newest, {}, async (server) => {
      const nc = await server.connect();
      await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });
      await publish(nc, "orders.new", 10);
      const less = defineTopology({
        name: "orders",
        streams: [{ name: "ORDERS", subjects: ["orders.>"], maxMsgs: 4 }],
      });
      const { lambda, pipeline } = await started({ topology: less, servers: server.url });

      await lambda.invoke(job({ mode: "plan" }));
      const { planId, summary } = variablesIn(pipeline);
      await lambda.invoke(job({ mode: "ensure", failOn: "held" }));
      await lambda.invoke(job({ mode: "ensure", approve: planId, failOn: "held" }));

      expect(summary).toBe("1 resource: 1 held. Held: stream/ORDERS (maxMsgs).");
      expect(pipeline.calls).toEqual([
        variables({ converged: "false", held: "1" }),
        failed("JobFailed", /^1 of 1 resources held, and this job fails on that: stream\/ORDERS \(maxMsgs\)\./),
        variables({ converged: "true", held: "0", updated: "1" }),
      ]);
      expect((await api(nc, "STREAM.INFO.ORDERS")).state.messages).toBe(4);
    }));

  it("that is the console's Test template fails with a sentence, and nothing is asked of the broker", async () => {
    const { lambda, pipeline, captured } = await started({ servers: nowhere });

    const answer = await lambda.invoke(codePipelineEvent(TEMPLATE_PARAMETERS));

    const sentence = /^Nothing was done, because the event is wrong: .*"some-input-such-as-a-URL": they must be a JSON/;
    expect(pipeline.calls).toEqual([failed("ConfigurationError", sentence)]);
    expect(answer).toEqual({ status: "failed", message: expect.stringMatching(sentence) });
    expect(captured.lines()).toMatchObject([
      { level: "ERROR", event: "failure", class: "config", message: expect.stringMatching(sentence) },
      { level: "INFO", event: "answer", message: `Told CodePipeline that job ${JOB_ID} failed.` },
    ]);
    for (const secret of JOB_SECRETS) expect(captured.text()).not.toContain(secret);
  });

  it("fails where the broker cannot be asked, and the invocation does not fail as well", async () => {
    const { lambda, pipeline, captured } = await started({ servers: nowhere });

    const answer = await lambda.invoke(job({ mode: "ensure" }));

    expect(pipeline.calls).toEqual([failed("JobFailed", /127\.0\.0\.1:1/)]);
    expect(answer).toMatchObject({ status: "failed" });
    expect(captured.metrics()).toContainEqual(expect.objectContaining({ RunsSucceeded: 0 }));
  });

  it("fails as a mistake of the configuration where the function's environment is wrong", async () => {
    const { lambda, pipeline } = await started({ servers: "" });
    await lambda.invoke(job({ mode: "ensure" }));
    expect(pipeline.calls).toEqual([failed("ConfigurationError", /NATS_SERVERS is missing/)]);
  });

  it("that never fails succeeds though the broker cannot be asked, and the log has why", async () => {
    const { lambda, pipeline, captured } = await started({ servers: nowhere });

    await lambda.invoke(job({ mode: "ensure", failOn: "never" }));

    expect(pipeline.calls).toEqual([
      variables({ converged: "false", summary: expect.stringContaining("127.0.0.1:1") }),
    ]);
    expect(variablesIn(pipeline)).not.toHaveProperty("planId");
    expect(captured.lines()).toContainEqual(expect.objectContaining({ level: "ERROR", event: "failOnNever" }));
  });
});

describe("a pipeline that the function's answer does not reach", () => {
  it("is told again after a throttle and a failure of its own", () =>
    withServer(newest, {}, async (server) => {
      const { lambda, pipeline } = await started({ servers: server.url });
      pipeline.fail({ type: "ThrottlingException" });
      pipeline.fail({ type: "InternalFailure", status: 500 });

      const answer = await lambda.invoke(job());

      expect(pipeline.calls).toHaveLength(3);
      expect(answer).toMatchObject({ status: "succeeded" });
    }));

  it.each(["InvalidJobStateException", "JobNotFoundException"])(
    "no longer waits (%s): the log says so, and that is all",
    (type) =>
      withServer(newest, {}, async (server) => {
        const { lambda, pipeline, captured } = await started({ servers: server.url });
        pipeline.fail({ type });

        const answer = await lambda.invoke(job({ mode: "ensure" }));

        expect(pipeline.calls).toEqual([variables({ created: "1" })]);
        expect(answer).toMatchObject({ status: "succeeded" });
        expect(captured.lines()).toContainEqual(expect.objectContaining({ level: "WARN", event: "answer" }));
      }),
  );

  it("is not told the opposite: one line and one error say so, neither with the event", () =>
    withServer(newest, {}, async (server) => {
      const { lambda, pipeline, captured } = await started({ servers: server.url });
      pipeline.fail({ type: "AccessDeniedException", message: "User is not authorized", times: 5 });

      const error = await lambda.failure(job({ mode: "ensure" }));

      const sentence = `Cannot tell CodePipeline that job ${JOB_ID} succeeded: not allowed. Allow this function's role codepipeline:PutJobSuccessResult.`;
      expect(error.stack).toBe(`AnswerError: ${sentence}`);
      expect(pipeline.calls).toHaveLength(1);
      expect(captured.lines().filter(({ level }) => level === "ERROR")).toMatchObject([
        { event: "failure", class: "auth", message: sentence },
      ]);
      for (const secret of JOB_SECRETS) expect(captured.text() + JSON.stringify(error)).not.toContain(secret);
    }));

  it("is waited for no longer than the function has time, and its log is written", async () => {
    const { lambda, pipeline, captured } = await started({ servers: nowhere });
    pipeline.delay(10_000);

    const { value: error, ms } = await timed(() => lambda.failure(job(), { remainingMs: 2500 }));

    expect(ms).toBeLessThan(2500);
    expect(error.message).toMatch(/^Cannot tell CodePipeline that job .* failed: no answer in time\./);
    expect(captured.lines()).toContainEqual(
      expect.objectContaining({ level: "ERROR", event: "failure", class: "unavailable" }),
    );
  });
});

describe("a pipeline whose function runs out of time", () => {
  it("is told so in what is left, once, whatever the run comes to afterwards", () =>
    withServer(newest, {}, async (server) => {
      const { lambda, pipeline, captured } = await started({ servers: server.url });
      // The first makes the client, as a function that is warm has done.
      await lambda.invoke(job());

      const answer = await lambda.invoke(job({ mode: "ensure" }), { remainingMs: 300 });
      await new Promise((resolve) => setTimeout(resolve, 500));

      expect(answer).toMatchObject({ status: "failed" });
      expect(pipeline.calls.slice(1)).toEqual([failed("JobFailed", /^The run did not end within the function's time/)]);
      expect(captured.lines()).toContainEqual(expect.objectContaining({ level: "ERROR", class: "unavailable" }));
    }));
});
