import { expect, it } from "vitest";
import { caseAt } from "./case.ts";
import { type Ground, startGround } from "./ground.ts";
import { type Judged, judged } from "./judged.ts";
import { poolOf } from "./pool.ts";
import { tallyOf } from "./tally.ts";

/** The same cases at every run; `FAULT_SEED=7` tries others, `FAULT_ONLY=42` one of them alone. */
const SEED = Number(process.env.FAULT_SEED ?? 20_260_801);
const ONLY = process.env.FAULT_ONLY;

const CASES = 500;

/** Brokers side by side: a case waits more than it works. */
const LANES = 6;

const replay = (at: number) => `FAULT_SEED=${SEED} FAULT_ONLY=${at} npm run test:faults -- soak`;

it(`${CASES} random faults, seed ${SEED}`, { timeout: 600_000 }, async ({ task }) => {
  const started = performance.now();
  const pool = await poolOf(SEED);
  const waiting = ONLY === undefined ? Array.from({ length: CASES }, (_, at) => at) : [Number(ONLY)];
  const wanted = waiting.length;
  const all: Judged[] = [];

  await Promise.all(
    Array.from({ length: Math.min(LANES, wanted) }, async () => {
      await using ground: Ground = await startGround();
      for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
        const soakCase = caseAt(SEED, at, pool);
        // Without this nobody knew which of them it was.
        const about = (cause: unknown) =>
          new Error(`${replay(at)} ${JSON.stringify(soakCase.fault)}: ${cause}`, { cause });
        all.push(await judged(ground, soakCase).catch((cause: unknown) => Promise.reject(about(cause))));
      }
    }),
  );

  task.meta.soak = tallyOf(SEED, all, performance.now() - started);
  const problems = all.flatMap(({ soakCase, problems }) =>
    problems.map((problem) => `${replay(soakCase.at)}\n  ${JSON.stringify(soakCase.fault)}\n  ${problem}`),
  );
  expect(problems.join("\n")).toBe("");
  expect(all).toHaveLength(wanted);
  expect(all.every(({ converged, lost, missing, unstored }) => converged && lost + missing + unstored === 0)).toBe(
    true,
  );
  expect(all.filter(({ struck }) => !struck).length).toBeLessThanOrEqual(wanted / 10);
  expect(pool.filter((part) => part !== undefined).length).toBeGreaterThan(pool.length / 2);
});
