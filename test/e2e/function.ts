import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { Result } from "../../lib/report/result.ts";

export interface Invoked {
  /** What the function answered. */
  result: Result | undefined;
  /** The error it ended with instead. */
  failure: string | undefined;
  /** The version behind the alias that ran. */
  version: string | undefined;
}

export interface DeployedFunction {
  name: string;
  /** As the console's Test button does, and waits for the answer. */
  invoke(event: object): Promise<Invoked>;
  /** Its report. @throws an Error with the function's where it failed */
  run(event: object): Promise<Result>;
  /** What everyone can read who may look at the function. */
  configuration(): Promise<string>;
}

/**
 * What the stack deployed.
 *
 * @param qualifier default `live`: the alias, by which everything but the dashboard invokes it
 */
export function deployedFunction(name: string, qualifier = "live"): DeployedFunction {
  const client = new LambdaClient({});
  async function invoke(event: object): Promise<Invoked> {
    const Payload = JSON.stringify(event);
    const answer = await client.send(new InvokeCommand({ FunctionName: name, Qualifier: qualifier, Payload }));
    const payload: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || "null");
    const version = answer.ExecutedVersion;
    if (answer.FunctionError === undefined) return { result: payload as Result, failure: undefined, version };
    return { result: undefined, failure: (payload as { errorMessage: string }).errorMessage, version };
  }
  return {
    name,
    invoke,
    async run(event) {
      const { result, failure } = await invoke(event);
      if (!result) throw new Error(`The function failed: ${failure}`);
      return result;
    },
    async configuration() {
      return JSON.stringify(await client.send(new GetFunctionConfigurationCommand({ FunctionName: name })));
    },
  };
}

/** The numbers of a report that are not zero: `unchanged 21, updated 2`. */
export function counted({ summary }: Pick<Result, "summary">): string {
  return Object.entries(summary)
    .flatMap(([what, count]) => (count > 0 ? `${what} ${count}` : []))
    .join(", ");
}
