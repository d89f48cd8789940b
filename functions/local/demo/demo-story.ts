import { isDeepStrictEqual } from "node:util";
import type { Result, Summary } from "../../../lib/report/result.ts";
import type { Hand } from "./demo-hand.ts";
import { resourceOf, type Stage } from "./demo-stage.ts";

const STORED = ["RESULTS", "KV_jobs", "OBJ_result_output"];
const RESULTS = 5;
const REVISIONS = 3;
/** A chunk and its entry. */
const OBJECT = 2;

/** Create, no-op, drift, plan, mend, hold: on the kanade topology, and a broker that has nothing yet. */
export async function tellStory(stage: Stage, hand: Hand): Promise<void> {
  await create(stage, hand);
  await again(stage);
  await driftAndPlan(stage, hand);
  await mend(stage, hand);
  await hold(stage, hand);
}

async function create({ step, tell, run, check }: Stage, hand: Hand): Promise<void> {
  step("A broker that has nothing: ensure creates what the topology declares.");
  const { result, writesAtBroker } = await run("ensure", "all");
  check("22 created", is(result, { created: 22 }) && result.converged);
  check("the broker counted 22 writes", writesAtBroker === 22);

  tell("   Now it is used: 5 job results, a job with 3 revisions, an object.");
  for (let i = 1; i <= RESULTS; i++) await hand.publish(`results.pc-${i}`, `output of job ${i}`);
  for (let i = 1; i <= REVISIONS; i++) await hand.putKey("jobs", "nightly", `revision ${i}`);
  await hand.putObject("result_output", "nightly/pc-1", "output that is too large to be inline");
}

async function again({ step, run, check }: Stage): Promise<void> {
  step("The same again: nothing to do, so nothing is written.");
  const { result, writesAtBroker } = await run("ensure");
  check("22 unchanged", is(result, { unchanged: 22 }));
  check("the broker counted no write", writesAtBroker === 0);
}

async function driftAndPlan({ step, tell, run, check }: Stage, hand: Hand): Promise<void> {
  step("Somebody changes things by hand.");
  tell(
    "   stream RESULTS: its cap lowered from 2GiB to 1GiB",
    "   stream AUDIT: deleted",
    "   bucket jobs: history raised from 5 to 10",
    "   object store result_output: its cap of 1GiB taken off",
  );
  await hand.edit("RESULTS", { max_bytes: 1024 ** 3 });
  await hand.remove("AUDIT");
  await hand.edit("KV_jobs", { max_msgs_per_subject: 10 });
  await hand.edit("OBJ_result_output", { max_bytes: -1 });

  step("A plan finds all four, and writes nothing.");
  const { result, writesAtBroker } = await run("plan");
  check("1 to create, 3 to update", is(result, { unchanged: 18, toCreate: 1, toUpdate: 3 }));
  check("the broker counted no write", writesAtBroker === 0);
}

async function mend({ step, run, check }: Stage, hand: Hand): Promise<void> {
  step("Ensure mends it, and what was stored is still there.");
  const before = await hand.stored(...STORED);
  const { result, writesAtBroker } = await run("ensure");
  check("1 created, 3 updated", is(result, { unchanged: 18, created: 1, updated: 3 }) && result.converged);
  check("the broker counted 4 writes", writesAtBroker === 4);
  const after = await hand.stored(...STORED);
  const expected = [RESULTS, REVISIONS, OBJECT];
  check(
    `${RESULTS} results, ${REVISIONS} revisions of the job and the object, before and after`,
    isDeepStrictEqual(before, expected) && isDeepStrictEqual(after, expected),
  );
}

async function hold({ step, tell, run, check }: Stage, hand: Hand): Promise<void> {
  step("Drift that is in use: history is 10 again, and now the job has 8 revisions.");
  await hand.edit("KV_jobs", { max_msgs_per_subject: 10 });
  for (let i = REVISIONS + 1; i <= 8; i++) await hand.putKey("jobs", "nightly", `revision ${i}`);
  tell("   Back to 5 would cost three of them: that is for a person to decide.");
  const { result, writesAtBroker } = await run("ensure");
  const difference = resourceOf(result, "kv/jobs")?.differences.find(({ field }) => field === "history");
  check("kv/jobs is held, all else unchanged", is(result, { unchanged: 21, held: 1 }) && !result.converged);
  check("the forecast is 3 messages, exactly", isDeepStrictEqual(forecastOf(difference), [3, "exact"]));
  check("the broker counted no write", writesAtBroker === 0);
  check("all 8 revisions are there", isDeepStrictEqual(await hand.stored("KV_jobs"), [8]));
  tell(
    "",
    "history of kv/jobs is held: to bring it back to 5 would discard 3 messages. Whoever wants that approves that",
    "very plan (ensure --approve <plan id>), or declares allowLoss. No run does it by itself.",
  );
}

function forecastOf(difference: Result["resources"][number]["differences"][number] | undefined) {
  return [difference?.forecast?.messages, difference?.forecast?.certainty];
}

/** The summary has these numbers, and no others but zeros. */
function is({ summary }: Result, expected: Partial<Summary>): boolean {
  const numbers = Object.entries(summary).filter(([, number]) => number !== 0);
  return isDeepStrictEqual(Object.fromEntries(numbers), expected);
}
