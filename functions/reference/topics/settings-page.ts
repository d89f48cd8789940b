import { VARIABLES } from "../../ensure/variables.ts";
import { type Member, membersOf } from "../declarations/interface.ts";
import { commentAbove } from "../declarations/source-comments.ts";
import { code, page, table } from "../markdown.ts";

/** The interfaces that a construct's props are made of, each under its own heading. */
const PROPS: [path: string, name: string][] = [
  ["cdk/construct/options/props.ts", "JetStreamEnsureProps"],
  ["cdk/construct/options/broker-credentials.ts", "BrokerCredentials"],
  ["cdk/construct/options/broker-credentials.ts", "TlsFiles"],
  ["cdk/construct/options/deploy-options.ts", "DeployOptions"],
  ["cdk/construct/options/dashboard-options.ts", "DashboardOptions"],
];

export function settingsPage(): string {
  return page(
    "# Settings",
    "<!-- Written by `npm run -s reference` from the declarations in cdk and functions/ensure/variables.ts. -->",
    "## Props of the construct",
    "`new JetStreamEnsure(scope, id, props)`. The options of `alarms` are with the [metrics](metrics.md#alarms).",
    ...PROPS.flatMap(([path, name]) => [
      `### \`${name}\``,
      table(["prop", "type", "default", "what it says"], membersOf(path, name).map(rowOf)),
    ]),
    "### `ParameterSource`",
    commentAbove("cdk/construct/options/broker-credentials.ts", "ParameterSource"),
    "## Variables of the function",
    "The construct sets these environment variables. A function of your own needs them set:",
    table(
      ["variable", "what it says"],
      Object.entries(VARIABLES).map(([name, text]) => [code(name), text]),
    ),
  );
}

function rowOf({ name, optional, type, byDefault, text }: Member): string[] {
  return [code(name), code(type), byDefault ?? (optional ? "" : "required"), text];
}
