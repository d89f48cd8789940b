import { setTimeout as sleep } from "node:timers/promises";
import type { Msg } from "nats";
import { api } from "../../support/raw.ts";
import { MINUTE } from "../case.ts";
import { CONSUMER, type ConsumerDisruption, type Place } from "./disruption.ts";
import { isDelivered, isRefusal, pull, store } from "./use.ts";

type Fields = Record<string, unknown>;

/** A stream with a consumer. */
async function create({ nc, name }: Place, config: Fields): Promise<void> {
  await api(nc, `STREAM.CREATE.${name}`, { name, subjects: [`${name}.>`] });
  const whole = { name: CONSUMER, durable_name: CONSUMER, ack_policy: "explicit", ...config };
  const filter = config.filter_subject ? `.${config.filter_subject}` : "";
  await api(nc, `CONSUMER.CREATE.${name}.${CONSUMER}${filter}`, { stream_name: name, config: whole });
}

/** Somebody who publishes a message and pulls it, by a request that says more. */
function pulled(config: Fields, request: Fields = {}, subject = "a"): ConsumerDisruption["prepare"] {
  return async (place) => {
    const { nc, name } = place;
    await create(place, config);
    return async () => {
      await store(nc, `${name}.${subject}`, { payload: "payload" });
      return isDelivered(nc, name, request);
    };
  };
}

const GROUPED = { priority_groups: ["a"], priority_policy: "overflow" };
const PINNED = { priority_groups: ["a"], priority_policy: "pinned_client", priority_timeout: MINUTE };

/** Two clients that pull in turn. */
const shared: ConsumerDisruption["prepare"] = async (place) => {
  const { nc, name } = place;
  await create(place, GROUPED);
  return async () => {
    const taken: boolean[] = [];
    for (let client = 0; client < 2; client++) {
      await store(nc, `${name}.a`);
      taken.push(await isDelivered(nc, name, { group: "a" }));
    }
    return taken.every(Boolean);
  };
};

/** A client that is pinned, and pulls by its pin. */
const pinned: ConsumerDisruption["prepare"] = async (place) => {
  const { nc, name } = place;
  await create(place, PINNED);
  let id: string | undefined;
  return async () => {
    await store(nc, `${name}.a`);
    const message = await pull(nc, name, { group: "a", expires: 5_000_000_000, ...(id ? { id } : {}) });
    if (!message || isRefusal(message)) return false;
    id = message.headers?.get("Nats-Pin-Id") || id;
    message.respond("+ACK");
    return true;
  };
};

