import { isDeepStrictEqual } from "node:util";
import { counted } from "../function.ts";
import { streamNames } from "../messages.ts";
import { changed, topologyFile } from "../topologies.ts";
import type { Check } from "../witness.ts";

/** The schedule is off from here on: what happens now is what each check does. */
export const changedTopology: Check = {
  name: "A changed topology, deployed, is applied by the deployment",
  needed: true,
  async run(stage, { expect, see }) {
    const { stack, broker, context, dir } = stage;
    const topology = topologyFile(dir, "changed", changed);
    await broker.counts.forget();
    const began = new Date();
    const { code, status, seconds, output } = await stack.deploy({ ...context, schedule: "off", topology });
    if (code !== 0) see(output.slice(-1500));
    expect(
      "cdk deploy -c topology=changed.json",
      code === 0 && status === "UPDATE_COMPLETE",
      `${status} after ${seconds.toFixed(1)} s`,
    );
    const run = await (await stage.logs()).awaitRun("deploy", began, 5000);
    const isSo = run?.summary.created === 1 && run.summary.updated === 1 && run.summary.unchanged === 21;
    expect("the run for the deployment", isSo, run && counted(run));
    for (const { message } of run?.resources ?? []) see(`log: ${message}`);
    const writes = await broker.counts.writes();
    const expected = ["$JS.API.STREAM.CREATE.KV_maintenance", "$JS.API.STREAM.UPDATE.RESULTS"];
    expect("the broker counted two writes", isDeepStrictEqual(writes.toSorted(), expected), writes.join(", "));
    expect("and has 23 streams", (await streamNames(broker.nc)).length === 23);
    return `${status} in ${seconds.toFixed(1)} s; ${run?.resources.map(({ message }) => message).join("; ")}`;
  },
};
