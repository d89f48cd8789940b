import { PutJobFailureResultCommand, PutJobSuccessResultCommand } from "@aws-sdk/client-codepipeline";
import type { Context } from "aws-lambda";
import { asyncServiceCaller } from "./async-service-caller.ts";
import type { Caller } from "./caller.ts";
import { jobFailure, jobSuccess } from "./code-pipeline-answer.ts";
import { codePipelineClient } from "./code-pipeline-client.ts";
import { codePipelineJobId, parseCodePipelineJob } from "./code-pipeline-job.ts";
import { notifyService, type ServiceNotification } from "./notify-service.ts";

/** CodePipeline's errors for a job that already has its result, or that CodePipeline gave up. */
const NOBODY_WAITS = ["InvalidJobStateException", "JobNotFoundException"];

/** The caller for the invoke action of a CodePipeline. Without a report, the job hangs for 20 minutes. */
export function codePipelineCaller(event: unknown, context: Context): Caller | undefined {
  const jobId = codePipelineJobId(event);
  if (jobId === undefined) return undefined;
  const tell = (ended: string, send: ServiceNotification["send"], permission: string) =>
    notifyService({
      what: `CodePipeline that job ${jobId} ${ended}`,
      send,
      nobodyWaits: NOBODY_WAITS,
      permission: `codepipeline:${permission}`,
      remainingMs: context.getRemainingTimeInMillis(),
    });
  return asyncServiceCaller({
    what: "job",
    parseRequest: () => parseCodePipelineJob(event),
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
