import { createHash, randomUUID } from "node:crypto";
import { headers, type MsgHdrs, type NatsConnection } from "nats";
import { jetStreamApi } from "../../../lib/jetstream/api.ts";
import { BrokerError } from "../../../lib/jetstream/errors/broker-error.ts";
import type { StreamConfig } from "../../../lib/jetstream/types.ts";

/** What people and programs do to a broker past any topology. Each throws an Error when the broker refuses. */
export interface Hand {
  publish(subject: string, payload: string): Promise<void>;
  putKey(bucket: string, key: string, value: string): Promise<void>;
  /** Of one chunk, as the clients of all languages store it. */
  putObject(store: string, name: string, body: string): Promise<void>;
  /** Changes some of a stream's config, as `nats stream edit` does. */
  edit(stream: string, change: Partial<StreamConfig>): Promise<void>;
  remove(stream: string): Promise<void>;
  /** How many messages each stream holds. */
  stored(...streams: string[]): Promise<number[]>;
}

export function handOn(nc: NatsConnection): Hand {
  const api = jetStreamApi(nc);

  async function existing(stream: string) {
    const info = await api.streamInfo(stream);
    if (!info) throw new Error(`The broker has no stream ${stream}.`);
    return info;
  }

  async function send(subject: string, payload: string, more?: MsgHdrs): Promise<void> {
    const message = await nc.request(subject, payload, { timeout: 5000, ...(more ? { headers: more } : {}) });
    const { error } = message.json<{ error?: { description: string; err_code: number } }>();
    if (error) {
      throw new BrokerError(`The broker refused ${subject}: ${error.description} (${error.err_code}).`, {
        class: "unknown",
        code: error.err_code,
      });
    }
  }

  return {
    publish: send,
    putKey: (bucket, key, value) => send(`$KV.${bucket}.${key}`, value),
    async putObject(store, name, body) {
      const nuid = randomUUID().replaceAll("-", "");
      await send(`$O.${store}.C.${nuid}`, body);
      const digest = `SHA-256=${urlBase64(createHash("sha256").update(body).digest())}`;
      const meta = { name, bucket: store, nuid, size: Buffer.byteLength(body), chunks: 1, digest };
      // One entry for each name: the newest takes the place of those before.
      const rollup = headers();
      rollup.set("Nats-Rollup", "sub");
      await send(`$O.${store}.M.${urlBase64(Buffer.from(name))}`, JSON.stringify(meta), rollup);
    },
    async edit(stream, change) {
      const { config } = await existing(stream);
      await api.updateStream({ ...config, ...change });
    },
    // Not in lib/jetstream/api.ts on purpose: nothing of this project deletes, but the person of this story.
    remove: (stream) => send(`$JS.API.STREAM.DELETE.${stream}`, ""),
    async stored(...streams) {
      const infos = await Promise.all(streams.map(existing));
      return infos.map(({ state }) => state.messages);
    },
  };
}

/** With padding, as the clients have it. */
function urlBase64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}
