import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors.ts";
import type { StreamConfig } from "../jetstream/types.ts";
import type { Action } from "../plan/plan.ts";
import { handedOver, liveSubjects, released, sentConfig } from "./claims.ts";
import type { Written } from "./write.ts";

type Update = Extract<Action, { does: "update" }>;

/**
 * Lets go of the subjects that others wait for, and changes nothing else yet. A stream must keep one subject, so one
 * that has no other keeps what it has; the server then refuses the claims, and both streams are held as they are.
 */
export async function letGo(api: JetStreamApi, action: Action): Promise<void> {
  if (action.does !== "update") return;
  const given = new Set(released(action));
  const kept = liveSubjects(action).filter((subject) => !given.has(subject));
  if (kept.length === 0) return;
  const config = { ...action.question.live, subjects: kept } as unknown as StreamConfig;
  // What the server says to it, it says again to the update that follows, where it is reported.
  await api.updateStream(config).catch((error: unknown) => {
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
  const failed = actions.filter((action) => !hasClaimed(written.get(action.resource.id)));
  for (const owner of actions) {
    const done = written.get(owner.resource.id);
    if (owner.does !== "update" || !done || !done.applied.some(({ field }) => field === "subjects")) continue;
    const heirs = failed.filter((action) => handedOver(owner, action).length > 0);
    if (heirs.length > 0) written.set(owner.resource.id, await restored(api, owner, heirs, done));
  }
}

function hasClaimed(written: Written | undefined): boolean {
  return written !== undefined && !written.error && !written.held.some(({ field }) => field === "subjects");
}

async function restored(api: JetStreamApi, owner: Update, heirs: Action[], done: Written): Promise<Written> {
  const back = new Set(heirs.flatMap((heir) => handedOver(owner, heir)));
  const names = heirs.map(({ resource }) => resource.id).join(", ");
  const subjects = [...(sentConfig(owner).subjects ?? []), ...back];
  const outcome = await api.updateStream({ ...(owner.decision.update as unknown as StreamConfig), subjects }).then(
    () => `${names} could not take ${[...back].join(", ")} over, so this stream keeps storing it`,
    (error: unknown) => {
      if (!(error instanceof BrokerError)) throw error;
      return `${names} could not take ${[...back].join(", ")} over, and it could not be given back: ${error.message}`;
    },
  );
  const [given] = done.applied.filter(({ field }) => field === "subjects");
  return {
    ...done,
    applied: done.applied.filter((difference) => difference !== given),
    held: given ? [...done.held, { ...given, held: true, verdict: { impact: "safe", reason: outcome } }] : done.held,
  };
}
