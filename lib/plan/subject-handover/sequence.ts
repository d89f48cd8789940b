import { covers } from "../../subjects/subjects.ts";
import { type StreamWrite, subjectsOf } from "../stream-write.ts";
import { claimedSubjects } from "./claims.ts";
import { type Handover, handoversOf } from "./handovers.ts";
import { needsFirst } from "./needs-first.ts";

/** Streams that hand subjects to one another, directly or through others, and the steps of that handover. */
export interface HandoverSequence {
  handovers: Handover[];
  /** The streams of the sequence, in the plan's order. */
  members: StreamWrite[];
  steps: HandoverStep[];
  /** Streams that would have to let go of all their subjects to begin a circle, which is not possible. */
  stuck: StreamWrite[];
}

/**
 * One step of a handover.
 *
 * - `write`: the stream's whole create or update, which releases and claims.
 * - `let go`: an update of the subjects and nothing else. It begins a circle of streams that wait for each other.
 */
export type HandoverStep = { does: "write"; write: StreamWrite } | LetGo;

export interface LetGo {
  does: "let go";
  write: StreamWrite;
  /** The subjects that this stream releases for the next claim, as this stream has them. */
  released: string[];
}

/**
 * Builds the sequences of a plan, one for each group of streams that hand subjects to one another.
 *
 *     chain   A [x] → B [y] → C          A, B, C
 *     circle  A [x] → B [y] → A          A lets go of x, B, A
 *
 * The streams that a claim waits for come right before the claim. A let-go comes right before the claim that needs it.
 * The run sends nothing else between a release and its claim.
 */
export function handoverSequences(writes: StreamWrite[]): HandoverSequence[] {
  const order = new Map(writes.map((write, at) => [write, at]));
  return groups(handoversOf(writes)).map((handovers) => {
    const all = new Set(handovers.flatMap(({ from, to }) => [from, to]));
    const members = [...all].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    return { handovers, members, ...stepsOf(members, handovers) };
  });
}

/** The subjects that a stream has after it let go of some. It keeps the part of them that its own update claims. */
export function subjectsAfterLetGo(write: StreamWrite, subjects: string[], letGo: string[]): string[] {
  const kept = subjects.filter((subject) => !letGo.includes(subject));
  const narrowed = claimedSubjects(write).filter((claim) => letGo.some((subject) => covers(subject, claim)));
  return [...new Set([...kept, ...narrowed])];
}

/** Groups the handovers, so that no two groups have a stream in common. */
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
  // The stream that is visited first in a circle lets go. A visit that begins at the end of a chain releases nothing
  // early.
  const fromChainEnds = members.toSorted((a, b) => Number(releases.has(a)) - Number(releases.has(b)));
  const first = stepsFrom(fromChainEnds, claims);
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
  const stuck = [...Map.groupBy(letGo, ({ write }) => write)].filter(([write, releases]) => !canLetGo(write, releases));
  return { steps, stuck: stuck.map(([write]) => write) };
}

/** Whether a stream can let go of subjects: it must keep one. */
function canLetGo(write: StreamWrite, releases: { released: string }[]): boolean {
  const letGo = releases.map(({ released }) => released);
  return write.live !== undefined && subjectsAfterLetGo(write, subjectsOf(write.live), letGo).length > 0;
}

/** Orders each stream after the streams that release to it. In a circle, one of them lets go first. */
function visitAll(order: StreamWrite[], claims: ReadonlyMap<StreamWrite, Handover[]>): HandoverStep[] {
  const claimsOf = (write: StreamWrite) => claims.get(write) ?? [];
  const placed = needsFirst(order, (write) => claimsOf(write).map(({ from }) => from));
  return placed.flatMap(({ node: write, inCircle }): HandoverStep[] => {
    const later = new Set(inCircle);
    const closing = claimsOf(write).filter(({ from }) => later.has(from));
    const letGo = [...Map.groupBy(closing, ({ from }) => from)].map(([from, releases]): LetGo => {
      return { does: "let go", write: from, released: [...new Set(releases.map(({ released }) => released))] };
    });
    return [...letGo, { does: "write", write }];
  });
}
