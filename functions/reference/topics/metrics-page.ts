import {
  FUNCTION_DIMENSION,
  KIND_DIMENSION,
  METRICS,
  type Metric,
  NAMESPACE,
  TOPOLOGY_DIMENSION,
} from "../../ensure/telemetry/metric-names.ts";
import { membersOf } from "../declarations/interface.ts";
import { code, page, table } from "../markdown.ts";

export function metricsPage(): string {
  return page(
    "# Metrics and alarms",
    "<!-- Written by `npm run -s reference` from functions/ensure/telemetry/metric-names.ts and cdk/construct/options/alarm-options.ts. -->",
    `Each run writes its metrics in CloudWatch's embedded format: namespace \`${NAMESPACE}\`, dimensions \`${TOPOLOGY_DIMENSION}\` and \`${FUNCTION_DIMENSION}\` (the function's name). What a run does not know, it leaves out.`,
    table(
      ["metric", "unit", "statistic", `also by \`${KIND_DIMENSION}\``, "run with `only`", "value"],
      Object.entries<Metric>(METRICS).map(([name, metric]) => [
        code(name),
        metric.unit,
        metric.addsUp ? "sum" : "maximum",
        metric.byKind ? "yes" : "",
        metric.ofTheWhole ? "not written" : "",
        metric.text,
      ]),
    ),
    `The dimension \`${KIND_DIMENSION}\` is \`stream\`, \`kv\`, \`object\` or \`consumer\`.`,
    "## Alarms",
    "Each alarm is there unless its option is `false`:",
    table(
      ["option of `alarms`", "default", "in alarm while"],
      membersOf("cdk/construct/options/alarm-options.ts", "AlarmOptions").map(({ name, byDefault = "", text }) => [
        code(name),
        byDefault,
        text,
      ]),
    ),
  );
}
