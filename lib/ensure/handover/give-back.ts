import type { JetStreamApi } from "../../jetstream/api.ts";
import { BrokerError } from "../../jetstream/errors/broker-error.ts";
import type { ServerFacts } from "../../jetstream/server.ts";
import type { StreamConfig } from "../../jetstream/types.ts";
import type { Action } from "../../plan/action.ts";
import { canonicalConfig, type Fields } from "../../plan/fields/tables.ts";
import type { Handover } from "../../plan/handover/handovers.ts";
import { subjectsOf } from "../../plan/stream-write.ts";
import { covers, intersection, overlap } from "../../subjects/subjects.ts";
import { writeAndConfirm } from "../write-and-confirm.ts";

/** Tries to give subjects back: between reading who has them and giving them back, somebody may take or lose them. */
const TRIES = 2;

/**
 * Gives subjects back to the stream that released them, as far as no stream stores them now.
 *
 * The update starts from the stream's config as it is on the broker now, and adds the subjects: it repeats nothing that
 * the server refused, and does not bring back what somebody else changed meanwhile.
 *
 * @param owner the action of the stream that released
 * @param handovers of that stream, whose new owners do not claim
 * @returns the subjects that the stream has now
 * @throws BrokerError where it could not be found out who stores them, or where the server refused to give them back
 */
export async function giveBack(
  api: JetStreamApi,
  owner: Action,
  handovers: Handover[],
  server: ServerFacts,
): Promise<string[]> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await api.streamInfo(owner.resource.stream);
    if (live === undefined) {
      const message = `${owner.resource.id} does not exist any more.`;
      throw new BrokerError(message, { class: "conflict" });
    }
    const elsewhere = await subjectsElsewhere(api, live.config.name, handovers);
    const subjects = withUnstored(subjectsOf(live.config), elsewhere, handovers);
    if (subjects === undefined) return subjectsOf(live.config);
    try {
      await setSubjects(api, owner, live.config, subjects, server);
      return await withoutTwice(api, owner, { ...live.config, subjects }, handovers, server);
    } catch (error) {
      if (attempt === TRIES || !(error instanceof BrokerError) || error.code === undefined) throw error;
    }
  }
}

/**
 * A claim that was still on its way may have been let in at the same moment: a server that is not clustered checks an
 * update for overlaps under one lock and stores it under another (nats-server stream.go, updateWithAdvisory). Of 2,000
 * pairs of updates that claimed one subject on two connections, the server let both in 11 times on 2.9.10, 5 times on
 * 2.10.27 and 25 times on 2.15.2; both streams kept the subject, and each stored every message. So the old owner lets go
 * of it again.
 */
async function withoutTwice(
  api: JetStreamApi,
  owner: Action,
  config: StreamConfig,
  handovers: Handover[],
  server: ServerFacts,
): Promise<string[]> {
  const own = subjectsOf(config);
  try {
    const elsewhere = await subjectsElsewhere(api, config.name, handovers);
    const once = own.filter((subject) => !elsewhere.some((other) => covers(other, subject)));
    if (once.length === own.length || once.length === 0) return own;
    await setSubjects(api, owner, config, once, server);
    return once;
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    // It is stored, be it twice: the next run mends that.
    return own;
  }
}

/** What other streams have of the subjects in question: any stream, where the user may ask for names. */
async function subjectsElsewhere(api: JetStreamApi, owner: string, handovers: Handover[]): Promise<string[]> {
  const released = [...new Set(handovers.map((handover) => handover.released))];
  const names = await Promise.all(released.map((subject) => api.streamNames(subject))).then(
    (lists) => lists.flat(),
    (error: unknown) => {
      if (!(error instanceof BrokerError) || error.class !== "auth") throw error;
      return handovers.map(({ to }) => to.config.name);
    },
  );
  const others = [...new Set(names)].filter((name) => name !== owner);
  const infos = await Promise.all(others.map((name) => api.streamInfo(name)));
  return infos.flatMap((info) => (info ? subjectsOf(info.config) : []));
}

/**
 * The owner's subjects with those that nobody stores; `undefined` where every one is stored.
 *
 * A subject comes back as the owner had it, unless another stream has taken a part of it: then the part comes back that
 * the other new owner wanted.
 */
function withUnstored(own: string[], elsewhere: string[], handovers: Handover[]): string[] | undefined {
  const back = handovers.flatMap(({ released, claimed }) => {
    const part = intersection(released, claimed) ?? released;
    if ([...own, ...elsewhere].some((subject) => covers(subject, part))) return [];
    return elsewhere.some((subject) => overlap(subject, released)) ? part : released;
  });
  if (back.length === 0) return undefined;
  const all = new Set([...own, ...back]);
  // A stream has no subject twice, also not as a part of another.
  return [...all].filter((subject) => ![...all].some((other) => other !== subject && covers(other, subject)));
}

/** An update of nothing but the subjects. A lost answer is looked up, and the update sent again where it did not arrive. */
export async function setSubjects(
  api: JetStreamApi,
  action: Action,
  live: StreamConfig,
  subjects: string[],
  server: ServerFacts,
): Promise<void> {
  const config = { ...live, subjects } as unknown as Fields;
  const target = canonicalConfig(action.table, config, server);
  await writeAndConfirm(api, action, { verb: "update", config, target, fields: ["subjects"] }, server);
}
