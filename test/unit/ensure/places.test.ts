import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { Places } from "../../../lib/ensure/places.ts";

/** Tasks of so many places each, and how many places were held at once. */
async function heldAtOnce(most: number, counts: number[]): Promise<number[]> {
  const places = new Places(most);
  const held: number[] = [];
  let now = 0;
  await Promise.all(
    counts.map((count) =>
      places.hold(count, async () => {
        now += Math.min(count, most);
        held.push(now);
        await turn();
        now -= Math.min(count, most);
      }),
    ),
  );
  return held;
}

it("no more places are held than there are, whatever each task takes, and every task comes to its turn", async () => {
  const held = await heldAtOnce(12, [...Array(30).fill(1), 5, 12, 40, ...Array(30).fill(1), 7]);

  expect(held).toHaveLength(64);
  expect(Math.max(...held)).toBe(12);
});

it("a task that fails leaves its places", async () => {
  const places = new Places(1);

  await expect(places.hold(1, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await places.hold(1, async () => "next")).toBe("next");
});
