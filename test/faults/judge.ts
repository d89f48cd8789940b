import { expect } from "vitest";
import type { Credentials } from "../../lib/jetstream/connect/credentials.ts";
import type { Result } from "../../lib/report/result.ts";
import type { Topology } from "../../lib/topology/index.ts";
import { isAsDeclared, runOn } from "../support/run.ts";
import type { Expected, Told } from "./scenario.ts";
import { LOGIN, PASSWORD } from "./stage.ts";

/** (a) What happened is said in a sentence, without a stack or a secret; (b) in time. */
export function judgeTold(told: Told, expected: Expected, withinMs: number): void {
  const { outcome, classes = [], says } = expected;
  expect([outcome].flat(), `${told.outcome}: ${told.sentence}`).toContain(told.outcome);
  expect(
    told.classes.filter((each) => !classes.includes(each)),
    told.sentence,
  ).toEqual([]);
  if (told.outcome === "failed") expect(told.classes.length).toBeGreaterThan(0);
  if (says) expect(told.sentence).toMatch(says);
  expect(told.everything).not.toMatch(/^ +at .*[:)]/m);
  expect(told.everything).not.toContain("This is a bug");
  expect(told.everything).not.toContain("The run did not end within");
  expect(told.everything).not.toContain(PASSWORD);
  expect(told.durationMs).toBeLessThan(withinMs);
}

/** (c) One clean run converges, and the next one writes nothing. */
export async function judgeAfterwards(
  server: { url: string },
  topology: Topology,
  credentials: Credentials = LOGIN,
): Promise<void> {
  const clean = await runOn(server, topology, { connection: { credentials } });
  const next = await runOn(server, topology, { connection: { credentials } });
  expect({ ...brief(clean), writes: 0 }).toEqual({ converged: true, open: [], writes: 0 });
  expect(brief(next)).toEqual({ converged: true, open: [], writes: 0 });
}

/** What a failing test shows. */
function brief({ converged, resources, requests, error }: Result) {
  const open = resources.filter(({ outcome }) => !["unchanged", "created", "updated"].includes(outcome));
  return { converged: isAsDeclared({ converged, resources }), open: error ? [error] : open, writes: requests.write };
}
