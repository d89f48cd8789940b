import { type ServerFields, unknownFields } from "./nats-server/wire-fields.ts";

const USAGE =
  "Usage: npm run -s server:fields -- SOURCE [OLDER_SOURCE]\n" +
  "SOURCE is the folder of a nats-server's source. With an older one, what that has too is left out.\n";

const HEADINGS: Record<keyof ServerFields, string> = {
  configs: "Config fields that lib/jetstream/types.ts does not have:",
  answers: "Fields of answers that nothing reads:",
  errors: "Error codes that nobody has looked at (lib/jetstream/errors/error-codes.ts):",
};

/**
 * `npm run server:fields`: what a server's source has on the wire and this project does not. Exit 0: nothing; 2: what
 * is printed; 1: no source there.
 */
async function main([source, older]: string[]): Promise<number> {
  if (source === undefined) {
    process.stderr.write(USAGE);
    return 1;
  }
  const found = await unknownFields(source);
  const before = older === undefined ? undefined : await unknownFields(older, { older: true });
  let isNew = false;
  for (const kind of ["configs", "answers", "errors"] as const) {
    const items = found[kind].filter((item) => !before?.[kind].includes(item));
    if (items.length === 0) continue;
    isNew = true;
    process.stdout.write(`${HEADINGS[kind]}\n${items.map((item) => `  ${item}\n`).join("")}`);
  }
  if (!isNew) process.stdout.write("Nothing that this project does not know.\n");
  return isNew ? 2 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
