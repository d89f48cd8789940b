/** A node in its place, with what it needs. */
export interface Placed<Node> {
  node: Node;
  /** All of them stand before it. */
  needs: Node[];
  /** Those that it needs and that need it: they stand behind it. */
  inCircle: Node[];
}

/**
 * Every node after those that it needs, in depth. Of nodes that need one another in a circle, the one that is come upon
 * first stands last. The path is kept by hand and not by recursion: a chain may be as long as the topology.
 *
 * 1. Begin at each node that has no place yet, in the given order.
 * 2. Go on to the first of its needs that has none either; one that is on the path closes a circle.
 * 3. Where none is left, the node gets its place.
 */
export function needsFirst<Node>(nodes: Iterable<Node>, needsOf: (node: Node) => readonly Node[]): Placed<Node>[] {
  const sorted: Placed<Node>[] = [];
  const state = new Map<Node, "begun" | "placed">();
  const path: (Placed<Node> & { left: Node[] })[] = [];
  const begin = (node: Node) => {
    if (state.has(node)) return;
    state.set(node, "begun");
    path.push({ node, needs: [], inCircle: [], left: needsOf(node).toReversed() });
  };
  for (const root of nodes) {
    begin(root);
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const { node, needs, inCircle, left } = last;
      const next = left.pop();
      if (next === undefined) {
        state.set(node, "placed");
        sorted.push({ node, needs, inCircle });
        path.pop();
      } else if (state.get(next) === "begun") {
        inCircle.push(next);
      } else {
        needs.push(next);
        begin(next);
      }
    }
  }
  return sorted;
}
