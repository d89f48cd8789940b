import { type Member, membersOf } from "../declarations/interface.ts";
import { commentAbove, sourceOf } from "../declarations/source-comments.ts";
import { code, page, table } from "../markdown.ts";

const PATH = "functions/ensure/telemetry/log-lines.ts";

/** Lines that are about a run: they have its keys. */
const OF_A_RUN: Readonly<Record<string, string[]>> = {
  ResourceLine: ["RunKeys"],
  WarningLine: ["RunKeys"],
  FailureLine: ["RunKeys"],
  RunLine: ["RunKeys", "PartKeys"],
  LookLine: ["RunKeys", "PartKeys"],
  WaitingLine: ["RunKeys", "PartKeys"],
};

export function logKeysPage(): string {
  const lines = [...sourceOf(PATH).matchAll(/^export interface (\w+Line) /gm)].map(([, name = ""]) => name);
  return page(
    "# Log keys",
    "<!-- Written by `npm run -s reference` from functions/ensure/telemetry/log-lines.ts. -->",
    "The function logs JSON lines. Each has the keys of [Powertools for AWS Lambda](https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/) (`level`, `message`, `timestamp`, `service`, `function_name`, `function_request_id` and others) and `topology`, once the topology's name is known. `event` says which line it is:",
    ...lines.flatMap((name) => section(name)),
  );
}

function section(name: string): string[] {
  const members = membersOf(PATH, name);
  const event = members.find((member) => member.name === "event")?.type ?? "";
  const shared = (OF_A_RUN[name] ?? []).flatMap((keys) => membersOf(PATH, keys));
  const rows = [...shared, ...members.filter((member) => member.name !== "event")].map(rowOf);
  const keys = rows.length > 0 ? [table(["key", "type", "what it says"], rows)] : [];
  const note = name === "FailureLine" ? ["It has the keys of a run where there was one."] : [];
  return [`## \`${event.replaceAll('"', "")}\``, commentAbove(PATH, name), ...note, ...keys];
}

/** Where the result has a value of a named type: its page shows the fields. */
const IN_RESULT: Readonly<Record<string, string>> = {
  Mode: "mode",
  Outcome: "resources[].outcome",
  "ReportedDifference[]": "resources[].differences",
  "ReportedUndeclared[]": "resources[].undeclared",
  ErrorClass: "resources[].error.class",
  Settling: "resources[].settling",
  Summary: "summary",
  "BrokerFacts | null": "broker",
  "Orphan[]": "orphans",
};

function typeCell(type: string): string {
  const [, ofResult] = /^Result\["(\w+)"\]$/.exec(type) ?? [];
  const place = IN_RESULT[type] ?? ofResult;
  return place === undefined ? code(type) : `as ${code(place)} of the [result](results.md)`;
}

function rowOf({ name, optional, type, text }: Member): string[] {
  return [code(name), typeCell(type.replace(/ \| undefined$/, "")), `${text}${optional ? " Not always there." : ""}`];
}
