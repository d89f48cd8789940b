import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors.ts";
import type { Action } from "../plan/action.ts";
import { claimed, handedOver, released } from "../plan/claims.ts";
import type { Difference } from "../plan/decide.ts";
import { type StreamWrite, streamWrite, subjectsOf } from "../plan/stream-write.ts";
import type { Written } from "./write.ts";

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
 * Gives subjects back to their old owner where the new one could not take them: otherwise messages on them would be
 * stored by nobody.
 *
 * @param written what became of each action, by resource id; the old owner's entry is changed where something is given back
 */
export async function giveBack(api: JetStreamApi, actions: Action[], written: Map<string, Written>): Promise<void> {
  const writes = actions.flatMap((action) => streamWrite(action) ?? []);
  const failed = writes.filter(({ resource }) => !hasClaimed(written.get(resource.id)));
  for (const owner of writes) {
    const done = written.get(owner.resource.id);
    if (!done?.applied.some(({ field }) => field === "subjects")) continue;
    const heirs = failed.filter((heir) => handedOver(owner, claimed(heir)).length > 0);
    if (heirs.length > 0) written.set(owner.resource.id, await restored(api, owner, heirs, done));
  }
}

function hasClaimed(written: Written | undefined): boolean {
  return written !== undefined && !written.error && !written.held.some(({ field }) => field === "subjects");
}

async function restored(api: JetStreamApi, owner: StreamWrite, heirs: StreamWrite[], done: Written): Promise<Written> {
  const back = [...new Set(heirs.flatMap((heir) => handedOver(owner, claimed(heir))))];
  const what = `${heirs.map(({ resource }) => resource.id).join(", ")} could not take ${back.join(", ")} over`;
  const subjects = [...subjectsOf(owner.config), ...back];
  const reason = await api.updateStream({ ...owner.config, subjects }).then(
    () => `${what}, so this stream keeps storing it`,
    (error: unknown) => {
      if (!(error instanceof BrokerError)) throw error;
      return `${what}, and it could not be given back: ${error.message}`;
    },
  );
  const isGiven = ({ field }: Difference) => field === "subjects";
  const given = done.applied.filter(isGiven).map((difference) => {
    return { ...difference, held: true, verdict: { ...difference.verdict, reason } };
  });
  return { ...done, applied: done.applied.filter((each) => !isGiven(each)), held: [...done.held, ...given] };
}
