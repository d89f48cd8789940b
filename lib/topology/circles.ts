/**
 * Which nodes of a graph lie on a circle together: two have the same number exactly if each can be reached from the
 * other. Tarjan's algorithm, with a stack of its own: a chain of ten thousand mirrors is deeper than the call stack.
 *
 * 1. Visit each node once, in depth; number it, and keep it on the stack of nodes whose circle is still open.
 * 2. Note for each the lowest number that it reaches among those on the stack.
 * 3. A node that reaches none lower than itself closes a circle: all above it on the stack belong to it.
 */
export function circles<Node>(nodes: Iterable<Node>, next: (node: Node) => Iterable<Node>): Map<Node, number> {
  const circleOf = new Map<Node, number>();
  const numbers = new Map<Node, number>();
  const lowest = new Map<Node, number>();
  const open: Node[] = [];

  for (const start of nodes) {
    if (numbers.has(start)) continue;
    const path: { node: Node; rest: Iterator<Node> }[] = [];
    const enter = (node: Node) => {
      numbers.set(node, numbers.size);
      lowest.set(node, numbers.size - 1);
      open.push(node);
      path.push({ node, rest: next(node)[Symbol.iterator]() });
    };
    enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { done, value } = top.rest.next();
      if (!done) {
        if (!numbers.has(value)) enter(value);
        else if (!circleOf.has(value)) lower(lowest, top.node, numbers.get(value));
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above) lower(lowest, above.node, lowest.get(top.node));
      if (lowest.get(top.node) !== numbers.get(top.node)) continue;
      const members = open.splice(open.lastIndexOf(top.node));
      const circle = numbers.get(top.node) ?? 0;
      for (const member of members) circleOf.set(member, circle);
    }
  }
  return circleOf;
}

function lower<Node>(lowest: Map<Node, number>, node: Node, to: number | undefined): void {
  lowest.set(node, Math.min(lowest.get(node) ?? 0, to ?? 0));
}
