import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { api, type RawAnswer, RawApiError } from "../../support/raw.ts";
import { MINUTE, SECOND } from "../case.ts";
import type { Place, StreamDisruption } from "./disruption.ts";
import { comesTrue, firstOf, isDelivered, isStored, store } from "./use.ts";

type Fields = Record<string, unknown>;

/** Makes the stream of a case, and others beside it. */
async function create({ nc, name }: Place, config: Fields = {}): Promise<void> {
  await api(nc, `STREAM.CREATE.${name}`, { name, subjects: [`${name}.>`], ...config });
}

async function stateOf({ nc, name }: Place): Promise<RawAnswer> {
  return (await api(nc, `STREAM.INFO.${name}`)).state;
}

const publishes = ({ nc, name }: Place, message = {}) => isStored(nc, `${name}.a`, message);

/** A stream of which a publisher has stored three messages, and goes on. */
function published(config: Fields, message: Parameters<typeof isStored>[2] = {}): StreamDisruption["prepare"] {
  return async (place) => {
    await create(place, config);
    for (let i = 0; i < 3; i++) await publishes(place, message);
    return () => publishes(place, message);
  };
}

const ofAll = ({ name }: Place) => ({ subjects: [`${name}.>`] });

/** Publishing to the origin of a source, and seeing the message in the stream that has the source. */
const sourced: StreamDisruption["prepare"] = async (place) => {
  const { nc, name } = place;
  for (const origin of ["O", "P"])
    await api(nc, `STREAM.CREATE.${name}${origin}`, { name: `${name}${origin}`, subjects: [`${name}${origin}.>`] });
  await create(place, { sources: [{ name: `${name}O` }] });
  return async () => {
    const { messages } = await stateOf(place);
    await store(nc, `${name}O.a`);
    return comesTrue(async () => (await stateOf(place)).messages > messages);
  };
};

/** What a subscriber of the republished messages gets. */
const republished =
  (headersOnly: boolean): StreamDisruption["prepare"] =>
  async (place) => {
    const { nc, name } = place;
    await create(place, { republish: { src: `${name}.>`, dest: `again.${name}.>` } });
    return async () => {
      const message = await firstOf(nc, `again.${name}.a`, () => publishes(place, { payload: "payload" }));
      return message !== undefined && (!headersOnly || message.string() === "payload");
    };
  };

/** Batches are named anew each time, and so are subjects whose messages expire. */
let batches = 0;
let expiring = 0;