const CASES: Omit<ConsumerDisruption, "kind">[] = [
  {
    field: "filter_subject",
    stops: "delivering what a narrower filter leaves out",
    prepare: pulled({}),
    declared: ({ name }) => ({ filterSubject: `${name}.b` }),
  },
  {
    field: "filter_subjects",
    stops: "delivering what one of the filters covered",
    since: "2.10.0",
    prepare: async (place) => {
      const { nc, name } = place;
      await create(place, { filter_subjects: [`${name}.a`, `${name}.b`] });
      return async () => {
        await store(nc, `${name}.a`);
        return isDelivered(nc, name);
      };
    },
    declared: ({ name }) => ({ filterSubjects: [`${name}.b`, `${name}.c`] }),
  },
  {
    field: "headers_only",
    stops: "delivering the payload",
    prepare: async (place) => {
      const { nc, name } = place;
      await create(place, {});
      return async () => {
        await store(nc, `${name}.a`, { payload: "payload" });
        const message = await pull(nc, name);
        message?.respond("+ACK");
        return message?.string() === "payload";
      };
    },
    declared: () => ({ headersOnly: true }),
  },
  {
    field: "max_batch",
    stops: "answering a pull request for many messages",
    prepare: pulled({}, { batch: 10, no_wait: true }),
    declared: () => ({ maxBatch: 5 }),
  },
  {
    field: "max_expires",
    stops: "answering a pull request that waits long",
    prepare: pulled({}, { expires: 5_000_000_000 }),
    declared: () => ({ maxExpires: "1s" }),
  },
  {
    field: "max_bytes",
    stops: "answering a pull request for many bytes",
    prepare: pulled({}, { batch: 10, max_bytes: 100_000, expires: 2_000_000_000 }),
    declared: () => ({ maxBytes: 1024 }),
  },
  {
    field: "max_deliver",
    stops: "delivering again what was not processed",
    prepare: async (place) => {
      const { nc, name } = place;
      await create(place, {});
      await store(nc, `${name}.a`);
      let last: Msg | undefined = await pull(nc, name);
      return async () => {
        last?.respond("-NAK");
        last = await pull(nc, name);
        return last !== undefined && !isRefusal(last);
      };
    },
    declared: () => ({ maxDeliver: 1 }),
  },
  {
    field: "deliver_group",
    stops: "delivering to the subscribers of the group",
    atRestart: () => true,
    prepare: async (place) => {
      const { nc, name } = place;
      const subject = `to.${name}`;
      await create(place, { deliver_subject: subject, deliver_group: "g" });
      const waiting: ((message: Msg) => void)[] = [];
      nc.subscribe(subject, { queue: "g", callback: (_error, message) => waiting.shift()?.(message) });
      await nc.flush();
      return async () => {
        const delivered = new Promise<boolean>((resolve) => {
          const timer = setTimeout(() => resolve(false), 3_000);
          waiting.push((message) => {
            clearTimeout(timer);
            message.respond("+ACK");
            resolve(true);
          });
        });
        await store(nc, `${name}.a`);
        return delivered;
      };
    },
    declared: () => ({ deliverGroup: "h" }),
  },
  {
    field: "inactive_threshold",
    stops: "keeping a consumer that nobody has used for a while",
    prepare: async (place) => {
      const { nc, name } = place;
      await create(place, {});
      return async () => {
        await store(nc, `${name}.a`);
        const isThere = await isDelivered(nc, name);
        await sleep(IDLE_MS);
        await store(nc, `${name}.a`);
        return isThere && isDelivered(nc, name);
      };
    },
    declared: () => ({ inactiveThreshold: "1s" }),
  },
  {
    field: "priority_groups",
    stops: "answering a pull request without a group",
    since: "2.11.0",
    prepare: pulled({}),
    declared: () => ({ priorityGroups: ["a"], priorityPolicy: "overflow" }),
  },
  {
    field: "priority_groups",
    stops: "answering a pull request of another group",
    since: "2.11.0",
    prepare: pulled(GROUPED, { group: "a" }),
    declared: () => ({ priorityGroups: ["b"], priorityPolicy: "overflow" }),
  },
  {
    field: "priority_policy",
    stops: "answering a pull request without a group",
    since: "2.11.0",
    prepare: pulled({}),
    declared: () => ({ priorityGroups: ["a"], priorityPolicy: "overflow" }),
  },
  {
    field: "priority_policy",
    stops: "serving more than one client",
    since: "2.11.0",
    prepare: shared,
    declared: () => ({ priorityGroups: ["a"], priorityPolicy: "pinned_client" }),
  },
  {
    field: "priority_policy",
    stops: "answering a pull request with a threshold",
    since: "2.12.0",
    prepare: pulled(GROUPED, { group: "a", min_pending: 1 }),
    declared: () => ({ priorityGroups: ["a"], priorityPolicy: "prioritized" }),
  },
  {
    field: "priority_policy",
    stops: "serving anybody before the pin has timed out",
    since: "2.11.0",
    prepare: pinned,
    declared: () => ({ priorityGroups: ["a"], priorityPolicy: "overflow" }),
  },
];

export const CONSUMER_DISRUPTIONS: ConsumerDisruption[] = CASES.map((each) => ({ kind: "consumer", ...each }));

/** More than the threshold that is declared, and the server's check of it. */
const IDLE_MS = 3_000;
