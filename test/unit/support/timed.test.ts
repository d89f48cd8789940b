import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { timed } from "../../support/timed.ts";

it("a time is that of a machine that runs: a stall does not count, a wait does", async () => {
  const { value, ms, wholeMs } = await timed(async () => {
    await sleep(250);
    for (const end = performance.now() + 1000; performance.now() < end; );
    await sleep(250);
    return "done";
  });

  expect(value).toBe("done");
  // Of a machine that is busy some of the wait is lost too.
  expect(ms).toBeGreaterThanOrEqual(100);
  expect(ms).toBeLessThan(wholeMs - 700);
});
