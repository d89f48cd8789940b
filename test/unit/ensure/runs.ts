import type { RunOptions } from "../../../lib/ensure/run.ts";
import type { AccountInfo, AccountLimits, StreamConfig } from "../../../lib/jetstream/types.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { FakeBroker, type FakeRequest, type Trouble } from "../../support/fake-broker.ts";

/** A run on a broker in memory. */
export interface Scenario {
  title: string;
  broker: FakeBroker;
  topology: Topology;
  options?: Partial<RunOptions>;
}

const NONE: AccountLimits = { max_memory: -1, max_storage: -1, max_streams: -1, max_consumers: -1 };
const GIB = 1024 ** 3;

function limited(limits: Partial<AccountLimits>, more: Partial<AccountInfo> = {}): Partial<AccountInfo> {
  return { limits: { ...NONE, ...limits }, ...more };
}

function broker(version = "2.15.2", cluster?: string): FakeBroker {
  return new FakeBroker({ version, ...(cluster === undefined ? {} : { cluster }) });
}

function refusing(what: FakeBroker, pattern: RegExp, trouble: Trouble, times = Number.POSITIVE_INFINITY): FakeBroker {
  let left = times;
  what.troubles.push(({ verb }: FakeRequest) => {
    if (!pattern.test(verb) || left === 0) return undefined;
    left -= 1;
    return trouble;
  });
  return what;
}

const live = (name: string, more: Partial<StreamConfig> = {}): StreamConfig => ({ name, subjects: [name], ...more });
const only = (...streams: NonNullable<Topology["streams"]>): Topology => ({ name: "t", streams });

const shop: Topology = {
  name: "shop",
  streams: [
    { name: "ORDERS", subjects: ["orders.>"], maxBytes: "1GiB", maxAge: "30d" },
    { name: "COPY", mirror: { name: "ORDERS" } },
    { name: "SUM", sources: [{ name: "ORDERS" }] },
  ],
  kvBuckets: [{ name: "jobs", history: 5 }],
  objectStores: [{ name: "files" }],
  consumers: [{ stream: "ORDERS", name: "worker", ackPolicy: "explicit", filterSubjects: ["orders.new"] }],
};

/** What a config differs in when a limit is lowered and a description changes: one held, one applied. */
const lowered = only({ name: "A", maxMsgs: 5, description: "new" });

const swap: Topology = only({ name: "A", subjects: ["a", "S1"] }, { name: "B", subjects: ["b", "S2"] });
const swapped = () =>
  broker()
    .add(live("A", { subjects: ["a", "S2"] }))
    .add(live("B", { subjects: ["b", "S1"] }));

const theirs = { metadata: { "jetstream-ensure.topology": "other" } };
const ours = { metadata: { "jetstream-ensure.topology": "t" } };

const circle: Topology = only(
  { name: "A", subjects: ["a", "S3"] },
  { name: "B", subjects: ["b", "S1"] },
  { name: "C", subjects: ["c", "S2"] },
);
const circled = () =>
  broker()
    .add(live("A", { subjects: ["a", "S1"] }))
    .add(live("B", { subjects: ["b", "S2"] }))
    .add(live("C", { subjects: ["c", "S3"] }));

const consumers = (count: number): Topology => ({
  name: "t",
  streams: [{ name: "A" }],
  consumers: Array.from({ length: count }, (_, at) => ({
    stream: "A",
    name: `c${at}`,
    ackPolicy: "explicit" as const,
  })),
});

/** A declared stream with so many bytes, of an account with 1000 bytes of which 600 are somebody's. */
function reservation(title: string, bytes: number, more: { storage?: "memory"; live?: number; version?: string } = {}) {
  const account = limited({ max_storage: 1000, max_memory: 700 });
  const what = broker(more.version)
    .add(live("OTHER", { max_bytes: 600 }))
    .add(live("SCRATCH", { max_bytes: 100, storage: "memory" }));
  if (more.live !== undefined) what.add(live("A", { max_bytes: more.live }));
  what.account = account;
  return {
    title,
    broker: what,
    topology: only({ name: "A", maxBytes: bytes, ...(more.storage ? { storage: more.storage } : {}) }),
  };
}

function account(title: string, limits: Partial<AccountLimits>, topology: Topology, what = broker()): Scenario {
  what.account = limited(limits);
  return { title, broker: what, topology };
}

const tier = (limits: Partial<AccountLimits>, streams = 0) => ({
  memory: 0,
  storage: 0,
  streams,
  consumers: 0,
  limits: { ...NONE, ...limits },
});

function tiers(title: string, topology: Topology, what = broker("2.15.2", "c")): Scenario {
  const none = { max_memory: 0, max_storage: 0, max_streams: 0, max_consumers: 0 };
  what.account = limited(none, {
    tiers: {
      R1: tier({ max_storage: 1000, max_streams: 2 }, 1),
      R3: tier({ max_storage: 500, max_consumers: 1, max_ack_pending: 50 }),
      R5: tier(none),
    },
  });
  return { title, broker: what, topology };
}

const older: Topology = only({ name: "A", maxAge: "10d" });
const aged = (version: string, level: number | undefined, gone: number[] = []) => {
  const what = broker(version).add(live("A"), { messages: 30 });
  what.account = {
    api: { ...(level === undefined ? {} : { level }), total: 0, errors: 0 } as AccountInfo["api"] & object,
  };
  const { messages, state } = what.stream("A");
  for (const sequence of gone) messages.delete(sequence);
  state.messages = messages.size;
  if (gone.length > 0) state.num_deleted = gone.length;
  return what;
};

const bySubject: Topology = only({ name: "A", maxMsgsPerSubject: 2 });
const interest: Topology = only({ name: "A", retention: "interest" });

