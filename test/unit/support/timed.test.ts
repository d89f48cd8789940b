import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { timed } from "../../support/timed.ts";

it("a time is that of a machine that runs: a stall does not count, a wait does", async () => {
  const { value, ms } = await timed(async () => {
    await sleep(100);
    for (const end = performance.now() + 1000; performance.now() < end; );
    await sleep(100);
    return "done";
  });

  expect(value).toBe("done");
  expect(ms).toBeGreaterThanOrEqual(150);
  expect(ms).toBeLessThan(700);
});
