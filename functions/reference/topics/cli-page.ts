import type { Command, Option } from "commander";
import { createProgram } from "../../cli/program.ts";
import { commentAbove } from "../declarations/source-comments.ts";
import { code, page, table } from "../markdown.ts";

const LOGIN_GROUP = "Logging in:";

export function cliPage(): string {
  const { commands } = createProgram();
  const login = commands.find((command) => optionsOf(command).some(isLogin));
  return page(
    "# Command line",
    "<!-- Written by `npm run -s reference` from the commands in functions/cli. -->",
    "## Exit codes",
    commentAbove("functions/cli/exit-code.ts", "exitCodeOf"),
    ...commands.flatMap(commandBlocks),
    "## Logging in",
    optionTable(login ? optionsOf(login).filter(isLogin) : []),
  );
}

const isLogin = (option: Option) => option.helpGroupHeading === LOGIN_GROUP;
const optionsOf = (command: Command) => command.options.filter((option) => !option.hidden);

function commandBlocks(command: Command): string[] {
  const options = optionsOf(command);
  return [
    `## \`${command.name()}\``,
    command.description(),
    optionTable(options.filter((option) => !isLogin(option))),
    options.some(isLogin) ? "It takes the options for [logging in](#logging-in), too." : "",
  ];
}

function optionTable(options: Option[]): string {
  return table(["option", "default", "what it does"], options.map(optionRow));
}

function optionRow(option: Option): string[] {
  const choices = option.argChoices ? `${option.argChoices.map(code).join(", ")}; ` : "";
  const { defaultValue, defaultValueDescription } = option;
  // An option that negates (--no-color) has `true` as its default: that is no word of its own.
  const byDefault = defaultValueDescription ?? (option.negate ? "" : defaultValue);
  return [code(option.flags), byDefault === undefined ? "" : String(byDefault), `${choices}${option.description}`];
}
