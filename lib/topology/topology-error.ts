/** One mistake in a topology. */
export interface TopologyIssue {
  /** Where it is: `streams[1].maxAge`. Empty for the topology as a whole. */
  path: string;
  /** The name of the resource it is in, as written. */
  resource?: string;
  /** What is wrong, and what to write instead: one sentence. */
  message: string;
}

/** A topology that no run will take. It carries every mistake found, not only the first. */
export class TopologyError extends Error {
  override readonly name = "TopologyError";
  readonly issues: TopologyIssue[];

  constructor(issues: TopologyIssue[]) {
    super(messageOf(issues));
    this.issues = issues;
  }
}

/** `streams[1] "RESULTS".maxAge` */
function placeOf({ path, resource }: TopologyIssue): string {
  return resource === undefined ? path : path.replace(/\]/, `] "${resource}"`);
}

function messageOf(issues: TopologyIssue[]): string {
  const lines = issues.map((issue) => (issue.path === "" ? issue.message : `${placeOf(issue)}: ${issue.message}`));
  if (lines.length === 1 && issues[0]?.path === "") return lines.join("");
  const count = lines.length === 1 ? "1 mistake" : `${lines.length} mistakes`;
  return `The topology has ${count}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
