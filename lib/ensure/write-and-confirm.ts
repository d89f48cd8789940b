import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors/broker-error.ts";
import type { ServerFacts } from "../jetstream/server.ts";
import type { ConsumerConfig, StreamConfig } from "../jetstream/types.ts";
import type { Action } from "../plan/action.ts";
import { same } from "../plan/fields/canonical.ts";
import { canonicalConfig, type Fields } from "../plan/fields/tables.ts";
import { ownerOf } from "../topology/owner.ts";

/** How often a write is sent if its answer gets lost and the server has not carried it out. */
const TRIES = 3;

/** One write, and the config that it must lead to. */
export interface SentWrite {
  verb: "create" | "update";
  /** The config that is sent. */
  config: Fields;
  /** The canonical config that the resource must have afterwards. */
  target: Fields;
  /** The fields of `target` to compare. Fields that go back to their defaults are among them, and not in `config`. */
  fields: string[];
}

/**
 * Sends one write, and finds out what became of it. A lost answer is not a failure: the resource is read. If it is as
 * requested, the live config is the answer. Otherwise the write is sent again.
 *
 * @throws BrokerError with `answerLost` if the outcome of the write could not be found out
 */
export async function writeAndConfirm(
  api: JetStreamApi,
  action: Action,
  request: SentWrite,
  server: ServerFacts,
): Promise<Fields> {
  const { verb, config, target, fields } = request;
  const isAsRequested = (live: Fields) => {
    const liveConfig = canonicalConfig(action.table, live, server);
    // The canonical metadata leaves the owner out, and the owner may be all that a write changes.
    if (ownerOf(live) !== ownerOf(config)) return false;
    return fields.every((field) => same(liveConfig[field], target[field]));
  };
  let lost: BrokerError | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answered = await write(api, action, config, verb);
      return isAsRequested(answered) ? answered : await readAgain(api, action, answered);
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      // A definite error on a retry settles the earlier attempts too.
      if (!error.answerLost) throw lost && error.code === undefined ? outcomeUnknownError(lost, error) : error;
      lost = error;
    }
    const live = await read(api, action).catch((error: unknown) => {
      throw lost && error instanceof BrokerError ? outcomeUnknownError(lost, error) : error;
    });
    if (live && isAsRequested(live)) return live;
    if (attempt === TRIES) {
      const message = `${lost.message} So it was ${TRIES} times, and each time it had not been carried out.`;
      throw new BrokerError(message, { class: lost.class, cause: lost });
    }
  }
}

/**
 * Reads the live config again if the answer to a write differs from the request. After a server has restarted or become
 * a consumer's leader, its first answer about that consumer has an old config, from before the update that it answers.
 * The server keeps the state that it had when it became the leader, and sends it once (consumer.go, initialInfo;
 * measured from 2.9.10 to 2.15.1).
 */
async function readAgain(api: JetStreamApi, action: Action, answered: Fields): Promise<Fields> {
  try {
    return (await read(api, action)) ?? answered;
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    return answered;
  }
}

function outcomeUnknownError(lost: BrokerError, later: BrokerError): BrokerError {
  const message = `${lost.message} It may have been carried out, and could not be looked up: ${later.message} Run again.`;
  return new BrokerError(message, { class: lost.class, answerLost: true, cause: later });
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
