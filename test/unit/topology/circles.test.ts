import fc from "fast-check";
import { expect, test } from "vitest";
import { circles } from "../../../lib/topology/circles.ts";

const NODES = 7;
const graph = fc.array(fc.array(fc.nat(NODES - 1), { maxLength: 3 }), { minLength: NODES, maxLength: NODES });

test("two nodes are on one circle when, and only when, each can be reached from the other", () => {
  fc.assert(
    fc.property(graph, (edges) => {
      const next = (node: number) => edges[node] ?? [];
      const circleOf = circles(edges.keys(), next);
      const reach = edges.map((_, start) => reachable(start, next));
      for (const one of edges.keys()) {
        for (const other of edges.keys()) {
          const together = one === other || (reach[one]?.has(other) && reach[other]?.has(one)) || false;
          expect(circleOf.get(one) === circleOf.get(other), `${one} and ${other}`).toBe(together);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

function reachable(start: number, next: (node: number) => number[]): Set<number> {
  const found = new Set<number>();
  const open = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const each of next(node)) {
      if (found.has(each)) continue;
      found.add(each);
      open.push(each);
    }
  }
  return found;
}
