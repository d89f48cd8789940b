import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError, messageOf } from "../jetstream/errors.ts";
import type { StreamConfig } from "../jetstream/types.ts";
import type { Action } from "../plan/action.ts";
import { claimed, handedOver, overlapping, released } from "../plan/claims.ts";
import { type StreamWrite, streamWrite, streamWrites, subjectsOf } from "../plan/stream-write.ts";
import { covers, overlap } from "../topology/subjects.ts";
import type { Written } from "./write.ts";

/**
 * Milliseconds that a run with handovers keeps for giving subjects back: to connect again, to read what each stream
 * has, to write and to read once more. Ordinary writes end that much earlier, and no subject is released later.
 */
export const GIVE_BACK_MS = 2000;

/** The subjects that one stream lets go of because others take them over, and what each of those takes. */
export interface Handover {
  owner: StreamWrite;
  subjects: string[];
  heirs: { write: StreamWrite; claims: string[] }[];
}

/** The handovers of a plan: the ledger of what its writes release for one another. */
export function handoversOf(actions: Action[]): Handover[] {
  const writes = streamWrites(actions);
  const claims = writes.flatMap((write) => {
    const subjects = claimed(write);
    return subjects.length > 0 ? [{ write, subjects }] : [];
  });
  return writes.flatMap((owner) => {
    const gone = released(owner);
    if (gone.length === 0) return [];
    const heirs = claims.flatMap(({ write, subjects }) => {
      const theirs = write === owner ? [] : overlapping(subjects, gone);
      return theirs.length > 0 ? [{ write, claims: theirs }] : [];
    });
    const subjects = [...new Set(heirs.flatMap((heir) => handedOver(owner, heir.claims)))];
    return heirs.length > 0 ? [{ owner, subjects, heirs }] : [];
  });
}

/**
 * Lets go of the subjects that others wait for, and changes nothing else yet. A stream must keep one subject, so one
 * that has no other keeps what it has; the server then refuses the claims, and both streams are held as they are.
 */
export async function letGo(api: JetStreamApi, action: Action): Promise<void> {
  const write = streamWrite(action);
  if (!write?.live) return;
  const given = new Set(released(write));
  const subjects = subjectsOf(write.live).filter((subject) => !given.has(subject));
  if (subjects.length === 0) return;
  // What the server says to it, it says again to the update that follows, where it is reported.
  await api.updateStream({ ...write.live, subjects }).catch((error: unknown) => {
    if (!(error instanceof BrokerError)) throw error;
  });
}

/**
 * Makes sure that each subject which a stream has let go of is stored: by its new owner, or again by the old one.
 *
 * 1. Only where a new owner failed; a run in which all claims succeeded sends nothing here.
 * 2. Read what the old owner and the new ones have now. What a failed request left behind is not guessed.
 * 3. What no new owner has, the old owner gets back: its config as it is on the broker, and the subjects. No other
 *    field is sent anew, so nothing that the server has just refused can stand in the way.
 * 4. Say so in the old owner's entry; where a subject could not be given back, as an error with the command to do it.
 *
 * @param reserve opens an API that may be used after ordinary writes have ended, also where the connection broke
 * @param written what became of each action, by resource id; the old owner's entry is replaced
 */
export async function giveBack(
  reserve: () => Promise<JetStreamApi>,
  handovers: Handover[],
  written: Map<string, Written>,
): Promise<void> {
  const hasFailed = ({ write }: Handover["heirs"][number]) => !hasClaimed(written.get(write.resource.id));
  const failed = handovers.filter((handover) => handover.heirs.some(hasFailed));
  // One after the other: two of them may be about the same stream.
  for (const handover of failed) {
    const { resource } = handover.owner;
    const before = written.get(resource.id) ?? { applied: [], held: [] };
    const heirs = handover.heirs
      .filter(hasFailed)
      .map(({ write }) => write.resource.id)
      .join(", ");
    try {
      const api = await reserve();
      const back = await restore(api, handover);
      if (back.length === 0) continue;
      const reason = `${heirs} could not take ${back.join(", ")} over, so this stream keeps storing it`;
      written.set(resource.id, keeping(before, reason));
    } catch (error) {
      written.set(resource.id, keeping(before, messageOf(error), notGivenBack(handover, heirs, error)));
    }
  }
}

function hasClaimed(written: Written | undefined): boolean {
  return written !== undefined && !written.error && !written.held.some(({ field }) => field === "subjects");
}

/** Gives the old owner what no new owner has. @returns the subjects that it keeps; none where all were taken over */
async function restore(api: JetStreamApi, { owner, subjects, heirs }: Handover): Promise<string[]> {
  const [own, ...others] = await Promise.all(
    [owner, ...heirs.map(({ write }) => write)].map(({ config }) => api.streamInfo(config.name)),
  );
  if (!own) return [];
  const theirs = others.flatMap((info) => (info ? subjectsOf(info.config) : []));
  const claims = heirs.flatMap((heir) => heir.claims);
  const open = subjects.flatMap((subject) => notStored(subject, claims, theirs));
  const mine = subjectsOf(own.config);
  const missing = open.filter((subject) => !mine.some((each) => covers(each, subject)));
  if (missing.length > 0) await update(api, { ...own.config, subjects: [...mine, ...missing] }, missing);
  return open;
}

/** Of a released subject, what no new owner has: the subject itself, or those claims in it that are not taken. */
function notStored(subject: string, claims: string[], theirs: string[]): string[] {
  const inIt = claims.filter((claim) => overlap(claim, subject));
  const untaken = inIt.filter((claim) => !theirs.some((each) => covers(each, claim)));
  if (untaken.length === 0) return [];
  if (!theirs.some((each) => overlap(each, subject))) return [subject];
  return untaken.filter((claim) => covers(subject, claim) && !theirs.some((each) => overlap(each, claim)));
}

/** An answer that got lost is looked up: what counts is what the stream has. */
async function update(api: JetStreamApi, config: StreamConfig, wanted: string[]): Promise<void> {
  try {
    await api.updateStream(config);
  } catch (error) {
    if (!(error instanceof BrokerError) || !error.answerLost) throw error;
    const now = await api.streamInfo(config.name);
    const has = now ? subjectsOf(now.config) : [];
    if (!wanted.every((subject) => has.includes(subject))) throw error;
  }
}

/** What became of the old owner: it keeps the subjects that it was to let go of. */
function keeping(done: Written, reason: string, error?: BrokerError): Written {
  const kept = done.applied.filter(({ field }) => field === "subjects");
  const held = kept.map((difference) => ({ ...difference, held: true, verdict: { ...difference.verdict, reason } }));
  return {
    ...done,
    ...(error ? { error } : {}),
    applied: done.applied.filter(({ field }) => field !== "subjects"),
    held: [...done.held, ...held],
  };
}

function notGivenBack({ owner, subjects }: Handover, heirs: string, cause: unknown): BrokerError {
  const { name } = owner.config;
  const all = [...new Set([...subjectsOf(owner.config), ...subjects])];
  const message =
    `${subjects.join(", ")} may be stored by no stream now: ${heirs} could not take it over, and it could not be given ` +
    `back: ${messageOf(cause)} Run ensure again, or give it back by hand: ` +
    `nats stream edit ${name} ${all.map((subject) => `--subjects '${subject}'`).join(" ")}`;
  return new BrokerError(message, { class: cause instanceof BrokerError ? cause.class : "unknown", cause });
}
