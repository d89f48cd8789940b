import { expect, it } from "vitest";
import { ENSURE, resultOf, startStage } from "./stage.ts";

/** MiB: Lambda's smallest function. Node's heap is as large as Lambda makes it there. */
const SMALLEST = 128;

it.each([
  ["kanade", 22],
  ["thousand", 1000],
] as const)(
  "a function of 128 MiB is enough for the topology %s, created and then checked",
  async (topology, count) => {
    await using stage = await startStage({ topology, change: { memoryMiB: SMALLEST } });
    const { lambda } = stage;

    const first = await lambda.invoke(ENSURE);
    const creating = await lambda.environment().peakMiB();
    const second = await lambda.invoke(ENSURE);
    const third = await lambda.invoke(ENSURE);
    const peak = await lambda.environment().peakMiB();

    const times = [first, second, third].map(({ durationMs }) => `${Math.round(durationMs)} ms`);
    process.stderr.write(
      `${topology}, ${count} resources: ${creating.toFixed(0)} MiB creating, ${peak.toFixed(0)} MiB after two steady runs ` +
        `(${times.join(", ")})\n`,
    );
    expect(resultOf(first).summary.created).toBe(count);
    expect([second, third].map((each) => resultOf(each).summary.unchanged)).toEqual([count, count]);
    expect(peak).toBeLessThan(SMALLEST);
  },
);
