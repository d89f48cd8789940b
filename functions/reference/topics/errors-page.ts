import { ERROR_CLASSES } from "../../../lib/jetstream/errors/broker-error.ts";
import { ERROR_CLASS_HELP } from "../../../lib/jetstream/errors/error-classes.ts";
import { ERROR_CODES } from "../../../lib/jetstream/errors/error-codes.ts";
import { code, page, table } from "../markdown.ts";

export function errorsPage(): string {
  return page(
    "# Errors",
    "<!-- Written by `npm run -s reference` from lib/jetstream/errors/error-classes.ts and lib/jetstream/errors/error-codes.ts. -->",
    "A resource or a run that failed has an `error` in the [result](results.md): its class, a sentence, and the server's code where a server answered.",
    "## Classes",
    table(
      ["class", "what it is", "what to do"],
      ERROR_CLASSES.map((name) => [code(name), ERROR_CLASS_HELP[name].meaning, ERROR_CLASS_HELP[name].advice]),
    ),
    "## Codes of the server",
    "The `err_code` in the server's answer. A code that is not in this table is a refused config (class `config`), and the server's own text says why.",
    table(
      ["code", "what the server says", "class", "sent again", "what to do"],
      Object.entries(ERROR_CODES).map(([number, each]) => [
        number,
        each.meaning,
        code(each.class),
        each.retry ? "yes" : "",
        each.advice ?? "",
      ]),
    ),
    "*Sent again*: the same request may succeed a moment later, so the run repeats it.",
  );
}
