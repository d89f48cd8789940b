import { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { addExportVerb } from "./export-verb.ts";
import { addRunVerb } from "./run-verb.ts";
import { addValidateVerb } from "./validate.ts";

const AFTER = `
Start here:
  jetstream-ensure plan --topology my.yaml      what would change; writes nothing
  jetstream-ensure ensure --topology my.yaml    change it; deletes nothing, loses no message
  jetstream-ensure export --output my.yaml      what the broker has, as a topology to begin with
  jetstream-ensure plan --help                  how to log in, and more

Exit codes:
  0  the broker is as declared: converged (ensure), nothing to do (plan)
  2  drift remains, or after ensure something is settling
  1  error: wrong usage or topology, no answer from the broker, or a resource that failed

Logging in is as with the nats command line. Each setting is taken from the first of:
  1. the options
  2. the environment: NATS_URL NATS_CREDS NATS_NKEY NATS_USER NATS_PASSWORD NATS_TOKEN NATS_JWT NATS_SEED
     NATS_CERT NATS_KEY NATS_CA
  3. a context of the nats command line: --context, else NATS_CONTEXT, else the one that "nats context select" chose
     (in $XDG_CONFIG_HOME/nats or ~/.config/nats); --no-context for none. It counts beside --server, too.
A way to log in (as --creds, or user and password in a URL) sets those further down aside.`;

/**
 * Creates the command line. Parsing throws commander's errors and does not end the process, so that all printed text
 * gets out.
 */
export function createProgram(): Command {
  const program = new Command("jetstream-ensure")
    .description("Keeps a broker's JetStream resources as a file declares them.")
    .version(manifest.version)
    .exitOverride()
    .showHelpAfterError("(--help shows what there is)")
    .addHelpText("after", AFTER);
  addRunVerb(program, "plan");
  addRunVerb(program, "ensure");
  addExportVerb(program);
  addValidateVerb(program);
  return program;
}
