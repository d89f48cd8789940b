import type { ConsumerInfo } from "./types.ts";

/**
 * Since 2.14 the server makes consumers by itself to feed a mirror or a source (ADR-60). On work-queue and interest
 * streams they are durable, in the server's lists and part of a stream's `consumer_count`. No user owns them: the
 * server makes them with the mirror or the source, and removes them with it.
 */

/**
 * Whether the server made this live consumer. The config decides (`sourcing`): a user's consumer may have such a name.
 */
export function isSourcingConsumer({ config }: Pick<ConsumerInfo, "config">): boolean {
  return config.sourcing === true || config.direct === true;
}

/**
 * Whether the server could give one of its own consumers this name. The name has a prefix and a hash of 8 characters.
 * The name of a second consumer also has a random suffix (nats-server, stream.go setupMirrorConsumer,
 * jetstream_api.go).
 */
export function isSourcingConsumerName(name: string): boolean {
  return /^JS_(?:SRC|MIRROR)_[0-9A-Za-z]{8}(?:[-_][0-9A-Za-z]{8})?$/.test(name);
}
