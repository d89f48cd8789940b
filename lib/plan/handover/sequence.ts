import { covers } from "../../subjects/subjects.ts";
import { type StreamWrite, subjectsOf } from "../stream-write.ts";
import { claimed } from "./claims.ts";
import { type Handover, handoversOf } from "./handovers.ts";
import { needsFirst } from "./needs-first.ts";

/** Streams that hand subjects to one another, directly or through others, and how that is done. */
export interface HandoverSequence {
  handovers: Handover[];
  /** In the plan's order. */
  members: StreamWrite[];
  steps: HandoverStep[];
  /** Streams that would have to let go of all that they have, in a circle: that is not possible. */
  stuck: StreamWrite[];
}

/**
 * - `write`: the stream's whole create or update, which releases and claims;
 * - `let go`: an update of nothing but the subjects, where streams wait for each other in a circle and one has to begin.
 */
export type HandoverStep = { does: "write"; write: StreamWrite } | LetGo;

export interface LetGo {
  does: "let go";
  write: StreamWrite;
  /** The subjects that the next claim needs, as this stream has them. */
  released: string[];
}

/**
 * The sequences of a plan, one for each group of streams that hand subjects to one another.
 *
 *     chain   A [x] → B [y] → C          A, B, C
 *     circle  A [x] → B [y] → A          A lets go of x, B, A
 *
 * The streams that a claim waits for come right before it, and a let-go right before the claim that needs it: between a
 * release and its claim nothing else is sent.
 */
export function handoverSequences(writes: StreamWrite[]): HandoverSequence[] {
  const order = new Map(writes.map((write, at) => [write, at]));
  return groups(handoversOf(writes)).map((handovers) => {
    const all = new Set(handovers.flatMap(({ from, to }) => [from, to]));
    const members = [...all].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    return { handovers, members, ...stepsOf(members, handovers) };
  });
}

/** What a stream has after it let go of some subjects: also the part of them that its own update keeps. */
export function subjectsAfterLetGo(write: StreamWrite, subjects: string[], letGo: string[]): string[] {
  const kept = subjects.filter((subject) => !letGo.includes(subject));
  const narrowed = claimed(write).filter((claim) => letGo.some((subject) => covers(subject, claim)));
  return [...new Set([...kept, ...narrowed])];
}

/** The handovers, in groups that have no stream in common. */
function groups(handovers: Handover[]): Handover[][] {
  const groupOf = new Map<StreamWrite, StreamWrite>();
  const find = (write: StreamWrite): StreamWrite => {
    const path: StreamWrite[] = [];
    let root = write;
    for (let next = groupOf.get(root); next !== undefined && next !== root; next = groupOf.get(root)) {
      path.push(root);
      root = next;
    }
    for (const each of path) groupOf.set(each, root);
    return root;
  };
  for (const { from, to } of handovers) groupOf.set(find(from), find(to));
  return [...Map.groupBy(handovers, ({ from }) => find(from)).values()];
}

type Steps = Pick<HandoverSequence, "steps" | "stuck">;

function stepsOf(members: StreamWrite[], handovers: Handover[]): Steps {
  const releases = Map.groupBy(handovers, ({ from }) => from);
  const claims = Map.groupBy(handovers, ({ to }) => to);
  const canBegin = (write: StreamWrite) => canLetGo(write, releases.get(write) ?? []);
  // Whoever is visited first in a circle is the one that lets go. From the last in a chain, nothing is released early.
  const fromTheLast = members.toSorted((a, b) => Number(releases.has(a)) - Number(releases.has(b)));
  const first = stepsFrom(fromTheLast, claims);
  if (first.stuck.length === 0) return first;
  return stepsFrom(
    members.toSorted((a, b) => Number(canBegin(b)) - Number(canBegin(a))),
    claims,
  );
}

function stepsFrom(order: StreamWrite[], claims: ReadonlyMap<StreamWrite, Handover[]>): Steps {
  const steps = visitAll(order, claims);
  const letGo = steps.flatMap((step) =>
    step.does === "let go" ? step.released.map((released) => ({ ...step, released })) : [],
  );
  const stuck = [...Map.groupBy(letGo, ({ write }) => write)].filter(([write, its]) => !canLetGo(write, its));
  return { steps, stuck: stuck.map(([write]) => write) };
}

/** A stream must keep one subject. */
function canLetGo(write: StreamWrite, its: { released: string }[]): boolean {
  const letGo = its.map(({ released }) => released);
  return write.live !== undefined && subjectsAfterLetGo(write, subjectsOf(write.live), letGo).length > 0;
}

/** Every stream after those that release to it; in a circle, one of them lets go first. */
function visitAll(order: StreamWrite[], claims: ReadonlyMap<StreamWrite, Handover[]>): HandoverStep[] {
  const claimsOf = (write: StreamWrite) => claims.get(write) ?? [];
  const placed = needsFirst(order, (write) => claimsOf(write).map(({ from }) => from));
  return placed.flatMap(({ node: write, inCircle }): HandoverStep[] => {
    const later = new Set(inCircle);
    const closing = claimsOf(write).filter(({ from }) => later.has(from));
    const letGo = [...Map.groupBy(closing, ({ from }) => from)].map(([from, its]): LetGo => {
      return { does: "let go", write: from, released: [...new Set(its.map(({ released }) => released))] };
    });
    return [...letGo, { does: "write", write }];
  });
}
