import { isDeepStrictEqual } from "node:util";
import { counted } from "../function.ts";
import { streamNames } from "../messages.ts";
import { type Deployment, reasonOf } from "../stack.ts";
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

export const cannotBeCreated: Check = {
  name: "A resource that cannot be created fails the deployment, which is undone cleanly",
  async run(stage, witness) {
    const { stack, broker, context, dir } = stage;
    const before = await streamNames(broker.nc);
    const { version } = await (await stage.fn()).invoke(events.plan);
    const topology = topologyFile(dir, "too-large", tooLarge);

    const deployment = await stack.deploy({ ...context, schedule: "off", topology });

    const sentence =
      /^Error: 1 of 24 resources failed\. stream\/HUGE could not be created.*\(10047\)\. It asks for 1TiB/;
    const reason = failedCleanly(witness, deployment, sentence);
    const after = await streamNames(broker.nc);
    witness.expect("the broker has what it had", isDeepStrictEqual(after, before), `${after.length} streams`);
    const planned = await (await stage.fn()).invoke(events.plan);
    const isSo =
      planned.version === version && planned.result !== undefined && counted(planned.result) === "unchanged 23";
    witness.expect(
      "the function of before works",
      isSo,
      planned.result && `version ${planned.version}: ${counted(planned.result)}`,
    );
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
    const lines = await (await stage.logs()).lines();
    const pardon = lines.find(({ event, timestamp }) => event === "rollback" && new Date(timestamp) >= began);
    witness.expect("the log says why the rollback was let through", pardon !== undefined, pardon?.message);
    await broker.start();
    const result = await (await stage.fn()).run(events.ensure);
    witness.expect(
      "the broker is up again, and the function works",
      counted(result) === "unchanged 23",
      counted(result),
    );
    return `${deployment.status} with the broker down; “${reason}”`;
  },
};
