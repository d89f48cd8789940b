import { expect, it } from "vitest";
import type { EnsureFailed } from "../../functions/ensure/ensure-failed.ts";
import type { Result } from "../../lib/report/result.ts";
import { captureLines } from "../unit/ensure-function/captured-lines.ts";
import { lostOf, messagesNow, shop } from "./goods.ts";
import { judgeAfterwards, judgeTold } from "./judge.ts";
import { rowOf } from "./row.ts";
import type { Scenario, Told } from "./scenario.ts";
import { type Stage, setUp } from "./stage.ts";
import { toldBy } from "./told.ts";

const DEFAULT_WITHIN_MS = 8000;

/**
 * Plays each scenario: goods are stocked and read, something is broken, a run is made; then the broken thing is mended
 * and looked at.
 *
 * @param run default: the Lambda's own handler, in this process, over real sockets
 */
export function performAll(section: string, scenarios: Scenario[], run = invoked): void {
  for (const scenario of scenarios) {
    it(scenario.name, async ({ task }) => {
      await using stage = await setUp(scenario.server);
      const withinMs = scenario.withinMs ?? DEFAULT_WITHIN_MS;
      const before = await messagesNow(await stage.connect());
      await scenario.fault(stage);

      const told = await run(stage, withinMs);
      task.meta.faults = [rowOf(section, scenario.name, scenario.expected, told)];

      await stage.proxy.idle();
      await scenario.mend?.(stage);
      judgeTold(told, scenario.expected, withinMs);
      await judgeAfterwards(stage.server, shop);
      expect(lostOf(before, await messagesNow(await stage.connect()))).toEqual([]);
      expect(before.length).toBeGreaterThan(25);
    });
  }
}

async function invoked({ lambda }: Stage, withinMs: number): Promise<Told> {
  const log = captureLines();
  const started = performance.now();
  const event = { mode: "ensure", trigger: "schedule" };
  const answer = await lambda.invoke(event, { remainingMs: withinMs }).catch((error: unknown) => error as EnsureFailed);
  const durationMs = performance.now() - started;
  const stack = answer instanceof Error ? `${answer.message}\n${answer.stack}` : "";
  const everything = `${log.text()}\n${JSON.stringify(answer)}\n${stack}`;
  const result: Result | undefined = answer instanceof Error ? answer.result : answer;
  if (!result) throw answer;
  return { ...toldBy(result), ...(stack ? { sentence: (answer as Error).message } : {}), everything, durationMs };
}
