import { expect, it } from "vitest";
import type { Topology } from "../../lib/topology/index.ts";
import { rival } from "./caller-scenarios.ts";
import { command } from "./command.ts";
import { lostOf, messagesNow, shop } from "./goods.ts";
import { judgeAfterwards, judgeTold } from "./judge.ts";
import { rowOf } from "./row.ts";
import { type Scenario, WRITE } from "./scenario.ts";
import { type Stage, setUp } from "./stage.ts";

const WITHIN_MS = 30_000;

const TOGETHER: (Pick<Scenario, "name" | "expected"> & { other: Topology })[] = [
  { name: "two processes ensure one topology at once", other: shop, expected: { outcome: "converged" } },
  {
    name: "two processes ensure topologies that differ",
    other: rival,
    expected: { outcome: ["converged", "held", "failed"], classes: ["conflict"] },
  },
];

for (const { name, other, expected } of TOGETHER) {
  it(name, async ({ task }) => {
    await using stage = await setUp();
    const before = await messagesNow(await stage.connect());
    holdUntilBothWrite(stage);

    const running = [await command(stage, shop), await command(stage, other)];
    const told = await Promise.all(running.map((each) => each.told));
    task.meta.faults = told.map((each, at) => rowOf("at the caller", `${name} (${at + 1})`, expected, each));

    for (const each of told) judgeTold(each, expected, WITHIN_MS);
    await judgeAfterwards(stage.server, shop);
    expect(lostOf(before, await messagesNow(await stage.connect()))).toEqual([]);
  });
}

/** The first write of one waits for the first of the other: both have planned, and for the same state. */
function holdUntilBothWrite({ proxy }: Stage): void {
  const both = Promise.withResolvers<void>();
  proxy.when(WRITE, () => {
    proxy.when(WRITE, () => both.resolve());
    return both.promise;
  });
}
