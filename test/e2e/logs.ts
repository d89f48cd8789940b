import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Mode, ReportedDifference, Summary } from "../../lib/report/result.ts";

/** The function's own lines: JSON with these keys, of which each kind of line has some. */
export interface LogLine {
  /** Of a failure. */
  class?: string;
  level: string;
  message: string;
  timestamp: string;
  event?: "resource" | "run" | "failure" | "warning" | "rollback";
  trigger?: string;
  mode?: Mode;
  planId?: string;
  summary?: Summary;
  id?: string;
  outcome?: string;
  differences?: ReportedDifference[];
  function_request_id?: string;
  function_name?: string;
}

/** A run as the log tells of it. */
export interface LoggedRun {
  trigger: string;
  summary: Summary;
  at: Date;
  /** A line for each resource that was not as declared. */
  resources: LogLine[];
}

export interface Logs {
  /** Every line of every group, by group: as they are, those of Lambda and of other functions too. */
  everything(): Promise<Map<string, string[]>>;
  /** All lines of the function's group, as they are. */
  text(): Promise<string[]>;
  lines(): Promise<LogLine[]>;
  /** Has everything in the log that was printed so far. */
  flush(): Promise<void>;
  /** The runs since a moment, oldest first: all of them, whatever was still under way to the log. */
  runs(since: Date): Promise<LoggedRun[]>;
  /** The first such run that the log tells of; undefined where there is none in time. */
  awaitRun(trigger: string, since: Date, withinMs: number): Promise<LoggedRun | undefined>;
}

/**
 * @param flush invokes the function once more. The emulator reads what a function printed for some milliseconds after its
 *   answer; what comes later, on a busy machine, it writes into the log at the next invocation.
 */
export function logsOf(group: string, flush: () => Promise<unknown> = async () => undefined): Logs {
  const client = new CloudWatchLogsClient({});

  async function textOf(logGroupName: string): Promise<string[]> {
    const messages: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new FilterLogEventsCommand({ logGroupName, ...(nextToken === undefined ? {} : { nextToken }) }),
      );
      messages.push(...(page.events ?? []).map(({ message = "" }) => message));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return messages;
  }

  async function lines(): Promise<LogLine[]> {
    return (await textOf(group)).flatMap((text) => {
      const parsed: unknown = text.startsWith("{") ? JSON.parse(text) : undefined;
      return parsed && typeof parsed === "object" && "level" in parsed ? [parsed as LogLine] : [];
    });
  }

  async function runsNow(since: Date): Promise<LoggedRun[]> {
    const all = (await lines()).filter(({ timestamp }) => new Date(timestamp) >= since);
    return all.flatMap((line) => {
      if (line.event !== "run" || line.summary === undefined || line.trigger === undefined) return [];
      const ofRun = ({ event, function_request_id: id }: LogLine) =>
        event === "resource" && id === line.function_request_id;
      const at = new Date(line.timestamp);
      return [{ trigger: line.trigger, summary: line.summary, at, resources: all.filter(ofRun) }];
    });
  }

  return {
    async everything() {
      const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({}));
      const names = logGroups.flatMap(({ logGroupName }) => logGroupName ?? []);
      return new Map(await Promise.all(names.map(async (name) => [name, await textOf(name)] as const)));
    },
    text: () => textOf(group),
    lines,
    flush: async () => void (await flush()),
    async runs(since) {
      await flush();
      return runsNow(since);
    },
    async awaitRun(trigger, since, withinMs) {
      for (const end = performance.now() + withinMs; ; await sleep(250)) {
        const found = (await runsNow(since)).find((run) => run.trigger === trigger);
        if (found || performance.now() >= end) return found;
        await flush();
      }
    },
  };
}
