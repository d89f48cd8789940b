import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { CLIENT_LIMITS } from "./notify-service.ts";

let client: CodePipelineClient | undefined;

/**
 * The CodePipeline client, created when a pipeline first invokes the function. The environment sets its region,
 * credentials and endpoint.
 */
export function codePipelineClient(): CodePipelineClient {
  client ??= new CodePipelineClient(CLIENT_LIMITS);
  return client;
}
