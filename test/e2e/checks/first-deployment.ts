import { isDeepStrictEqual } from "node:util";
import kanade from "../../../cdk/kanade.ts";
import { resolveTopology } from "../../../lib/topology/index.ts";
import { counted } from "../function.ts";
import { storedMessages, storeMessages, streamNames } from "../messages.ts";
import { reasonOf } from "../stack.ts";
import type { Check } from "../witness.ts";

/** So often that one run of this can wait for it. */
export const SCHEDULE = "rate(1 minute)";

/** What everybody forgets once. */
export const withoutParameters: Check = {
  name: "A first deployment without the credentials in Parameter Store fails, and says what to do",
  async run({ stack, context, broker }, { expect, see }) {
    const { code, status, hook, seconds, output } = await stack.deploy({ ...context, schedule: SCHEDULE });
    if (hook.length === 0) see(output.slice(-1500));
    const failed = hook.find(({ ResourceStatus }) => ResourceStatus === "CREATE_FAILED");
    const sentence = reasonOf(failed);
    expect("cdk deploy fails", code === 1, `exit code ${code} after ${seconds.toFixed(1)} s`);
    expect(
      "the event of the deploy hook says why",
      /SSM has no parameters .*: create them as Secure/.test(sentence),
      sentence,
    );
    expect("CloudFormation takes everything back", status === "ROLLBACK_COMPLETE", status);
    expect("the broker was not written to", (await broker.counts.writes()).length === 0);
    return sentence;
  },
};

export const created: Check = {
  name: "The deploy hook creates the 22 resources during the deployment",
  needed: true,
  async run(stage, { expect, see }) {
    const { stack, broker, context } = stage;
    await stage.putUser();
    await stage.putPassword();
    await broker.counts.forget();
    const began = new Date();

    const { code, status, seconds, hook, events, output } = await stack.deploy({ ...context, schedule: SCHEDULE });

    if (code !== 0) see(output.slice(-1500));
    expect("cdk deploy", code === 0 && status === "CREATE_COMPLETE", `${status} after ${seconds.toFixed(1)} s`);
    const declared = resolveTopology(kanade).resources.map(({ enforced: { name } }) => String(name));
    const names = await streamNames(broker.nc);
    expect(
      "at the broker are the 22 streams of the topology, buckets included",
      isDeepStrictEqual(names, declared.toSorted()),
    );
    const writes = await broker.counts.writes();
    const creations = writes.filter((subject) => subject.startsWith("$JS.API.STREAM.CREATE."));
    expect("the broker counted 22 writes, each a creation", creations.length === 22 && writes.length === 22, writes[0]);
    const run = await (await stage.logs()).awaitRun("deploy", began, 5000);
    expect(
      "one run of the function made them, for the deployment",
      run?.summary.created === 22,
      run && `trigger ${run.trigger}: ${counted(run)}`,
    );
    const [before, after] = [hook.at(0)?.Timestamp, hook.at(-1)?.Timestamp];
    const whole = events.findLast(({ ResourceType }) => ResourceType === "AWS::CloudFormation::Stack")?.Timestamp;
    const isDuring = Boolean(run && before && after && whole && before <= run.at && run.at <= after && after <= whole);
    const times = [before, run?.at, after, whole].map((each) => each?.toISOString().slice(11, 23));
    expect("between the hook's two events, and before the stack was done", isDuring, times.join(" ≤ "));
    const { name } = await stage.fn();
    see(`The stack's outputs: FunctionName ${name}, LogGroupName ${await stack.output("LogGroupName")}`);
    await storeMessages(broker.hand);
    stage.stored = await storedMessages(broker.nc);
    see(`Now it is used: ${stage.stored.count} messages in four of its streams.`);
    return `${status} in ${seconds.toFixed(1)} s; ${writes.length} writes at the broker; log: ${run && counted(run)}, trigger deploy`;
  },
};

export const nothingChanged: Check = {
  name: "A second deployment with nothing changed does nothing",
  async run({ stack, broker, context, logs }, { expect }) {
    await broker.counts.forget();
    const began = new Date();
    const { code, output, hook, seconds } = await stack.deploy({ ...context, schedule: SCHEDULE });
    expect("cdk deploy", code === 0, /Kanade \(no changes\)/.exec(output)?.[0] ?? output.slice(-500));
    expect("the deploy hook has no event", hook.length === 0);
    const deploys = (await (await logs()).runs(began)).filter(({ trigger }) => trigger === "deploy");
    expect("the log has no run for a deployment", deploys.length === 0);
    const writes = await broker.counts.writes();
    expect("the broker counted no write", writes.length === 0, writes.join(", ") || "0");
    return `no changes, no event of the hook, no run, 0 writes; ${seconds.toFixed(1)} s`;
  },
};
