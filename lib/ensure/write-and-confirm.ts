import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors/broker-error.ts";
import type { ServerFacts } from "../jetstream/server.ts";
import type { ConsumerConfig, StreamConfig } from "../jetstream/types.ts";
import type { Action } from "../plan/action.ts";
import { same } from "../plan/fields/canonical.ts";
import { canonicalConfig, type Fields } from "../plan/fields/tables.ts";
import { ownerOf } from "../topology/owner.ts";

/** Tries of one write whose answer got lost and that had not been carried out. */
const TRIES = 3;

/** One write. */
export interface SentWrite {
  verb: "create" | "update";
  /** As it is sent. */
  config: Fields;
  /** What is to be there then, canonical. */
  target: Fields;
  /** In which of its fields; also those that go back to their defaults, which are not in the config. */
  fields: string[];
}

/**
 * One write, certain of its end: a lost answer is not a failure. What is there now is read; if it is what was asked
 * for, that is the answer, and if not, the write is sent again.
 *
 * @throws BrokerError with `answerLost` where what became of the write could not be found out
 */
export async function writeAndConfirm(
  api: JetStreamApi,
  action: Action,
  asked: SentWrite,
  server: ServerFacts,
): Promise<Fields> {
  const { verb, config, target, fields } = asked;
  const asAsked = (live: Fields) => {
    const is = canonicalConfig(action.table, live, server);
    // The owner is never compared as a part of the metadata, and a write may be about nothing else.
    if (ownerOf(live) !== ownerOf(config)) return false;
    return fields.every((field) => same(is[field], target[field]));
  };
  let lost: BrokerError | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answered = await write(api, action, config, verb);
      return asAsked(answered) ? answered : await lookedAt(api, action, answered);
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      // The server's own word about a later try is the answer to all of them.
      if (!error.answerLost) throw lost && error.code === undefined ? fateUnknown(lost, error) : error;
      lost = error;
    }
    const live = await read(api, action).catch((error: unknown) => {
      throw lost && error instanceof BrokerError ? fateUnknown(lost, error) : error;
    });
    if (live && asAsked(live)) return live;
    if (attempt === TRIES) {
      const message = `${lost.message} So it was ${TRIES} times, and each time it had not been carried out.`;
      throw new BrokerError(message, { class: lost.class, cause: lost });
    }
  }
}

/**
 * What is there now, where the answer was not what was asked for. The first answer about a consumer after its server
 * was restarted (or another became its leader) has the config of before the update that it is the answer to: the server
 * keeps what it knew as it became the leader, and tells that once (consumer.go, initialInfo; measured from 2.9.10 to
 * 2.15.1).
 */
async function lookedAt(api: JetStreamApi, action: Action, answered: Fields): Promise<Fields> {
  try {
    return (await read(api, action)) ?? answered;
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    return answered;
  }
}

function fateUnknown(lost: BrokerError, then: BrokerError): BrokerError {
  const message = `${lost.message} It may have been carried out, and could not be looked up: ${then.message} Run again.`;
  return new BrokerError(message, { class: lost.class, answerLost: true, cause: then });
}

async function write(api: JetStreamApi, { resource }: Action, config: Fields, verb: "create" | "update") {
  if (resource.kind === "consumer") {
    const info = await api.writeConsumer(resource.stream, config as unknown as ConsumerConfig, verb);
    return info.config as unknown as Fields;
  }
  const stream = config as unknown as StreamConfig;
  const info = await (verb === "create" ? api.createStream(stream) : api.updateStream(stream));
  return info.config as unknown as Fields;
}

async function read(api: JetStreamApi, { resource }: Action): Promise<Fields | undefined> {
  const info =
    resource.kind === "consumer"
      ? await api.consumerInfo(resource.stream, resource.name)
      : await api.streamInfo(resource.stream);
  return info?.config as unknown as Fields | undefined;
}
