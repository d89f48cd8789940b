import type { ReportedResource } from "../../lib/report/result.ts";

/** What a report says of a resource, for texts that are compared with a file. */
export function resourceLines({ id, outcome, owner, differences, undeclared, error }: ReportedResource): string[] {
  const show = (value: unknown) => JSON.stringify(value) ?? "–";
  return [
    `${id} ${outcome}${owner ? ` of ${owner}` : ""}${error ? ` ${error.class} ${error.code ?? ""}: ${error.message}` : ""}`,
    ...differences.map(({ field, live, declared, impact, outcome, reason, forecast }) => {
      const lost = forecast ? ` ${show(forecast)}` : "";
      return `  ${field} ${show(live)} → ${show(declared)} ${impact}, ${outcome}${reason ? `: ${reason}` : ""}${lost}`;
    }),
    ...undeclared.map(({ field, live }) => `  undeclared ${field} ${show(live)}`),
  ];
}
