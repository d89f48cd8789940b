import pLimit from "p-limit";

/** Runs a task as soon as fewer than so many others of the same run are under way. */
export type ReadLimit = <T>(task: () => Promise<T>) => Promise<T>;

/** Read requests on the wire at once. The server queues 10,000 and drops them all beyond that. */
const READS_IN_FLIGHT = 128;

export function limitReads(): ReadLimit {
  return pLimit(READS_IN_FLIGHT);
}
