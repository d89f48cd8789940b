import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { CLIENT_LIMITS } from "./notify-service.ts";

let client: CodeDeployClient | undefined;

/**
 * The CodeDeploy client, created when a deployment first invokes the function. The environment sets its region,
 * credentials and endpoint.
 */
export function codeDeployClient(): CodeDeployClient {
  client ??= new CodeDeployClient(CLIENT_LIMITS);
  return client;
}
