import pLimit from "p-limit";

/** Runs a task as soon as the number of the run's tasks under way is below a limit. */
export type ReadLimit = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * The number of read requests on the wire at once. The server queues 10,000 and drops all of them if there are more.
 */
const READS_IN_FLIGHT = 128;

export function limitReads(): ReadLimit {
  return pLimit(READS_IN_FLIGHT);
}
