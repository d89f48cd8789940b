import { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { addRunVerb } from "./run-verb.ts";
import { addValidateVerb } from "./validate.ts";

const AFTER = `
Start here:
  jetstream-ensure plan --topology my.yaml      what would change; writes nothing
  jetstream-ensure ensure --topology my.yaml    change it; deletes nothing, loses no message
  jetstream-ensure plan --help                  how to log in, and more

Exit codes:
  0  the broker is as declared: converged (ensure), nothing to do (plan)
  2  drift remains
  1  error: wrong usage or topology, no answer from the broker, or a resource that failed

Environment (an option goes before its variable; the same as of the nats command line):
  NATS_URL NATS_CREDS NATS_NKEY NATS_USER NATS_PASSWORD NATS_TOKEN NATS_CERT NATS_KEY NATS_CA`;

/** The command line. Parsing throws commander's errors rather than ending the process: what is printed gets out. */
export function createProgram(): Command {
  const program = new Command("jetstream-ensure")
    .description("Keeps a broker's JetStream resources as a file declares them.")
    .version(manifest.version)
    .exitOverride()
    .showHelpAfterError("(--help shows what there is)")
    .addHelpText("after", AFTER);
  addRunVerb(program, "plan");
  addRunVerb(program, "ensure");
  addValidateVerb(program);
  return program;
}
