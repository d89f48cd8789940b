import fc from "fast-check";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import type { ConsumerConfig } from "../../../lib/jetstream/types.ts";
import { CONSUMER_FIELDS } from "../../../lib/plan/fields/consumer-fields.ts";
import { someOf, UNIQUE } from "./stream-arbitrary.ts";

const SECOND = 1_000_000_000;
const HOUR = 3600 * SECOND;

type Fields = { [Field in keyof ConsumerConfig]?: fc.Arbitrary<NonNullable<ConsumerConfig[Field]>> };

const COMMON: Fields = {
  description: fc.constantFrom("a", "b"),
  deliver_policy: fc.constantFrom("all", "last", "new"),
  ack_policy: fc.constantFrom("explicit", "all", "none"),
  ack_wait: fc.constantFrom(10 * SECOND, 30 * SECOND, 60 * SECOND),
  max_deliver: fc.constantFrom(-1, 3, 7),
  backoff: fc.constantFrom([SECOND], [SECOND, 5 * SECOND]),
  filter_subject: fc.constantFrom(`${UNIQUE}.a`, `${UNIQUE}.b.*`, `${UNIQUE}.c.>`),
  filter_subjects: fc.shuffledSubarray([`${UNIQUE}.a`, `${UNIQUE}.b.*`, `${UNIQUE}.c.>`], { minLength: 1 }),
  replay_policy: fc.constantFrom("instant", "original"),
  sample_freq: fc.constantFrom("10", "100"),
  max_ack_pending: fc.constantFrom(-1, 20, 1000),
  headers_only: fc.boolean(),
  inactive_threshold: fc.constantFrom(HOUR, 2 * HOUR),
  num_replicas: fc.constantFrom(0, 1),
  mem_storage: fc.boolean(),
  metadata: fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("1", "2")),
};

const PULL: Fields = {
  max_waiting: fc.constantFrom(10, 512),
  max_batch: fc.constantFrom(10, 100),
  max_expires: fc.constantFrom(SECOND, 30 * SECOND),
  max_bytes: fc.constantFrom(1024, 1024 ** 2),
  priority_groups: fc.constant(["a"]),
  priority_policy: fc.constantFrom("overflow", "pinned_client", "prioritized"),
  priority_timeout: fc.constantFrom(60 * SECOND, 120 * SECOND),
};

const PUSH: Fields = {
  deliver_subject: fc.constantFrom(`out.${UNIQUE}`, `other.${UNIQUE}`),
  deliver_group: fc.constantFrom("g", "h"),
  rate_limit_bps: fc.constantFrom(8000, 16_000),
  flow_control: fc.boolean(),
  idle_heartbeat: fc.constantFrom(5 * SECOND, 10 * SECOND),
};

/** A durable consumer's config: each field set or not, of those that the server knows. */
export function consumerFields(version: string): fc.Arbitrary<Partial<ConsumerConfig>> {
  const of = (fields: Fields) => {
    const known = Object.entries(fields).filter(([field]) => {
      const since = CONSUMER_FIELDS[field as keyof ConsumerConfig].since;
      return since === undefined || isAtLeast({ version }, since);
    });
    return someOf<Partial<ConsumerConfig>>(Object.fromEntries(known), 7);
  };
  const pull = of({ ...COMMON, ...PULL });
  const push = of({ ...COMMON, ...PUSH });
  return fc
    .oneof({ weight: 4, arbitrary: pull }, { weight: 1, arbitrary: push })
    .map(({ filter_subject, ...config }) =>
      // The server takes one of the two.
      filter_subject === undefined || config.filter_subjects !== undefined ? config : { ...config, filter_subject },
    );
}
