import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT } from "../../functions/cli/exit-code.ts";
import { obtainServer } from "../../functions/local/own-server.ts";
import { shownPath } from "../../functions/local/places.ts";
import { runToEnd } from "../../functions/local/process/ending.ts";
import { changedTopology } from "./checks/change.ts";
import { destroyed } from "./checks/destroy.ts";
import { brokerDown, cannotBeCreated } from "./checks/failing.ts";
import { created, nothingChanged, withoutParameters } from "./checks/first-deployment.ts";
import { logged, noSecret } from "./checks/logs.ts";
import { announced, rotated } from "./checks/rotation.ts";
import { scheduled } from "./checks/schedule.ts";
import { approve, ensure, oneResource, plan } from "./checks/test-events.ts";
import { widget } from "./checks/widget.ts";
import { ownDirectory, setStage } from "./stage.ts";
import { obtainVenv } from "./venv.ts";
import { type Check, runChecks } from "./witness.ts";

/** In the order of a deployment's life; each finds the broker as the one before left it. */
const CHECKS: Check[] = [
  withoutParameters,
  created,
  nothingChanged,
  scheduled,
  changedTopology,
  plan,
  oneResource,
  ensure,
  approve,
  widget,
  rotated,
  announced,
  cannotBeCreated,
  brokerDown,
  logged,
  noSecret,
  destroyed,
];

const KEPT = fileURLToPath(new URL("../../.local/e2e", import.meta.url));
const INTERRUPTED = "Interrupted: ending the emulator and the broker, and removing what they stored.";

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** The kanade stack from its first deployment to its end, on an emulator of AWS and a real broker. Exit code 0: all is so. */
await runToEnd(INTERRUPTED, async (started) => {
  const begun = performance.now();
  const { python, from } = await obtainVenv(say);
  const { path: natsServer, version } = await obtainServer(say);
  const dir = await ownDirectory(started);
  const stage = await setStage({ dir, python, natsServer, started });
  const { emulator, broker } = stage;
  say(`An emulator of AWS from ${from}, on ${emulator.url}; nats-server ${version}, on ${broker.server.url}.`);

  const isSo = await runChecks(stage, CHECKS);

  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  await rm(KEPT, { recursive: true, force: true });
  if (isSo) say(`\nAll is so, in ${seconds} s. The emulator, the broker and what they stored are gone now.`);
  else {
    await cp(join(dir, "logs"), KEPT, { recursive: true });
    say(`\nNot all is so, after ${seconds} s. What the programs printed: ${shownPath(KEPT)}`);
  }
  return isSo ? EXIT.converged : EXIT.error;
});
