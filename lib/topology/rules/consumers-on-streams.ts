import { SubjectIndex } from "../../subjects/subject-index.ts";
import { covers } from "../../subjects/subjects.ts";
import type { ResolvedConsumer, ResolvedStream } from "../resolve/resolved.ts";
import { showDuration } from "../units/durations.ts";
import { subjectsOf } from "./among-streams.ts";
import { filters } from "./consumer-start.ts";
import type { Placed, PlacedFinding, TopologyRule, WholeTopology } from "./rule.ts";

/** Each consumer whose stream is declared too; the others' streams are only known to the broker. */
function onStream(
  check: (consumer: ResolvedConsumer, stream: ResolvedStream) => Iterable<[field: string, message: string]>,
): TopologyRule {
  return function* ({ streams, consumers }) {
    const declared = firstOf(streams, ({ resource }) => resource.stream);
    for (const { place, resource } of consumers) {
      const stream = declared.get(resource.stream)?.resource;
      if (!stream) continue;
      for (const [field, message] of check(resource, stream)) yield { path: `${place}.${field}`, message };
    }
  };
}

/** By key; of those with the same one, the one that is declared first. */
function firstOf<Thing>(things: Thing[], keyOf: (thing: Thing) => string): Map<string, Thing> {
  return new Map(things.toReversed().map((thing) => [keyOf(thing), thing]));
}

const eachOnce: TopologyRule = function* ({ consumers }) {
  const first = firstOf(consumers, ({ resource }) => resource.id);
  for (const consumer of consumers) {
    const { place, resource } = consumer;
    const earlier = first.get(resource.id);
    if (!earlier || earlier === consumer) continue;
    const message = `Stream "${resource.stream}" has a consumer of that name already: ${earlier.place}.`;
    yield { path: `${place}.name`, message };
  }
};

const replicasFit = onStream(function* (consumer, { name, enforced }) {
  const [own, streams] = [consumer.enforced.num_replicas ?? 0, enforced.num_replicas ?? 1];
  if (own > streams) yield ["numReplicas", `${own} is more than the ${streams} of "${name}".`];
  else if (own !== 0 && own !== streams && (enforced.retention ?? "limits") !== "limits") {
    yield [
      "numReplicas",
      `With retention "${enforced.retention}" it must be that of "${name}" (${streams}): leave it out.`,
    ];
  }
});

const staysWithinLimits = onStream(function* (consumer, { name, enforced }) {
  const { max_ack_pending = 0, inactive_threshold = 0 } = enforced.consumer_limits ?? {};
  const own = Number(consumer.enforced.max_ack_pending ?? 0);
  if (max_ack_pending > 0 && own > max_ack_pending) {
    yield ["maxAckPending", `${own} is more than the consumerLimits of "${name}" allow: ${max_ack_pending}.`];
  }
  const idle = consumer.enforced.inactive_threshold ?? 0;
  if (BigInt(inactive_threshold) > 0n && BigInt(idle) > BigInt(inactive_threshold)) {
    const allowed = showDuration(inactive_threshold);
    yield [
      "inactiveThreshold",
      `${showDuration(idle)} is longer than the consumerLimits of "${name}" allow: ${allowed}.`,
    ];
  }
});

const deliversElsewhere = onStream(function* (consumer, { name, enforced }) {
  const subject = consumer.enforced.deliver_subject;
  const back = subject && subjectsOf(enforced).find((each) => covers(each, subject));
  if (back) yield ["deliverSubject", `"${name}" stores "${back}": it would store its own deliveries.`];
});

/** A message of a work queue goes when one consumer has acknowledged it: so each has its own share of them. */
const workQueueIsShared = onStream(function* (consumer, { name, enforced }) {
  if (enforced.retention !== "workqueue") return;
  const { ack_policy = "explicit", deliver_policy = "all" } = consumer.enforced;
  if (ack_policy !== "explicit" && ack_policy !== "flow_control") {
    yield ["ackPolicy", `The work queue "${name}" needs "explicit", not "${ack_policy}".`];
  }
  if (deliver_policy !== "all")
    yield ["deliverPolicy", `The work queue "${name}" needs "all", not "${deliver_policy}".`];
});

const workQueueSharesAreApart: TopologyRule = function* ({ streams, consumers }) {
  const readers = Map.groupBy(consumers, ({ resource }) => resource.stream);
  for (const { resource } of streams) {
    if (resource.enforced.retention !== "workqueue") continue;
    yield* overlappingReaders(resource.name, readers.get(resource.stream) ?? []);
  }
};

function* overlappingReaders(queue: string, readers: Placed<ResolvedConsumer>[]): Generator<PlacedFinding> {
  const index = new SubjectIndex<string>();
  const byId = firstOf(readers, ({ resource }) => resource.id);
  for (const reader of readers) {
    const { id, enforced } = reader.resource;
    const filtered = filters(enforced);
    const subjects = filtered.length > 0 ? filtered : [">"];
    const overlapping = subjects.flatMap((subject) => index.firstOverlap(subject, id) ?? []);
    for (const subject of subjects) index.add(subject, id);
    const [first] = overlapping.sort((a, b) => a.order - b.order);
    const earlier = first && byId.get(first.owner);
    if (!earlier) continue;
    const field = enforced.filter_subjects ? "filterSubjects" : "filterSubject";
    const message = `It reads messages of the work queue "${queue}" that ${earlier.place} "${earlier.resource.name}" reads too.`;
    yield { path: `${reader.place}.${field}`, message: `${message} Give each its own subjects.` };
  }
}

const consumersFit: TopologyRule = function* ({ streams, consumers }: WholeTopology) {
  const readers = Map.groupBy(consumers, ({ resource }) => resource.stream);
  for (const { place, resource } of streams) {
    const most = Number(resource.enforced.max_consumers ?? -1);
    const declared = readers.get(resource.stream)?.length ?? 0;
    if (most > 0 && declared > most) {
      yield { path: `${place}.maxConsumers`, message: `${declared} consumers are declared on it, more than ${most}.` };
    }
  }
};

export const consumersOnStreams: TopologyRule[] = [
  eachOnce,
  replicasFit,
  staysWithinLimits,
  deliversElsewhere,
  workQueueIsShared,
  workQueueSharesAreApart,
  consumersFit,
];
