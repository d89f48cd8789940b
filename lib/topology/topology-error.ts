/** One mistake in a topology. */
export interface TopologyIssue {
  /** Where it is, with the resource's name: `streams[1] "RESULTS".maxAge`. Empty for the topology as a whole. */
  path: string;
  /** What is wrong, and what to write instead: one sentence. */
  message: string;
}

/** A topology that no run will take. It carries every mistake found, not only the first. */
export class TopologyError extends Error {
  override readonly name = "TopologyError";
  readonly issues: TopologyIssue[];

  constructor(issues: TopologyIssue[]) {
    const lines = issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    const count = issues.length === 1 ? "1 mistake" : `${issues.length} mistakes`;
    super(`The topology has ${count}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
    this.issues = issues;
  }
}