/** Every kind of end that a run comes to, each on a broker of its own. */
export const scenarios = (): Scenario[] => [
  { title: "everything is created, what others need first", broker: broker(), topology: shop },
  { title: "a plan of the same writes nothing", broker: broker(), topology: shop, options: { mode: "plan" } },
  {
    title: "on 2.9 without what it does not know",
    broker: broker("2.9.10"),
    topology: {
      ...shop,
      consumers: [{ stream: "ORDERS", name: "worker", ackPolicy: "explicit", filterSubject: "orders.new" }],
    },
  },
  {
    title: "only the chosen ones",
    broker: broker(),
    topology: shop,
    options: { only: ["stream/ORDERS", "consumer/*"] },
  },
  {
    title: "what is live and not declared is listed by whose it is",
    broker: broker()
      .add(live("ORDERS", { subjects: ["orders.>"], max_bytes: GIB, max_age: 30 * 86_400e9 }))
      .add(live("OLD"), { messages: 3 })
      .add(live("THEIRS", { metadata: { "jetstream-ensure.topology": "other" } }))
      .add(live("OURS", { metadata: { "jetstream-ensure.topology": "shop" } }), { messages: 2 })
      .add({ name: "KV_cache", subjects: ["$KV.cache.>"] })
      .addConsumer("ORDERS", { durable_name: "stale", name: "stale" })
      .addConsumer("ORDERS", {
        durable_name: "worker",
        name: "worker",
        ack_policy: "explicit",
        filter_subject: "orders.new",
      })
      .addConsumer("ORDERS", { name: "ephemeral" }),
    topology: {
      ...shop,
      streams: shop.streams?.slice(0, 1) ?? [],
      kvBuckets: [],
      objectStores: [],
      ignore: ["stream/NOTHING"],
    },
    options: { mode: "plan" },
  },
  {
    title: "a difference that would lose messages is held, the others are applied",
    broker: broker().add(live("A"), { messages: 8 }),
    topology: lowered,
  },
  {
    title: "the same in a plan",
    broker: broker().add(live("A"), { messages: 8 }),
    topology: lowered,
    options: { mode: "plan" },
  },
  {
    title: "the same, allowed",
    broker: broker().add(live("A"), { messages: 8 }),
    topology: only({ name: "A", maxMsgs: 5, allowLoss: true }),
  },
  {
    title: "the same, only observed",
    broker: broker().add(live("A"), { messages: 8 }),
    topology: only({ name: "A", maxMsgs: 5, manage: "observe" }, { name: "B", manage: "observe" }),
  },
  {
    title: "the approved plan is another one by now",
    broker: broker().add(live("A"), { messages: 8 }),
    topology: lowered,
    options: { approve: "0123456789abcdef" },
  },
  {
    title: "the approved plan is another one, and all differences of one resource are held",
    broker: broker().add(live("A"), { messages: 8 }),
    topology: only({ name: "A", storage: "memory" }, { name: "B" }),
    options: { approve: "0123456789abcdef" },
  },
  {
    title: "undeclared values are kept and listed",
    broker: broker().add(live("A", { max_msgs: 5, discard: "new", metadata: { a: "1" } })),
    topology: only({ name: "A", description: "x" }),
  },
  {
    title: "exact takes them back",
    broker: broker().add(live("A", { max_msgs: 5, discard: "new", metadata: { a: "1" } })),
    topology: only({ name: "A", description: "x", exact: true }),
  },
  {
    title: "a create is refused",
    broker: refusing(broker(), /CREATE.A$/, { code: 10052, description: "no good" }),
    topology: only({ name: "A" }, { name: "B" }),
  },
  {
    title: "a create is refused for want of storage",
    broker: refusing(broker(), /CREATE.A$/, { code: 10047, description: "insufficient storage resources available" }),
    topology: only({ name: "A", maxBytes: "2GiB", numReplicas: 1 }),
  },
  {
    title: "a create is refused for want of storage, of an account with numbers",
    broker: Object.assign(refusing(broker("2.15.2", "c"), /CREATE.A$/, { code: 10047, description: "insufficient" }), {
      account: limited({ max_storage: 9 * GIB }, { reserved_storage: GIB }),
    }),
    topology: only({ name: "A", maxBytes: "2GiB", numReplicas: 3 }, { name: "M", storage: "memory", maxBytes: "1GiB" }),
  },
  {
    title: "somebody else was faster",
    broker: refusing(broker(), /CREATE.A$/, { code: 10058, description: "stream name already in use" }),
    topology: only({ name: "A" }),
  },
  {
    title: "a consumer is refused, as somebody else was faster",
    broker: refusing(broker().add(live("A")), /CONSUMER.CREATE/, {
      code: 10148,
      description: "consumer already exists",
    }),
    topology: consumers(1),
  },
  {
    title: "the user may not create",
    broker: refusing(broker(), /CREATE/, "denied"),
    topology: shop,
  },
  {
    title: "the user may not update",
    broker: refusing(broker().add(live("A")), /UPDATE/, "denied"),
    topology: only({ name: "A", description: "x", maxMsgs: 5 }),
  },
  {
    title: "an update is refused for one field: the others go alone",
    broker: broker().add(live("A")),
    topology: only({ name: "A", description: "x", maxMsgs: 5, maxConsumers: 7 }),
  },
  {
    title: "an update of one field is refused",
    broker: refusing(broker().add(live("A")), /UPDATE/, { code: 10052, description: "no good" }),
    topology: only({ name: "A", description: "x" }),
  },
  {
    title: "every field of an update is refused",
    broker: refusing(broker().add(live("A")), /UPDATE/, { code: 10052, description: "no good" }),
    topology: only({ name: "A", description: "x", maxMsgs: 5, maxAge: "1m" }),
  },
  {
    title: "a shorter age takes the window along, also where each field goes alone",
    broker: broker().add(live("A", { duplicate_window: 120e9 })),
    topology: only({ name: "A", maxAge: "1m", description: "x" }),
  },
  {
    title: "the server takes an update and leaves a field as it was",
    broker: Object.assign(broker().add(live("A")), {
      stores: (config: StreamConfig) => ({ ...config, max_msgs: -1 }),
    }),
    topology: only({ name: "A", description: "x", maxMsgs: 5 }, { name: "B", maxMsgs: 5 }),
  },
  {
    title: "the answer to a create is lost, and it was carried out",
    broker: refusing(broker(), /STREAM.CREATE.A$/, "lost", 1),
    topology: only({ name: "A" }),
  },
  {
    title: "the answer to a create is lost, and it was not carried out: it is sent again",
    broker: refusing(broker(), /STREAM.CREATE.A$/, "silence", 1),
    topology: only({ name: "A" }),
  },
  {
    title: "no create is ever answered",
    broker: refusing(broker(), /STREAM.CREATE.A$/, "silence"),
    topology: only({ name: "A" }, { name: "B" }),
  },
  {
    title: "the answer to an update is lost, and to the look after it too",
    broker: (() => {
      const what = broker().add(live("A"));
      let updated = false;
      what.troubles.push(({ verb }) => {
        if (/UPDATE/.test(verb)) updated = true;
        return updated && /UPDATE|STREAM.INFO/.test(verb) ? "silence" : undefined;
      });
      return what;
    })(),
    topology: only({ name: "A", description: "x" }),
  },
  {
    title: "a lost answer, then a refusal: the refusal counts",
    broker: (() => {
      const what = broker();
      let tries = 0;
      what.troubles.push(({ verb }) => {
        if (!/CREATE/.test(verb)) return undefined;
        tries += 1;
        return tries === 1 ? "silence" : { code: 10052, description: "no good" };
      });
      return what;
    })(),
    topology: only({ name: "A" }),
  },
  {
    title: "the connection breaks at the second create",
    broker: refusing(broker(), /CREATE.B$/, "cut"),
    topology: only({ name: "A" }, { name: "B" }, { name: "C" }),
  },
  {
    title: "JetStream is not enabled for the account",
    broker: refusing(broker(), /^INFO|STREAM.NAMES|STREAM.INFO/, {
      code: 10039,
      description: "JetStream not enabled for account",
    }),
    topology: only({ name: "A" }),
  },
  {
    title: "the connection breaks at the first read",
    broker: refusing(broker(), /^INFO/, "cut"),
    topology: only({ name: "A" }),
  },
  {
    title: "the account and the names may not be read",
    broker: refusing(broker().add(live("A")), /^INFO|STREAM.NAMES/, "denied"),
    topology: only({ name: "A", maxBytes: "1GiB" }, { name: "B", maxBytes: "1GiB" }),
  },
  {
    title: "one stream cannot be read",
    broker: refusing(
      broker()
        .add(live("A"))
        .add(live("B", { subjects: ["x"] })),
      /INFO.A$/,
      "denied",
    ),
    topology: only({ name: "A", subjects: ["a"] }, { name: "B", subjects: ["A", "B"] }),
    options: { mode: "plan" },
  },
  {
    title: "a consumer cannot be read",
    broker: refusing(broker().add(live("A")), /CONSUMER.INFO/, "denied"),
    topology: consumers(1),
  },
  {
    title: "the stream of a consumer is neither there nor declared",
    broker: broker().add(live("X")),
    topology: { name: "t", consumers: [{ stream: "A", name: "c", ackPolicy: "explicit" }] },
  },
  {
    title: "the stream of a consumer is refused",
    broker: broker(),
    topology: { ...consumers(1), streams: [{ name: "A", numReplicas: 3 }] },
  },
  {
    title: "the stream of a consumer is only observed and not there",
    broker: broker(),
    topology: { ...consumers(1), streams: [{ name: "A", manage: "observe" }] },
  },
  { title: "two streams swap a subject", broker: swapped(), topology: swap },
  {
    title: "a subject moves to a stream that is refused",
    broker: refusing(broker().add(live("A", { subjects: ["a", "m"] })), /CREATE.B$/, {
      code: 10052,
      description: "no good",
    }),
    topology: only({ name: "A", subjects: ["a"] }, { name: "B", subjects: ["m"] }),
  },
  {
    title: "a subject moves to a stream that the plan refuses",
    broker: broker().add(live("A", { subjects: ["a", "m"] })),
    topology: only({ name: "A", subjects: ["a"] }, { name: "B", subjects: ["m"], numReplicas: 3 }),
  },
  {
    title: "a subject is a declared stream's, which keeps it",
    broker: broker().add(live("A", { subjects: ["a.*"] })),
    topology: only({ name: "A", manage: "observe" }, { name: "B", subjects: ["a.b"] }),
  },
  {
    title: "a subject is an undeclared stream's",
    broker: broker()
      .add(live("OLD", { subjects: ["b"] }))
      .add({ name: "KV_x", subjects: ["$KV.x.>"] }),
    topology: only({ name: "B", subjects: ["b", "c"] }, { name: "D", subjects: ["$KV.x.y"] }),
  },
  reservation("a reservation that just fits", 400),
  reservation("a reservation of a byte too many", 401),
  reservation("a reservation in memory that just fits", 600, { storage: "memory" }),
  reservation("a reservation in memory of a byte too many", 601, { storage: "memory" }),
  reservation("a reservation raised as far as it goes", 400, { live: 100 }),
  reservation("a reservation raised by a byte too many", 401, { live: 100 }),
  reservation("a reservation raised by a byte too many, on 2.10.27", 401, { live: 100, version: "2.10.27" }),
  (() => {
    const full = reservation("nothing is left for a stream without a limit", 1);
    full.broker.add(live("MORE", { max_bytes: 400 }));
    return { ...full, topology: only({ name: "A" }) };
  })(),
  (() => {
    const byte = reservation("a byte is left for a stream without a limit", 1);
    byte.broker.add(live("MORE", { max_bytes: 399 }));
    return { ...byte, topology: only({ name: "A" }) };
  })(),
  (() => {
    const given = reservation("what the plan frees and takes before it is told", 1);
    given.broker.add(live("B", { max_bytes: 300 })).add(live("C", { max_bytes: 10 }));
    const streams = only({ name: "B", maxBytes: 200 }, { name: "C", maxBytes: 60 }, { name: "A", maxBytes: 200 });
    return { ...given, topology: streams };
  })(),
  (() => {
    const taken = reservation("what the plan takes before it is told", 1);
    return { ...taken, topology: only({ name: "B", maxBytes: 300 }, { name: "A", maxBytes: 200 }) };
  })(),
  {
    ...reservation("the list of streams may not be read", 500),
    broker: Object.assign(refusing(reservation("", 1).broker, /STREAM.LIST/, "denied"), {}),
  },
  {
    ...reservation("a stream did not answer to the list", 300),
    broker: refusing(reservation("", 1).broker, /STREAM.LIST/, {
      answer: { total: 0, streams: [], missing: ["OTHER"] },
    }),
  },
  account(
    "a stream may be as large as the account allows",
    { storage_max_stream_bytes: 500 },
    only({ name: "A", maxBytes: 500 }),
  ),
  account(
    "a stream is larger than the account allows",
    { storage_max_stream_bytes: 500 },
    only({ name: "A", maxBytes: 501 }),
  ),
  account(
    "a stream in memory is larger than the account allows",
    { memory_max_stream_bytes: 500, storage_max_stream_bytes: 900 },
    only({ name: "A", maxBytes: 501, storage: "memory" }, { name: "B", maxBytes: 900 }),
  ),
  account("a maxBytes is demanded", { max_bytes_required: true }, only({ name: "A" }, { name: "B", maxBytes: 1 })),
  account(
    "maxConsumers as many as allowed, and one more",
    { max_consumers: 5 },
    only({ name: "A", maxConsumers: 5 }, { name: "B", maxConsumers: 6 }),
  ),
  account("as many streams as allowed", { max_streams: 2 }, only({ name: "A" }, { name: "B" })),
  account("a stream too many", { max_streams: 2 }, only({ name: "A" }, { name: "B" }, { name: "C" })),
  account("a stream too many at once", { max_streams: 1 }, only({ name: "A" }), broker().add(live("X"))),
  account("as many consumers as the account allows, and one more", { max_consumers: 2 }, consumers(3)),
  account(
    "pending acks as many as allowed, and one more",
    { max_ack_pending: 100 },
    {
      name: "t",
      streams: [{ name: "A" }],
      consumers: [
        { stream: "A", name: "c", ackPolicy: "explicit", maxAckPending: 100 },
        { stream: "A", name: "d", ackPolicy: "explicit", maxAckPending: 101 },
      ],
    },
  ),
  {
    title: "as many consumers as the stream allows, and one more",
    broker: broker()
      .add(live("A", { max_consumers: 3 }))
      .addConsumer("A", { name: "x", durable_name: "x" })
      .addConsumer("A", { name: "JS_SRC_1", sourcing: true } as never),
    topology: { ...consumers(3), streams: [{ name: "A", maxConsumers: 3 }] },
  },
  {
    title: "the consumers of a crowded stream may not be listed",
    broker: refusing(
      broker()
        .add(live("A", { max_consumers: 1 }))
        .addConsumer("A", { name: "x", durable_name: "x" }),
      /CONSUMER.LIST/,
      "denied",
    ),
    topology: { ...consumers(1), streams: [{ name: "A", maxConsumers: 1 }] },
  },
  tiers(
    "tiers have limits of their own",
    only(
      { name: "A", maxBytes: 400 },
      { name: "B", maxBytes: 500, numReplicas: 3 },
      { name: "C", maxBytes: 1, numReplicas: 3 },
      { name: "D", numReplicas: 5 },
      { name: "E" },
    ),
    broker("2.15.2", "c").add(live("OTHER", { max_bytes: 600 })),
  ),
  tiers("consumers count in the tier of their stream", {
    name: "t",
    streams: [{ name: "A", numReplicas: 3 }],
    consumers: [
      { stream: "A", name: "c", ackPolicy: "explicit" },
      { stream: "A", name: "d", ackPolicy: "explicit" },
      { stream: "A", name: "e", ackPolicy: "explicit", numReplicas: 1 },
    ],
  }),
  tiers(
    "fewer replicas bring a stream into a tier without limits",
    only({ name: "A", numReplicas: 2, description: "x" }),
    broker("2.15.2", "c").add(live("A", { num_replicas: 3 })),
  ),
  tiers(
    "fewer replicas on a server that lets the stream stay",
    only({ name: "A", numReplicas: 2, description: "x" }),
    broker("2.14.6", "c").add(live("A", { num_replicas: 3 })),
  ),
  {
    title: "1001 consumers on a stream without a limit, on 2.15",
    broker: broker(),
    topology: consumers(1001),
    options: { mode: "plan" },
  },
  {
    title: "messages older than a lowered age, counted by time",
    broker: aged("2.15.2", 5),
    topology: older,
    options: { mode: "plan" },
  },
  { title: "the same, by halving", broker: aged("2.10.27", undefined), topology: older, options: { mode: "plan" } },
  { title: "the same, with gaps", broker: aged("2.15.2", 5, [3, 4, 25]), topology: older, options: { mode: "plan" } },
  {
    title: "the same, with too many gaps to count",
    broker: (() => {
      const what = aged("2.15.2", 5);
      what.stream("A").state.num_deleted = 10_001;
      return what;
    })(),
    topology: older,
    options: { mode: "plan" },
  },
  {
    title: "the same, and it may not be asked",
    broker: refusing(aged("2.15.2", 5), /MSG.GET/, "denied"),
    topology: older,
    options: { mode: "plan" },
  },
  {
    title: "a lowered limit per subject, counted over pages",
    broker: broker().add(live("A", { subjects: ["s.>"] }), {
      messages: 9,
      perSubject: { "s.a": 4, "s.b": 3, "s.c": 2 },
    }),
    topology: { ...bySubject, streams: [{ name: "A", subjects: ["s.>"], maxMsgsPerSubject: 2 }] },
    options: { mode: "plan" },
  },
  {
    title: "the same, with too many subjects to count",
    broker: (() => {
      const what = broker().add(live("A"), { messages: 9, perSubject: { a: 4 } });
      what.stream("A").state.num_subjects = 100_001;
      return what;
    })(),
    topology: bySubject,
    options: { mode: "plan" },
  },
  {
    title: "interest retention, by what consumers have still to see",
    broker: broker()
      .add(live("A"), { messages: 9 })
      .addConsumer("A", { name: "x", durable_name: "x" }, { pending: 3, unacknowledged: 2 }),
    topology: interest,
    options: { mode: "plan" },
  },
  {
    title: "a domain, and an account with huge numbers",
    broker: Object.assign(broker().add(live("A")), {
      account: limited({ max_storage: 0 }, { domain: "hub", reserved_storage: 2 ** 60, tiers: {} }),
    }),
    topology: only({ name: "A" }),
    options: { mode: "plan", api: { domain: "hub" } },
  },
  {
    title: "one part of a topology was approved, and this run looks at another",
    broker: broker(),
    topology: only({ name: "A" }, { name: "B" }),
    options: { approve: "0123456789abcdef-0123", only: ["stream/A"] },
  },
  {
    title: "a part was approved, and this run looks at all",
    broker: broker(),
    topology: only({ name: "A" }, { name: "B" }),
    options: { approve: "0123456789abcdef-0123" },
  },
  {
    title: "the whole was approved, and this run looks at a part",
    broker: broker(),
    topology: only({ name: "A" }, { name: "B" }),
    options: { approve: "0123456789abcdef", only: ["stream/A"] },
  },
  {
    title: "more differences than are named need approval again",
    broker: Array.from({ length: 7 }, (_, at) => live(`S${at}`)).reduce(
      (what, config) => what.add(config, { messages: 9 }),
      broker(),
    ),
    topology: only(...Array.from({ length: 7 }, (_, at) => ({ name: `S${at}`, maxMsgs: 5, denyDelete: true }))),
    options: { approve: "0123456789abcdef" },
  },
  {
    title: "five differences, all of which are named",
    broker: broker().add(live("A"), { messages: 9 }),
    topology: only({ name: "A", maxMsgs: 5, denyDelete: true, denyPurge: true, maxAge: "1d", maxBytes: 5 }),
    options: { approve: "0123456789abcdef" },
  },
  {
    title: "another topology's resources are left as they are",
    broker: broker().add(live("A", theirs)).add(live("B", theirs)),
    topology: only({ name: "A", description: "x" }, { name: "B" }),
  },
  {
    title: "another topology's resource is taken over, as it says itself",
    broker: broker().add(live("A", theirs)).add(live("B", theirs)),
    topology: only({ name: "A", description: "x", takeOver: true }, { name: "B", description: "x" }),
  },
  {
    title: "another topology's resources are taken over, all but one",
    broker: broker().add(live("A", theirs)).add(live("B", theirs)),
    topology: {
      ...only({ name: "A", description: "x" }, { name: "B", description: "x", takeOver: false }),
      takeOver: true,
    },
  },
  {
    title: "a resource is taken over without being marked",
    broker: broker().add(live("A", theirs)),
    topology: { ...only({ name: "A", description: "x", takeOver: true }), ownerMetadata: false },
  },
  {
    title: "what carries no topology's name is adopted, and what is ours or another's is not",
    broker: broker()
      .add(live("A"))
      .add(live("B", theirs))
      .add(live("C", ours))
      .add(live("D", { metadata: { a: "1" } })),
    topology: {
      ...only({ name: "A" }, { name: "B" }, { name: "C" }, { name: "D", metadata: { a: "2" } }),
      adopt: true,
    },
  },
  {
    title: "what is adopted and taken over",
    broker: broker().add(live("B", theirs)),
    topology: { ...only({ name: "B" }), adopt: true, takeOver: true },
  },
  {
    title: "on 2.9 nothing is marked",
    broker: broker("2.9.10").add(live("A")),
    topology: { ...only({ name: "A", description: "x" }, { name: "B" }), adopt: true },
  },
  {
    title: "a resource that would be another thing on an old server is not created",
    broker: broker("2.9.10"),
    topology: {
      name: "t",
      streams: [
        { name: "A", subjectTransform: { src: "a", dest: "b" }, firstSeq: 5, compression: "s2" },
        { name: "B", compression: "s2", metadata: { a: "1" } },
      ],
      consumers: [{ stream: "B", name: "c", ackPolicy: "explicit", filterSubjects: ["B.a", "B.b"] }],
    },
  },
  {
    title: "a stream is created and then to be sealed",
    broker: broker(),
    topology: only({ name: "A", sealed: true, allowOneWay: true }),
  },
  {
    title: "a consumer of a stream that is not declared gets fewer messages",
    broker: broker()
      .add(live("X", { subjects: ["x.>"], retention: "interest" }), { messages: 4 })
      .addConsumer("X", { name: "c", durable_name: "c", ack_policy: "explicit" })
      .add(live("Y", { subjects: ["y.>"] }), { messages: 4 })
      .addConsumer("Y", { name: "c", durable_name: "c", ack_policy: "explicit" }),
    topology: {
      name: "t",
      consumers: [
        { stream: "X", name: "c", ackPolicy: "explicit", filterSubject: "x.a" },
        { stream: "Y", name: "c", ackPolicy: "explicit", filterSubject: "y.a" },
      ],
    },
  },
  {
    title: "safe changes of what is only observed",
    broker: broker().add(live("A")),
    topology: only({ name: "A", description: "x", manage: "observe" }),
  },
  {
    title: "a bucket keeps what its client set at birth",
    broker: broker().add({ name: "KV_b", subjects: ["$KV.b.>"], max_msgs_per_subject: 1, allow_rollup_hdrs: true }),
    topology: { name: "t", kvBuckets: [{ name: "b", history: 3 }] },
  },
  {
    title: "a bucket's history does not fit, and its other changes are made",
    broker: Object.assign(
      broker().add({ name: "KV_b", subjects: ["$KV.b.>"], max_msgs_per_subject: 1, allow_rollup_hdrs: true }),
      {
        account: limited({ max_storage: 100 }),
      },
    ),
    topology: { name: "t", kvBuckets: [{ name: "b", maxBytes: 200, description: "x" }] },
  },
  {
    title: "storage is refused of a stream without a limit, and of a consumer",
    broker: refusing(broker(), /CREATE/, { code: 10047, description: "insufficient storage resources available" }),
    topology: { name: "t", streams: [{ name: "A" }], consumers: [{ stream: "X", name: "c", ackPolicy: "explicit" }] },
  },
  {
    title: "values of which the server knows other spellings",
    broker: broker().add({
      name: "A",
      sources: [{ name: "O2" }, { name: "O1", filter_subject: ">", opt_start_time: "2026-01-01T01:00:00+01:00" }],
      placement: { tags: ["b", "a"], cluster: "" },
      metadata: { b: "2", a: "1", "_nats.ver": "2.15" },
      consumer_limits: { max_ack_pending: 0 } as never,
      max_msgs: 5n as never,
    }),
    topology: only({
      name: "A",
      sources: [{ name: "O1", optStartTime: "2026-01-01T00:00:00Z" }, { name: "O2" }],
      placement: { tags: ["a", "b"] },
      metadata: { a: "1", b: "2" },
      maxMsgs: 5,
    }),
  },
  {
    title: "messages since a lowered age: all, one and none",
    broker: broker()
      .add(live("A"), { messages: 3, until: "2026-01-30T00:00:00Z" })
      .add(live("B"), { messages: 3, until: "2026-01-30T00:00:00Z" })
      .add(live("C"), { messages: 3, until: "2026-01-30T00:00:00Z" }),
    topology: only({ name: "A", maxAge: "12h" }, { name: "B", maxAge: "2d" }, { name: "C", maxAge: "30d" }),
    options: { mode: "plan" },
  },
  {
    title: "the limits of old and new messages when the oldest are discarded again",
    broker: broker()
      .add(live("A", { discard: "new", max_msgs: 5, max_bytes: 100 }), { messages: 9 })
      .add(live("B", { discard: "new", max_msgs: 9 }), { messages: 9 })
      .add(live("C", { discard: "new", max_bytes: 800 }), { messages: 9 }),
    topology: only({ name: "A", discard: "old" }, { name: "B", discard: "old" }, { name: "C", discard: "old" }),
    options: { mode: "plan" },
  },
  {
    title: "as many consumers as the stream allows, and none is listed for it",
    broker: broker()
      .add(live("A", { max_consumers: 2 }))
      .addConsumer("A", { name: "x" }),
    topology: { ...consumers(1), streams: [{ name: "A", maxConsumers: 2 }] },
  },
  {
    title: "consumers that the server made for sources do not count",
    broker: ["x", "JS_SRC_abcdefgh", "JS_SRC_abcdefgi"].reduce(
      (what, name, at) => what.addConsumer("A", { name, durable_name: name, ...(at > 0 ? { sourcing: true } : {}) }),
      broker().add(live("A", { max_consumers: 2 })),
    ),
    topology: { ...consumers(1), streams: [{ name: "A", maxConsumers: 2 }] },
  },
  {
    title: "1000 consumers on a stream without a limit, on 2.15",
    broker: broker(),
    topology: consumers(1000),
    options: { mode: "plan" },
  },
  {
    title: "1001 consumers on a stream with a limit, on 2.15",
    broker: broker(),
    topology: { ...consumers(1001), streams: [{ name: "A", maxConsumers: 2000 }] },
    options: { mode: "plan" },
  },
  {
    title: "1001 consumers on a stream without a limit, on 2.14",
    broker: broker("2.14.6"),
    topology: consumers(1001),
    options: { mode: "plan" },
  },
  {
    title: "1001 consumers on a stream that nobody has read",
    broker: broker(),
    topology: { ...consumers(1001), streams: [] },
    options: { mode: "plan" },
  },
  {
    title: "a consumer beside a thousand live ones, on 2.15",
    broker: Array.from({ length: 1000 }, (_, at) => `x${at}`).reduce(
      (what, name) => what.addConsumer("A", { name }),
      broker().add(live("A")),
    ),
    topology: consumers(1),
    options: { mode: "plan" },
  },
  {
    title: "consumers where the account may not be read",
    broker: refusing(broker().add(live("A", { max_consumers: 2 })), /^INFO/, "denied"),
    topology: { ...consumers(2), streams: [{ name: "A", maxConsumers: 2 }] },
  },
  tiers(
    "consumers with other replicas than the tier's do not count in it",
    {
      name: "t",
      streams: [{ name: "A", numReplicas: 3 }],
      consumers: [{ stream: "A", name: "c", ackPolicy: "explicit" }],
    },
    broker("2.15.2", "c")
      .add(live("A", { num_replicas: 3 }))
      .addConsumer("A", { name: "x", num_replicas: 1 }),
  ),
  tiers(
    "consumers with the tier's replicas count in it",
    {
      name: "t",
      streams: [{ name: "A", numReplicas: 3 }],
      consumers: [{ stream: "A", name: "c", ackPolicy: "explicit" }],
    },
    broker("2.15.2", "c")
      .add(live("A", { num_replicas: 3 }))
      .addConsumer("A", { name: "x" }),
  ),
  tiers(
    "a stream too many in a tier, with what the plan brings in and takes out",
    only({ name: "A", numReplicas: 1 }, { name: "B" }, { name: "C" }),
    broker("2.15.2", "c").add(live("A", { num_replicas: 3 })),
  ),
  {
    title: "replicas through a domain, behind which streams tell of a cluster",
    broker: Object.assign(broker().add(live("A"), { cluster: "far" }), { account: limited({}, { domain: "hub" }) }),
    topology: only({ name: "A" }, { name: "B", numReplicas: 3 }),
    options: { mode: "plan", api: { domain: "hub" } },
  },
  {
    title: "replicas through a domain, of which nothing is known",
    broker: Object.assign(broker(), { account: limited({}, { domain: "hub" }) }),
    topology: only({ name: "B", numReplicas: 3 }),
    options: { mode: "plan", api: { domain: "hub" } },
  },
  account(
    "limits of one",
    { storage_max_stream_bytes: 1, max_consumers: 1, max_ack_pending: 1, max_streams: 1 },
    {
      name: "t",
      streams: [
        { name: "A", maxBytes: 2 },
        { name: "B", maxBytes: 1, maxConsumers: 2 },
        { name: "C", maxBytes: 1 },
      ],
      consumers: [{ stream: "C", name: "c", ackPolicy: "explicit", maxAckPending: 2 }],
    },
  ),
  {
    title: "a subject moves to a stream that is to be created, and a stream that lets go of another",
    broker: broker()
      .add(live("A", { subjects: ["a", "m", "n"] }))
      .add(live("B", { subjects: ["b"] })),
    topology: only({ name: "A", subjects: ["a"] }, { name: "B", subjects: ["b", "m"] }, { name: "C", subjects: ["n"] }),
  },
  {
    title: "two answers about who has a subject",
    broker: refusing(broker().add(live("OLD", { subjects: ["b"] })), /STREAM.NAMES/, "denied", 2),
    topology: only({ name: "B", subjects: ["b", "c"] }),
  },
  {
    title: "undeclared streams that cannot be read, and more of them than are asked one by one",
    broker: refusing(broker().add(live("X")).add(live("Y", ours)), /INFO.X/, "denied"),
    topology: only({ name: "A" }),
    options: { mode: "plan" },
  },
  {
    title: "33 undeclared streams are read from the list",
    broker: Array.from({ length: 33 }, (_, at) => live(`X${at}`, at % 11 === 0 ? ours : {})).reduce(
      (what, config) => what.add(config),
      broker(),
    ),
    topology: only({ name: "A" }),
    options: { mode: "plan" },
  },
  {
    title: "32 undeclared streams are asked one by one",
    broker: Array.from({ length: 32 }, (_, at) => live(`X${at}`, at % 11 === 0 ? ours : {})).reduce(
      (what, config) => what.add(config),
      broker(),
    ),
    topology: only({ name: "A" }),
    options: { mode: "plan" },
  },
  {
    title: "33 undeclared streams, of which some did not answer",
    broker: refusing(
      Array.from({ length: 33 }, (_, at) => live(`X${at}`)).reduce((what, config) => what.add(config), broker()),
      /STREAM.LIST/,
      { answer: { total: 1, streams: [], missing: ["X1", "X2"] } },
    ),
    topology: only({ name: "A" }),
    options: { mode: "plan" },
  },
  {
    title: "unmanaged consumers of which some are ignored, others ours or another's",
    broker: [
      ["ours", ours],
      ["theirs", theirs],
      ["ignored", {}],
      ["plain", {}],
    ].reduce(
      (what, [name, more]) =>
        what.addConsumer("A", { name: `${name}`, durable_name: `${name}`, ...(more as object) }, { pending: 4 }),
      broker().add(live("A")),
    ),
    topology: { ...only({ name: "A" }), ignore: ["consumer/A/ign*"] },
    options: { mode: "plan" },
  },
  {
    title: "unmanaged consumers may not be listed",
    broker: refusing(
      broker().add(live("A")).addConsumer("A", { name: "x", durable_name: "x" }),
      /CONSUMER.LIST/,
      "denied",
    ),
    topology: only({ name: "A" }),
    options: { mode: "plan" },
  },
  {
    title: "no update of several fields is ever answered: they are not tried one by one",
    broker: refusing(broker().add(live("A")), /UPDATE/, "silence"),
    topology: only({ name: "A", description: "x", maxMsgs: 5 }),
  },
  {
    title: "an exact consumer that is paused stays so",
    broker: broker().add(live("A")).addConsumer("A", {
      name: "c",
      durable_name: "c",
      ack_policy: "explicit",
      description: "x",
      pause_until: "2026-03-01T00:00:00Z",
    }),
    topology: {
      name: "t",
      exact: true,
      streams: [{ name: "A" }],
      consumers: [{ stream: "A", name: "c", ackPolicy: "explicit" }],
    },
  },
  {
    title: "an exact stream keeps the window that clients set beside sources",
    broker: broker()
      .add({ name: "A", sources: [{ name: "O" }], duplicate_window: 120e9, description: "x" })
      .add({ name: "B", sources: [{ name: "O" }], duplicate_window: 60e9 }),
    topology: {
      name: "t",
      exact: true,
      streams: [
        { name: "A", sources: [{ name: "O" }] },
        { name: "B", sources: [{ name: "O" }] },
      ],
    },
  },
  {
    title: "an adoption that the account has no room for is held, and is not tried again",
    broker: Object.assign(broker().add(live("A", { max_bytes: 900 })), { account: limited({ max_storage: 500 }) }),
    topology: { ...only({ name: "A" }), adopt: true },
  },
  {
    title: "an update of a consumer beside a thousand others is no consumer more, on 2.15",
    broker: Array.from({ length: 999 }, (_, at) => `x${at}`).reduce(
      (what, name) => what.addConsumer("A", { name }),
      broker()
        .add(live("A"))
        .addConsumer("A", { name: "c0", durable_name: "c0", ack_policy: "explicit", description: "x" }),
    ),
    topology: { ...consumers(1), exact: true },
    options: { mode: "plan" },
  },
  tiers(
    "pending acks count in the tier of the consumer's stream",
    {
      name: "t",
      streams: [{ name: "A", numReplicas: 3 }],
      consumers: [{ stream: "A", name: "c", ackPolicy: "explicit", maxAckPending: 60 }],
    },
    broker("2.15.2", "c").add(live("A", { num_replicas: 3 })),
  ),
  account(
    "pending acks raised too far are held, and the other change is made",
    { max_ack_pending: 100 },
    {
      name: "t",
      consumers: [{ stream: "A", name: "c", ackPolicy: "explicit", maxAckPending: 101, description: "x" }],
    },
    broker()
      .add(live("A"))
      .addConsumer("A", { name: "c", durable_name: "c", ack_policy: "explicit", max_ack_pending: 50 }),
  ),
  account(
    "consumers of any replicas count where there are no tiers",
    { max_consumers: 2 },
    consumers(1),
    broker("2.15.2", "c")
      .add(live("A", { num_replicas: 3 }))
      .addConsumer("A", { name: "x", num_replicas: 1 })
      .addConsumer("A", { name: "y", num_replicas: 1 }),
  ),
  tiers(
    "more replicas bring a stream into a full tier: they are held, and the other change is made",
    only({ name: "A", numReplicas: 1, description: "x" }, { name: "B", numReplicas: 3, description: "y" }),
    broker("2.15.2", "c")
      .add(live("A", { num_replicas: 3 }))
      .add(live("B")),
  ),
  {
    title: "a subject of a stream that could not be read is held, and the other change is made",
    broker: refusing(broker().add(live("A")).add(live("B")), /INFO.A$/, "denied"),
    topology: only({ name: "A", subjects: ["a"] }, { name: "B", subjects: ["A", "B"], description: "x" }),
  },
  {
    title: "nobody listens to the API",
    broker: refusing(broker(), /INFO|NAMES/, "nobody"),
    topology: only({ name: "A" }),
  },
  {
    title: "all consumers of a stream are declared, and are not listed as unmanaged",
    broker: broker().add(live("A")).addConsumer("A", { name: "c0", durable_name: "c0", ack_policy: "explicit" }),
    topology: consumers(1),
  },
  {
    title: "a subject that another declared stream keeps is held, and the other change is made",
    broker: broker()
      .add(live("A", { subjects: ["A.*"] }))
      .add(live("B")),
    topology: only({ name: "A", manage: "observe" }, { name: "B", subjects: ["A.x", "B"], description: "x" }),
  },
  {
    title: "a subject that an undeclared stream has is held, and the other change is made",
    broker: broker()
      .add(live("OLD", { subjects: ["o.*"] }))
      .add(live("B")),
    topology: only({ name: "B", subjects: ["o.x", "B"], description: "x" }),
  },
  {
    title: "replicas that the account has no room for are held, and the other change is made",
    broker: Object.assign(broker("2.15.2", "c").add(live("A", { max_bytes: 100 })), {
      account: limited({ max_storage: 250 }),
    }),
    topology: only({ name: "A", numReplicas: 3, description: "x" }),
  },
  (() => {
    const full = tiers(
      "more replicas than a full tier takes are held, and the other change is made",
      only({ name: "A", numReplicas: 3, description: "x" }, { name: "B", numReplicas: 3, description: "y" }),
      broker("2.15.2", "c")
        .add(live("A", { num_replicas: 3 }))
        .add(live("B")),
    );
    const { tiers: all = {} } = full.broker.account;
    full.broker.account.tiers = { ...all, R3: { ...tier({ max_streams: 1 }, 1) } };
    return full;
  })(),
  {
    title: "two streams swap a subject, and the second may not be updated",
    broker: refusing(swapped(), /UPDATE.B$/, "denied"),
    topology: swap,
  },
  {
    title: "two streams swap a subject, and the first may not be updated",
    broker: refusing(swapped(), /UPDATE.A$/, "denied"),
    topology: swap,
  },
  {
    title: "two streams swap a subject, and the second is refused",
    broker: refusing(swapped(), /UPDATE.B$/, { code: 10052, description: "no good" }),
    topology: swap,
  },
  {
    title: "two streams swap a subject, and no update of the second is answered",
    broker: refusing(swapped(), /UPDATE.B$/, "silence"),
    topology: swap,
  },
  {
    title: "two streams swap a subject, and the answer to the first release is lost",
    broker: refusing(swapped(), /UPDATE.A$/, "lost", 1),
    topology: swap,
  },
  {
    title: "two streams swap a subject, and each has another change",
    broker: swapped(),
    topology: only(
      { name: "A", subjects: ["a", "S1"], description: "x" },
      { name: "B", subjects: ["b", "S2"], maxMsgs: 5 },
    ),
  },
  {
    title: "three streams pass subjects round, and the third may not be updated",
    broker: refusing(circled(), /UPDATE.C$/, "denied"),
    topology: circle,
  },
  { title: "three streams pass subjects round", broker: circled(), topology: circle },
  {
    title: "a subject moves to a stream that is refused, and cannot be given back",
    broker: (() => {
      const what = refusing(broker().add(live("A", { subjects: ["a", "m"] })), /CREATE.B$/, {
        code: 10052,
        description: "no good",
      });
      let updates = 0;
      what.troubles.push(({ verb }) => {
        if (verb !== "STREAM.UPDATE.A") return undefined;
        updates += 1;
        return updates > 1 ? { code: 10052, description: "no good either" } : undefined;
      });
      return what;
    })(),
    topology: only({ name: "A", subjects: ["a"], description: "x" }, { name: "B", subjects: ["m"] }),
  },
  {
    title: "one of two subjects that are let go of is taken over, and the other is not",
    broker: refusing(broker().add(live("A", { subjects: ["a", "m", "n"] })), /CREATE.B$/, {
      code: 10052,
      description: "no good",
    }),
    topology: only({ name: "A", subjects: ["a"] }, { name: "B", subjects: ["m"] }, { name: "C", subjects: ["n"] }),
  },
];
