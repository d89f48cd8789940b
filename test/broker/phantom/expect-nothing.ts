import { expect } from "vitest";
import type { Topology } from "../../../lib/topology/index.ts";
import { isAsDeclared, runOn } from "../../support/run.ts";

/** What a topology has to say of live resources that were made for it: nothing at all, and no write; also if exact. */
export async function expectNothing(server: { url: string }, topology: Topology): Promise<void> {
  for (const exact of [false, true]) {
    const plan = await runOn(server, { ...topology, exact }, { mode: "plan" });
    const noted = plan.resources.filter(({ differences, undeclared }) => differences.length + undeclared.length > 0);
    expect(noted).toEqual([]);
    const run = await runOn(server, { ...topology, exact });
    expect([isAsDeclared(run), run.requests.write]).toEqual([true, 0]);
  }
}
