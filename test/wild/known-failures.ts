/** What does not hold: of which config, from which server on, and why. One that holds again fails the tier. */
export const KNOWN_FAILURES: Record<string, { since: string; before?: string; reason: string }> = {
  "nats-io/nats-server server/jetstream_cluster_3_test.go TestJetStreamClusterConsumerDefaultsFromStream": {
    since: "2.10.0",
    reason: "Go writes a limit of 0 for none; a topology leaves it out, and validation refuses 0.",
  },
  "nats-io/nats-server server/jetstream_cluster_3_test.go TestJetStreamDurableStreamSourcesWQFilterExclusivity": {
    since: "2.10.0",
    reason: "A transform without dest only filters; validation asks for dest.",
  },
  "nats-io/nats-server server/jetstream_consumer_test.go TestJetStreamConsumerWorkQueuePolicyOverlap": {
    since: "2.9.0",
    before: "2.10.0",
    reason:
      "This server takes two consumers of a work queue that overlap; validation refuses them as newer servers do.",
  },
  "nats-io/nats-server server/jetstream_test.go TestJetStreamSourceBasics": {
    since: "2.9.0",
    before: "2.10.0",
    reason: "This server takes a source without a name; validation refuses it, and an export says so.",
  },
  "nats-io/nats-server server/jetstream_test.go TestJetStreamStreamRepublishSuppressesInvalidSubject": {
    since: "2.9.0",
    reason: "The republish destination has line breaks in it; validation refuses it, and an export says so.",
  },
};
