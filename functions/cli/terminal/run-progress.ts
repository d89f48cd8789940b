import type { NatsConnection } from "nats";
import type { RunOptions } from "../../../lib/ensure/run.ts";
import { count } from "../../../lib/text/text.ts";
import { type Progress, showProgress } from "./progress.ts";

/**
 * Adds a progress line to a run. The line shows the number of answers that the connection has counted. One answer is
 * about one resource that the run read or wrote.
 */
export function withProgress(options: RunOptions): { options: RunOptions; progress: Progress } {
  const startedAt = Date.now();
  let connection: NatsConnection | undefined;
  const progress = showProgress(process.stderr, {
    resources: options.topology.resources.length,
    term: process.env.TERM,
    text: () => runLine(options, connection?.stats().inMsgs, Date.now() - startedAt),
  });
  const connect = async () => {
    connection = await options.connect();
    return connection;
  };
  return { options: { ...options, connect }, progress };
}

/** The text of the line: `plan of 1200 resources: 340 answers from the broker, 3 s`. */
function runLine({ mode, topology, only }: RunOptions, answers: number | undefined, elapsedMs: number): string {
  const what = only === undefined ? `${mode} of ${count(topology.resources.length, "resource")}` : mode;
  const doing = answers === undefined ? "connecting" : `${count(answers, "answer")} from the broker`;
  return `${what}: ${doing}, ${Math.floor(elapsedMs / 1000)} s`;
}
