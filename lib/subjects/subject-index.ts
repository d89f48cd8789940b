/**
 * Finds the subjects of many owners that overlap a given subject. The subjects are a tree of tokens, and one look-up
 * follows the tokens of its subject. Ten thousand streams are then compared in ten thousand look-ups, and not in fifty
 * million pairs.
 */
export class SubjectIndex<Owner> {
  readonly #root = emptyNode<Owner>();
  #size = 0;

  add(subject: string, owner: Owner): void {
    const entry: Entry<Owner> = { subject, owner, order: this.#size };
    this.#size += 1;
    let node = this.#root;
    for (const token of subject.split(".")) {
      note(node.below, entry);
      let next = node.children.get(token);
      if (next === undefined) {
        next = emptyNode();
        node.children.set(token, next);
      }
      node = next;
    }
    note(node.here, entry);
    node.entries.push(entry);
  }

  /** Every entry that overlaps the subject. The time grows with the number of entries found. */
  everyOverlap(subject: string): Entry<Owner>[] {
    return [...entriesOverlapping(this.#root, subject.split("."), 0)];
  }

  /** The first added entry that overlaps the subject and does not belong to the owner `except`. */
  firstOverlap(subject: string, except?: Owner): Entry<Owner> | undefined {
    let found: Entry<Owner> | undefined;
    for (const [first, ofAnother] of overlapping(this.#root, subject.split("."), 0)) {
      const entry = first !== undefined && first.owner === except ? ofAnother : first;
      if (entry !== undefined && (found === undefined || entry.order < found.order)) found = entry;
    }
    return found;
  }
}

export interface Entry<Owner> {
  subject: string;
  owner: Owner;
  /** How many entries were added before this one. */
  order: number;
}

/** The first entry, and the first entry of any other owner. These two are enough to answer for every owner. */
type Firsts<Owner> = [first?: Entry<Owner>, ofAnother?: Entry<Owner>];

interface Node<Owner> {
  children: Map<string, Node<Owner>>;
  /** All entries whose subject ends at this node. */
  entries: Entry<Owner>[];
  /** The first entries whose subject ends at this node. */
  here: Firsts<Owner>;
  /** The first entries whose subject continues below this node. */
  below: Firsts<Owner>;
}

function emptyNode<Owner>(): Node<Owner> {
  return { children: new Map(), entries: [], here: [], below: [] };
}

function note<Owner>(firsts: Firsts<Owner>, entry: Entry<Owner>): void {
  if (firsts[0] === undefined) firsts[0] = entry;
  else if (firsts[1] === undefined && firsts[0].owner !== entry.owner) firsts[1] = entry;
}

/** The first entries under a node whose subjects overlap the tokens from `at` on. */
function* overlapping<Owner>(node: Node<Owner>, tokens: string[], at: number): Generator<Firsts<Owner>> {
  const token = tokens[at];
  if (token === undefined) {
    yield node.here;
    return;
  }
  if (token === ">") {
    yield node.below;
    return;
  }
  const names = token === "*" ? node.children.keys() : new Set([token, "*", ">"]);
  for (const name of names) {
    const child = node.children.get(name);
    if (child === undefined) continue;
    if (name === ">") yield child.here;
    else yield* overlapping(child, tokens, at + 1);
  }
}

function* entriesOverlapping<Owner>(node: Node<Owner>, tokens: string[], at: number): Generator<Entry<Owner>> {
  const token = tokens[at];
  if (token === undefined) {
    yield* node.entries;
    return;
  }
  const names = token === "*" || token === ">" ? node.children.keys() : new Set([token, "*", ">"]);
  for (const name of names) {
    const child = node.children.get(name);
    if (child === undefined) continue;
    if (token === ">") yield* entriesBelow(child);
    else if (name === ">") yield* child.entries;
    else yield* entriesOverlapping(child, tokens, at + 1);
  }
}

function* entriesBelow<Owner>(node: Node<Owner>): Generator<Entry<Owner>> {
  yield* node.entries;
  for (const child of node.children.values()) yield* entriesBelow(child);
}
