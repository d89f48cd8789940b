import type { ConsumerInfo } from "./types.ts";

/**
 * Consumers that the server makes by itself to feed a mirror or a source, since 2.14 (ADR-60). Those on work-queue and
 * interest streams are durable, listed by the server and part of a stream's `consumer_count`. No user owns them: the
 * server makes them with the mirror or the source, and removes them with it.
 */

/** Whether the server made this live consumer. Its config says so (`sourcing`); a user's consumer may have such a name. */
export function isSourcingConsumer({ config }: Pick<ConsumerInfo, "config">): boolean {
  return config.sourcing === true || config.direct === true;
}

/**
 * Whether the server could give one of its own consumers this name: a prefix and a hash of 8 characters, where it needs
 * a second one also a random suffix (nats-server, stream.go setupMirrorConsumer, jetstream_api.go).
 */
export function isSourcingConsumerName(name: string): boolean {
  return /^JS_(?:SRC|MIRROR)_[0-9A-Za-z]{8}(?:[-_][0-9A-Za-z]{8})?$/.test(name);
}
