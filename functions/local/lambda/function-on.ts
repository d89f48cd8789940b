import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConnectOptions } from "../../../lib/jetstream/connect.ts";
import { type ResolvedTopology, writeResolved } from "../../../lib/topology/index.ts";
import { startSsmEndpoint } from "../ssm/ssm-endpoint.ts";
import { handlerEnvironment, parametersFor } from "./handler-environment.ts";
import { type LocalLambda, startLocalLambda } from "./local-lambda.ts";

export interface FunctionOnBroker extends LocalLambda {
  /** The function's log, JSON lines. */
  readonly logPath: string;
}

/**
 * The function on a broker as a deployment has it: the resolved topology in a file, the credentials in SSM (a local
 * endpoint that speaks its protocol), and an environment that holds no secret.
 *
 * @param how.dir where the topology and the log are written
 */
export async function functionOn(how: {
  broker: ConnectOptions;
  topology: ResolvedTopology;
  dir: string;
}): Promise<FunctionOnBroker> {
  const [topologyFile, logPath] = [join(how.dir, "topology.json"), join(how.dir, "log.jsonl")];
  await writeFile(topologyFile, writeResolved(how.topology));
  const { parameters, variables } = parametersFor(how.broker.credentials ?? {});
  const ssm = await startSsmEndpoint({ parameters });
  const environment = { ...variables, ...handlerEnvironment(how.broker, { topologyFile, ssmUrl: ssm.url }) };
  const lambda = startLocalLambda({ environment, logPath });
  return {
    logPath,
    invoke: lambda.invoke,
    async [Symbol.asyncDispose]() {
      await lambda[Symbol.asyncDispose]();
      await ssm.close();
    },
  };
}
