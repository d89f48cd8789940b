import { PutJobFailureResultCommand, PutJobSuccessResultCommand } from "@aws-sdk/client-codepipeline";
import type { Context } from "aws-lambda";
import { asyncServiceCaller } from "./async-service-caller.ts";
import type { Caller } from "./caller.ts";
import { jobFailure, jobSuccess } from "./code-pipeline-answer.ts";
import { codePipelineClient } from "./code-pipeline-client.ts";
import { codePipelineJobId, parseCodePipelineJob } from "./code-pipeline-job.ts";
import { type Answer, give } from "./notify-service.ts";

/** Errors that say that the job has its result, or was given up. */
const OVER = ["InvalidJobStateException", "JobNotFoundException"];

/** The invoke action of a CodePipeline: the job hangs for 20 minutes where nobody says how it ended. */
export function codePipelineCaller(event: unknown, context: Context): Caller | undefined {
  const jobId = codePipelineJobId(event);
  if (jobId === undefined) return undefined;
  const tell = (ended: string, send: Answer["send"], permission: string) =>
    give({
      what: `CodePipeline that job ${jobId} ${ended}`,
      send,
      over: OVER,
      permission: `codepipeline:${permission}`,
      remainingMs: context.getRemainingTimeInMillis(),
    });
  return asyncServiceCaller({
    what: "job",
    asks: () => parseCodePipelineJob(event),
    async tellSuccess(result) {
      const success = jobSuccess(result, context.awsRequestId);
      const command = new PutJobSuccessResultCommand({ jobId, ...success });
      await tell("succeeded", (options) => codePipelineClient().send(command, options), "PutJobSuccessResult");
      return { status: "succeeded", ...success.outputVariables };
    },
    async tellFailure(error) {
      const failureDetails = jobFailure(error, context.awsRequestId);
      const command = new PutJobFailureResultCommand({ jobId, failureDetails });
      await tell("failed", (options) => codePipelineClient().send(command, options), "PutJobFailureResult");
      return { status: "failed", message: failureDetails.message };
    },
  });
}
