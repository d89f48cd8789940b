import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { CLIENT_LIMITS } from "./notify-service.ts";

let client: CodeDeployClient | undefined;

/** The client, made when a deployment first invokes the function. Region, credentials and endpoint are the environment's. */
export function codeDeployClient(): CodeDeployClient {
  client ??= new CodeDeployClient(CLIENT_LIMITS);
  return client;
}
