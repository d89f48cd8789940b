import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { CLIENT_LIMITS } from "./notify-service.ts";

let client: CodePipelineClient | undefined;

/** The client, made when a pipeline first invokes the function. Region, credentials and endpoint are the environment's. */
export function codePipelineClient(): CodePipelineClient {
  client ??= new CodePipelineClient(CLIENT_LIMITS);
  return client;
}