const CASES: Omit<StreamDisruption, "kind">[] = [
  {
    field: "subjects",
    stops: "publishing to a subject that is dropped",
    prepare: async (place) => {
      await create(place, { subjects: [`${place.name}.a`, `${place.name}.b`] });
      return () => publishes(place);
    },
    declared: ({ name }) => ({ subjects: [`${name}.b`] }),
  },
  {
    field: "subjects",
    stops: "publishing to what a narrower subject leaves out",
    prepare: published({}),
    declared: ({ name }) => ({ subjects: [`${name}.b.>`] }),
  },
  {
    field: "max_consumers",
    stops: "making a consumer anew",
    since: "2.12.5",
    prepare: async (place) => {
      const { nc, name } = place;
      await create(place);
      const make = (consumer: string) => {
        const config = { name: consumer, durable_name: consumer, ack_policy: "explicit" };
        return api(nc, `CONSUMER.CREATE.${name}.${consumer}`, { stream_name: name, config });
      };
      for (const consumer of ["C1", "C2", "C3"]) await make(consumer);
      return async () => {
        await api(nc, `CONSUMER.DELETE.${name}.C3`);
        try {
          await make("C3");
          return true;
        } catch (error) {
          if (error instanceof RawApiError) return false;
          throw error;
        }
      };
    },
    declared: (place) => ({ ...ofAll(place), maxConsumers: 2 }),
  },
  {
    field: "max_msgs",
    stops: "publishing to a stream that is full",
    prepare: published({ discard: "new" }),
    declared: async (place) => ({ ...ofAll(place), maxMsgs: (await stateOf(place)).messages }),
  },
  {
    field: "max_bytes",
    stops: "publishing to a stream that is full",
    prepare: published({ discard: "new" }),
    declared: async (place) => ({ ...ofAll(place), maxBytes: (await stateOf(place)).bytes }),
  },
  {
    field: "max_msgs_per_subject",
    stops: "publishing to a subject that is full",
    prepare: published({ discard: "new", discard_new_per_subject: true, max_msgs_per_subject: 100 }),
    declared: async (place) => ({ ...ofAll(place), maxMsgsPerSubject: (await stateOf(place)).messages }),
  },
  {
    field: "max_msg_size",
    stops: "publishing a large message",
    prepare: published({}, { payload: "x".repeat(100) }),
    declared: (place) => ({ ...ofAll(place), maxMsgSize: 50 }),
  },
  {
    field: "discard",
    stops: "publishing to a stream that is full",
    prepare: published({ max_msgs: 3 }),
    declared: (place) => ({ ...ofAll(place), discard: "new" }),
  },
  {
    field: "discard_new_per_subject",
    stops: "publishing to a subject that is full",
    prepare: published({ discard: "new", max_msgs_per_subject: 3 }),
    declared: (place) => ({ ...ofAll(place), discard: "new", maxMsgsPerSubject: 3, discardNewPerSubject: true }),
  },
  {
    field: "no_ack",
    stops: "acknowledging what is published",
    prepare: published({}),
    declared: (place) => ({ ...ofAll(place), noAck: true }),
  },
  {
    field: "sources",
    stops: "taking from a source that is removed",
    prepare: sourced,
    declared: (place) => ({ ...ofAll(place), sources: [] }),
  },
  {
    field: "sources",
    stops: "taking from a source that another one replaces",
    prepare: sourced,
    declared: (place) => ({ ...ofAll(place), sources: [{ name: `${place.name}P` }] }),
  },
  {
    field: "sources",
    stops: "taking what a narrower filter of a source leaves out",
    prepare: sourced,
    declared: (place) => {
      const origin = `${place.name}O`;
      return { ...ofAll(place), sources: [{ name: origin, filterSubject: `${origin}.b` }] };
    },
  },
  {
    field: "subject_transform",
    stops: "finding what is published under its subject",
    since: "2.10.0",
    prepare: async (place) => {
      const { nc, name } = place;
      await create(place);
      return async () => {
        const sequence = await store(nc, `${name}.a`);
        const { message } = await api(nc, `STREAM.MSG.GET.${name}`, { last_by_subj: `${name}.a` });
        return message.seq === sequence;
      };
    },
    declared: (place) => {
      const transform = { src: `${place.name}.>`, dest: `moved.${place.name}.>` };
      return { ...ofAll(place), subjectTransform: transform };
    },
  },
  {
    field: "republish",
    stops: "republishing, where it is removed",
    since: "2.10.0",
    prepare: republished(false),
    declared: (place) => ({ ...ofAll(place), exact: true }),
  },
  {
    field: "republish",
    stops: "republishing to the destination of before",
    since: "2.10.0",
    prepare: republished(false),
    declared: (place) => {
      return { ...ofAll(place), republish: { src: `${place.name}.>`, dest: `other.${place.name}.>` } };
    },
  },
  {
    field: "republish",
    stops: "republishing the payload",
    since: "2.10.0",
    prepare: republished(true),
    declared: (place) => {
      const republish = { src: `${place.name}.>`, dest: `again.${place.name}.>`, headersOnly: true };
      return { ...ofAll(place), republish };
    },
  },
  {
    field: "allow_direct",
    stops: "answering direct gets",
    prepare: async (place) => {
      await create(place, { allow_direct: true });
      await publishes(place);
      return () => answersDirectly(place, place.name);
    },
    declared: (place) => ({ ...ofAll(place), allowDirect: false }),
  },
  {
    field: "mirror_direct",
    stops: "answering direct gets for the origin",
    // Before, the server keeps it off where it does not see the origin.
    since: "2.9.16",
    // Measured: 2.10.27 and 2.11.11 go on until then, 2.12.8 does not.
    atRestart: (version) => !isAtLeast({ version }, "2.12.8"),
    prepare: async (place) => {
      const { nc, name } = place;
      const origin = `${name}O`;
      const config = { name: origin, subjects: [FAR_SUBJECT] };
      await nc.request(`${FAR.api}.STREAM.CREATE.${origin}`, JSON.stringify(config));
      await store(nc, FAR_SUBJECT);
      await api(nc, `STREAM.CREATE.${name}`, { name, mirror: { name: origin, external: FAR }, mirror_direct: true });
      await comesTrue(async () => (await stateOf(place)).messages === 1);
      // This account has no other stream that could answer.
      return () => answersDirectly(place, origin);
    },
    declared: ({ name }) => ({ mirror: { name: `${name}O`, external: FAR }, mirrorDirect: false }),
  },
  {
    field: "allow_rollup_hdrs",
    stops: "publishing a roll-up",
    prepare: published({ allow_rollup_hdrs: true }, { headers: { "Nats-Rollup": "sub" } }),
    declared: (place) => ({ ...ofAll(place), allowRollupHdrs: false }),
  },
  {
    field: "subject_delete_marker_ttl",
    stops: "telling a consumer that a message has expired",
    since: "2.11.0",
    prepare: async (place) => {
      const { nc, name } = place;
      const markers = { allow_msg_ttl: true, allow_rollup_hdrs: true, subject_delete_marker_ttl: MINUTE };
      await create(place, { ...markers, max_age: SECOND, duplicate_window: SECOND });
      const config = { name: "C", durable_name: "C", ack_policy: "explicit", filter_subject: `${name}.short.>` };
      await api(nc, `CONSUMER.CREATE.${name}.C.${name}.short.>`, { stream_name: name, config });
      // It stays: the stream is in use, whatever has expired.
      await publishes(place, { headers: { "Nats-TTL": "never" } });
      return async () => {
        await store(nc, `${name}.short.${++expiring}`);
        const isThere = await isDelivered(nc, name);
        return isThere && comesTrue(() => isDelivered(nc, name));
      };
    },
    declared: (place) => ({ ...ofAll(place), subjectDeleteMarkerTtl: "0s" }),
  },
  {
    field: "allow_atomic",
    stops: "publishing an atomic batch",
    since: "2.12.0",
    prepare: async (place) => {
      await create(place, { allow_atomic: true });
      return () => {
        const batch = { "Nats-Batch-Id": `batch${++batches}`, "Nats-Batch-Sequence": "1", "Nats-Batch-Commit": "1" };
        return publishes(place, { headers: batch });
      };
    },
    declared: (place) => ({ ...ofAll(place), allowAtomic: false }),
  },
  {
    field: "allow_batched",
    stops: "publishing a batch",
    since: "2.14.0",
    prepare: async (place) => {
      const { nc, name } = place;
      await create(place, { allow_batched: true });
      return async () => {
        // ADR-50: <inbox>.<id>.<flow>.<gaps>.<sequence>.<operation>.$FI, where 2 commits.
        const reply = `_INBOX.${name}.batch${++batches}.10.fail.1.2.$FI`;
        const answer = await firstOf(nc, reply, () => nc.publish(`${name}.a`, "x", { reply }));
        return answer !== undefined && answer.json<{ error?: unknown }>().error === undefined;
      };
    },
    declared: (place) => ({ ...ofAll(place), allowBatched: false }),
  },
];

