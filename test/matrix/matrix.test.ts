import { beforeAll, describe, expect, it } from "vitest";
import { versions } from "../support/versions.ts";
import type { Case } from "./case.ts";
import { ALL_CASES, canBeLive } from "./cases.ts";
import { cluster, standalone } from "./grounds.ts";
import type { Judgement } from "./judge.ts";
import { type Ground, measure } from "./measure.ts";
import { cellOf } from "./row.ts";
import { titleOf } from "./stage.ts";

const WITHIN_MS = 180_000;

describe.each(versions)("nats-server %s does what the table says", (version) => {
  isAsTheTableSays(
    version,
    ALL_CASES.filter(({ clustered }) => !clustered),
    () => standalone(version),
  );
});

// On 2.9 each create in a cluster takes half a second, and what differs here is the same as on 2.10.
const inClusters = versions.filter((version) => !version.startsWith("2.9."));
describe.each(inClusters)("a cluster of nats-server %s does what the table says", (version) => {
  isAsTheTableSays(
    version,
    ALL_CASES.filter(({ clustered }) => clustered),
    () => cluster(version),
  );
});

/** All cases share one server: each has a resource of its own on it. */
function isAsTheTableSays(version: string, meant: Case[], start: () => Promise<Ground & AsyncDisposable>): void {
  const cases = meant.filter((each) => canBeLive(each, version));
  let judged: Judgement[] = [];
  beforeAll(async () => {
    await using ground = await start();
    judged = await measure(ground, cases);
  }, WITHIN_MS);

  for (const [at, each] of cases.entries()) {
    it(titleOf(each), ({ task }) => {
      const judgement = judged[at];
      if (!judgement) throw new Error("it was not measured");
      task.meta.matrix = cellOf(each, version, judgement);
      expect(judgement.problems).toEqual([]);
    });
  }
}
