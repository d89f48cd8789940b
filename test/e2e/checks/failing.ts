import { isDeepStrictEqual } from "node:util";
import { counted } from "../function.ts";
import { streamNames } from "../messages.ts";
import { type Deployment, reasonOf } from "../stack.ts";
import type { Stage } from "../stage.ts";
import { another, tooLarge, topologyFile } from "../topologies.ts";
import type { Check, Witness } from "../witness.ts";
import { events } from "./test-events.ts";

/** A deployment that failed as it must, and was undone as it must. @returns the sentence in the stack's events */
function failedCleanly({ expect, see }: Witness, deployment: Deployment, sentence: RegExp): string {
  const { code, output, hook, status } = deployment;
  expect("cdk deploy fails", code === 1, `exit code ${code} after ${deployment.seconds.toFixed(1)} s`);
  const reason = reasonOf(hook.find(({ ResourceStatus }) => ResourceStatus === "UPDATE_FAILED"));
  expect("the hook's event in the stack says why", sentence.test(reason), reason);
  const told = output.replaceAll(/\s+/g, " ").includes(reason.slice(0, 80));
  expect("so does the terminal", told);
  see(`the hook's events: ${hook.map(({ ResourceStatus }) => ResourceStatus).join(", ")}`);
  expect("the stack got back", status === "UPDATE_ROLLBACK_COMPLETE", status);
  return reason;
}

/** The run of the failed deployment applied what it could; the rollback's run is of the topology before. */
async function tookBack({ broker, logs }: Stage, since: Date, { expect }: Witness): Promise<void> {
  const runs = await (await logs()).runs(since);
  const deploys = runs.filter(({ trigger }) => trigger === "deploy");
  const told = deploys.map(({ resources }) => resources.find(({ id }) => id === "stream/EVENTS")?.message ?? "nothing");
  const [there, back] = ["maxBytes 256MiB → 512MiB", "maxBytes 512MiB → 256MiB"];
  const isUndone = told.length === 2 && told[0]?.includes(there) === true && told[1]?.includes(back) === true;
  expect("what it had changed, the rollback took back", isUndone, told.join("; then "));
  const writes = await broker.counts.writes();
  // In any order: what does not depend on each other is written at once.
  const expected = ["$JS.API.STREAM.CREATE.HUGE", ...Array(2).fill("$JS.API.STREAM.UPDATE.EVENTS")];
  const isSo = isDeepStrictEqual(writes.toSorted(), expected);
  expect("the broker counted those two writes, and the creation it refused", isSo, writes.join(", "));
}

export const cannotBeCreated: Check = {
  name: "A resource that cannot be created fails the deployment, which is undone cleanly",
  async run(stage, witness) {
    const { stack, broker, context, dir } = stage;
    const before = await streamNames(broker.nc);
    const { version } = await (await stage.fn()).invoke(events.plan);
    const topology = topologyFile(dir, "too-large", tooLarge);
    await broker.counts.forget();
    const began = new Date();

    const deployment = await stack.deploy({ ...context, schedule: "off", topology });

    const sentence =
      /^Error: 1 of 24 resources failed\. stream\/HUGE could not be created.*\(10047\)\. It asks for 1TiB/;
    const reason = failedCleanly(witness, deployment, sentence);
    await tookBack(stage, began, witness);
    const after = await streamNames(broker.nc);
    witness.expect("the broker has the streams it had", isDeepStrictEqual(after, before), `${after.length} streams`);
    const { version: now, result } = await (await stage.fn()).invoke(events.plan);
    const isBefore = now === version && result !== undefined && counted(result) === "unchanged 23";
    witness.expect("the function of before works", isBefore, `version ${now}: ${result && counted(result)}`);
    return `${deployment.status}; “${reason}”`;
  },
};

export const brokerDown: Check = {
  name: "A broker that is down fails the deployment, which is undone cleanly though it is down still",
  async run(stage, witness) {
    const { stack, broker, context, dir } = stage;
    const topology = topologyFile(dir, "another", another);
    await broker.stop();
    const began = new Date();

    const deployment = await stack.deploy({ ...context, schedule: "off", topology });

    const sentence = /^Error: .*127\.0\.0\.1:\d+.*connection refused, so nothing listens there/;
    const reason = failedCleanly(witness, deployment, sentence);
    await broker.start();
    const result = await (await stage.fn()).run(events.ensure);
    witness.expect(
      "the broker is up again, and the function works",
      counted(result) === "unchanged 23",
      counted(result),
    );
    const log = await stage.logs();
    await log.flush();
    const lines = await log.lines();
    const pardon = lines.find(({ event, timestamp }) => event === "rollback" && new Date(timestamp) >= began);
    witness.expect("the log says why the rollback was let through", pardon !== undefined, pardon?.message);
    return `${deployment.status} with the broker down; “${reason}”`;
  },
};