export const STREAM_DISRUPTIONS: StreamDisruption[] = CASES.map((each) => ({ kind: "stream", ...each }));

/** Another account with a JetStream of its own, and a subject that its stream stores. */
const FAR = { api: "$JS.far.API", deliver: "deliver.far" };
const FAR_SUBJECT = "far.a";

/** Clients that do not log in are in the account that can reach the other one. */
export const SERVER_CONFIG = `
  accounts {
    FAR {
      jetstream: enabled
      exports: [{ service: "$JS.API.>" }, { service: "$JS.FC.>" }, { service: "${FAR_SUBJECT}" }, { stream: "${FAR.deliver}.>" }]
    }
    NEAR {
      jetstream: enabled
      users: [{ user: near, password: near }]
      imports: [
        { service: { account: FAR, subject: "$JS.API.>" }, to: "${FAR.api}.>" }
        { service: { account: FAR, subject: "$JS.FC.>" } }
        { service: { account: FAR, subject: "${FAR_SUBJECT}" } }
        { stream: { account: FAR, subject: "${FAR.deliver}.>" } }
      ]
    }
  }
  no_auth_user: near
`;

async function answersDirectly({ nc }: Place, stream: string): Promise<boolean> {
  try {
    const message = await nc.request(`$JS.API.DIRECT.GET.${stream}`, JSON.stringify({ seq: 1 }), { timeout: 1_000 });
    return message.string() === "x";
  } catch {
    return false;
  }
}
