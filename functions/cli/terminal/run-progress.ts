import type { NatsConnection } from "nats";
import type { RunOptions } from "../../../lib/ensure/run.ts";
import { count } from "../../../lib/text/text.ts";
import { type Progress, showProgress } from "./progress.ts";

/** A run whose progress is shown, by what its connection has counted: an answer is about a resource read or written. */
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

/** `plan of 1200 resources: 340 answers from the broker, 3 s` */
function runLine({ mode, topology, only }: RunOptions, answers: number | undefined, elapsedMs: number): string {
  const what = only === undefined ? `${mode} of ${count(topology.resources.length, "resource")}` : mode;
  const doing = answers === undefined ? "connecting" : `${count(answers, "answer")} from the broker`;
  return `${what}: ${doing}, ${Math.floor(elapsedMs / 1000)} s`;
}
