/** A node in its place of the order. */
export interface Placed<Node> {
  node: Node;
  /** The nodes that it needs and that stand before it. */
  needs: Node[];
  /** The nodes that it needs and that need it, too: they stand behind it. */
  inCircle: Node[];
}

/**
 * Sorts nodes depth first, so that each node stands behind the nodes that it needs. In a circle of nodes that need one
 * another, the node that is visited first stands last. The path is a list and not a recursion: a chain may be as long
 * as the topology.
 *
 * 1. Begin at each node that has no place yet, in the given order.
 * 2. Go on to the first of its needs that has no place either. A need that is on the path closes a circle.
 * 3. Give the node its place when none of its needs is left.
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
