import { fork } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Result } from "../../../lib/report/result.ts";
import type { Deployed } from "../../support/synthesize.ts";

export interface Invoked {
  results: Result[];
  /** All that the function wrote, as it wrote it. */
  output: string;
}

/**
 * Invokes the asset's handler in a process that has the environment of the deployment and of Lambda's service, and
 * nothing else of this one's.
 */
export async function invoke(
  { asset, environment }: Deployed,
  { events, ssmUrl }: { events: unknown[]; ssmUrl: string },
): Promise<Invoked> {
  const child = fork(
    fileURLToPath(new URL("runtime.ts", import.meta.url)),
    [asset, ...events.map((event) => JSON.stringify(event))],
    {
      cwd: asset,
      env: {
        ...environment,
        AWS_ENDPOINT_URL_SSM: ssmUrl,
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        AWS_SESSION_TOKEN: "local",
        AWS_LAMBDA_FUNCTION_NAME: "jetstream-ensure",
        AWS_LAMBDA_LOG_FORMAT: "JSON",
        AWS_LAMBDA_LOG_LEVEL: "INFO",
        TZ: ":UTC",
      },
      execArgv: [],
      silent: true,
    },
  );
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error("The process has no output.");
  const results: Result[] = [];
  child.on("message", (result) => results.push(result as Result));
  const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`The process ended with ${code}:\n${out}${err}`);
  return { results, output: out + err };
}
