import { type ILogGroup, QueryDefinition, QueryString, type QueryStringProps } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { ResolvedTopology } from "../../lib/topology/index.ts";

/** Creates saved queries over the log, for CloudWatch Logs Insights. */
export function savedQueries(parent: Construct, { logs, topology }: { logs: ILogGroup; topology: ResolvedTopology }) {
  const scope = new Construct(parent, "Queries");
  for (const [name, query] of Object.entries(queriesOf(topology))) {
    new QueryDefinition(scope, name.replaceAll(" ", ""), {
      // The console shows the part before a slash as a folder.
      queryDefinitionName: `${parent.node.path}/${name}`,
      queryString: new QueryString(query),
      logGroups: [logs],
    });
  }
}

/** The queries by name. They use the keys of the function's log (functions/ensure/telemetry/log-lines.ts). */
function queriesOf(topology: ResolvedTopology): Record<string, QueryStringProps> {
  // An id that contains a quote would end the query's string too early.
  const example = topology.resources.find(({ id }) => !/["'`\\]/.test(id))?.id ?? "stream/NAME";
  const resources = 'event = "resource"';
  const isDrift = 'outcome in ["held", "failed", "toCreate", "toUpdate"]';
  return {
    "Latest drift": {
      filterStatements: [resources, isDrift],
      statsStatements: ["latest(@timestamp) as seen, latest(outcome) as how, latest(message) as what by id"],
      sort: "seen desc",
    },
    "History of one resource": {
      fields: ["@timestamp", "trigger", "mode", "outcome", "message", "planId"],
      filterStatements: [resources, `id = "${example}"`],
      sort: "@timestamp desc",
    },
    "What flips most often": {
      filterStatements: [resources, 'outcome in ["created", "updated"]'],
      statsStatements: [
        "count(*) as times, min(@timestamp) as first, max(@timestamp) as last, latest(message) as what by id",
      ],
      sort: "times desc",
    },
    "How long each has drifted": {
      filterStatements: [resources, isDrift],
      statsStatements: [
        "min(@timestamp) as since, max(@timestamp) as until, count(*) as runs, " +
          "(max(@timestamp) - min(@timestamp)) / 3600000 as hours by id",
      ],
      sort: "hours desc",
    },
  };
}
