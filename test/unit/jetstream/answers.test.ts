import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { type RunOptions, run } from "../../../lib/ensure/run.ts";
import { readAccount } from "../../../lib/export/account.ts";
import { exportTopology } from "../../../lib/export/export.ts";
import { EXPORT_FORMATS, type ExportFormat, writeTopology } from "../../../lib/export/write/write-topology.ts";
import { type JetStreamApi, jetStreamApi } from "../../../lib/jetstream/api.ts";
import { BrokerError } from "../../../lib/jetstream/errors/broker-error.ts";
import { decodeJson, encodeJson } from "../../../lib/jetstream/json.ts";
import type { AccountLimits } from "../../../lib/jetstream/types.ts";
import { renderResult } from "../../../lib/report/render-result.ts";
import type { Result } from "../../../lib/report/result.ts";
import { parseTopology, resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import { FakeBroker, type FakeRequest, type Trouble } from "../../support/fake-broker.ts";

/*
 * What answers that are not as they should be come to: an error that says which answer, and what is wrong with it; in a
 * run, a report.
 */

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime("2026-01-31T00:00:00Z");
});
afterEach(() => void vi.useRealTimers());

const SECRET = "hunter2hunter2";

/** Answers that are of no use to any request. */
const HOSTILE: [string, Trouble][] = [
  ["null", { answer: null }],
  ["an empty list", { answer: [] }],
  ["a list", { answer: [{ config: { name: "A" } }] }],
  ["a text", { answer: "hello" }],
  ["a number", { answer: 5 }],
  ["an integer beyond 2^53", { answer: 2n ** 63n - 1n }],
  ["true", { answer: true }],
  ["no text at all", { text: "" }],
  ["what is not JSON", { text: `CONNECT {"user":"ops","pass":"${SECRET}"` }],
  ["JSON that is deeper than the stack", { text: `${"[".repeat(200_000)}9999999999999999${"]".repeat(200_000)}` }],
  ["a receipt of a stream that stores the request", { answer: { stream: "AUDIT", seq: 5 } }],
  [
    "such a receipt that refuses",
    { answer: { error: { code: 503, err_code: 10077, description: "full" }, stream: "AUDIT", seq: 0 } },
  ],
  ["an error that is a text", { answer: { error: SECRET } }],
  ["an error with a code that is a text", { answer: { error: { err_code: "10059" } } }],
  ["an error with a description that is an object", { answer: { error: { err_code: 10059, description: {} } } }],
];

/** Answers that look better, and that no request for a resource can use. */
const INCOMPLETE: [string, unknown][] = [
  ["an empty object", {}],
  ["an object with other fields", { type: "io.nats.jetstream.api.v1.unknown", [SECRET]: SECRET }],
  ["parts that are null", { config: null, state: null, limits: null, total: null, message: null }],
  ["parts that are texts", { config: SECRET, state: SECRET, limits: SECRET, total: SECRET, message: SECRET }],
  ["parts that are empty", { config: {}, state: {}, limits: {}, total: {}, message: {} }],
  ["parts that are lists", { config: [], state: [], limits: [], total: [], message: [] }],
];

const REQUESTS: [string, (api: JetStreamApi) => Promise<unknown>][] = [
  ["INFO", (api) => api.accountInfo()],
  ["STREAM.NAMES", (api) => api.streamNames()],
  ["STREAM.LIST", (api) => api.streamList()],
  ["STREAM.INFO.A", (api) => api.streamInfo("A")],
  ["STREAM.INFO.A", (api) => api.subjectCounts("A")],
  ["STREAM.INFO.A", (api) => api.messagesBySubject("A", ">")],
  ["STREAM.INFO.A", (api) => api.deletedSequences("A")],
  ["STREAM.MSG.GET.A", (api) => api.messageFrom("A", 1)],
  ["STREAM.MSG.GET.A", (api) => api.messageSince("A", new Date(0))],
  ["STREAM.MSG.GET.A", (api) => api.lastMessage("A", ">")],
  ["CONSUMER.LIST.A", (api) => api.consumerList("A")],
  ["CONSUMER.INFO.A.c", (api) => api.consumerInfo("A", "c")],
  ["STREAM.CREATE.A", (api) => api.createStream({ name: "A" })],
  ["STREAM.UPDATE.A", (api) => api.updateStream({ name: "A" })],
  ["CONSUMER.CREATE.A.c", (api) => api.writeConsumer("A", { name: "c" }, "create")],
];

function answering(trouble: Trouble): FakeBroker {
  const broker = new FakeBroker();
  broker.troubles.push(() => trouble);
  return broker;
}

const all: [string, Trouble][] = [
  ...HOSTILE,
  ...INCOMPLETE.map(([title, answer]): [string, Trouble] => [title, { answer }]),
];

describe.each(all)("an answer that is %s", (_title, trouble) => {
  test.each(REQUESTS)("is an error that names the request: %s", async (verb, ask) => {
    const error = await ask(jetStreamApi(answering(trouble).connection())).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );

    expect(error).toBeInstanceOf(BrokerError);
    const { message, class: errorClass, answerLost } = error as BrokerError;
    expect(message).toMatch(new RegExp(`^The answer to \\$JS\\.API\\.${verb} cannot be used: `));
    expect(message.length).toBeLessThan(400);
    expect(message).not.toContain(SECRET);
    expect(errorClass).toBe("unknown");
    expect(answerLost).toBe(/CREATE|UPDATE/.test(verb));
  });

  test("tells nothing of the user", async () => {
    expect(await jetStreamApi(answering(trouble).connection()).user()).toEqual({
      account: undefined,
      publish: undefined,
    });
  });
});

/** A run that sends every request: it creates, updates, counts what would be lost and looks at what is not declared. */
function stage(): { broker: FakeBroker; topology: Topology } {
  const broker = new FakeBroker({ version: "2.10.27" });
  const at = "2026-01-30T00:00:00Z";
  broker.add({ name: "A", subjects: ["a.>"] }, { messages: 30, perSubject: { "a.b": 20, "a.c": 10 }, until: at });
  const perSubject = { aged: 20, gone: 10 };
  broker.add({ name: "AGED", subjects: ["aged", "gone"] }, { messages: 30, perSubject, until: at });
  broker.stream("AGED").messages.delete(5);
  Object.assign(broker.stream("AGED").state, { messages: 29, num_deleted: 1 });
  broker.add({ name: "OLD" });
  broker.addConsumer("A", { name: "stale", durable_name: "stale" });
  broker.addConsumer("A", { name: "c", durable_name: "c", ack_policy: "explicit" });
  broker.account = { limits: { max_memory: -1, max_storage: 2 ** 40, max_streams: -1, max_consumers: -1 } };
  const topology: Topology = {
    name: "t",
    streams: [
      { name: "A", subjects: ["a.>"], maxMsgsPerSubject: 5, description: "x" },
      { name: "AGED", subjects: ["aged"], maxAge: "10d" },
      { name: "NEW", subjects: ["new.>"], maxBytes: "1GiB" },
      { name: "COPY", mirror: { name: "A" } },
    ],
    consumers: [
      { stream: "A", name: "c", ackPolicy: "explicit", maxAckPending: 5 },
      { stream: "A", name: "d", ackPolicy: "explicit" },
    ],
  };
  return { broker, topology };
}

/** Every kind of request that such a run sends. */
const SENT: Record<string, (request: FakeRequest) => boolean> = {
  INFO: ({ verb }) => verb === "INFO",
  "USER.INFO": ({ verb }) => verb === "$SYS.REQ.USER.INFO",
  "STREAM.NAMES": ({ verb, body }) => verb === "STREAM.NAMES" && body.subject === undefined,
  "STREAM.NAMES of a subject": ({ verb, body }) => verb === "STREAM.NAMES" && body.subject !== undefined,
  "STREAM.LIST": ({ verb }) => verb === "STREAM.LIST",
  "STREAM.INFO": ({ verb, body }) => verb.startsWith("STREAM.INFO") && Object.keys(body).length === 0,
  "STREAM.INFO with subjects": ({ body }) => body.subjects_filter !== undefined,
  "STREAM.INFO with deleted messages": ({ body }) => body.deleted_details !== undefined,
  "STREAM.MSG.GET of a time": ({ body }) => body.start_time !== undefined,
  "STREAM.MSG.GET of a subject": ({ body }) => body.last_by_subj !== undefined,
  "STREAM.CREATE": ({ verb }) => verb.startsWith("STREAM.CREATE"),
  "STREAM.UPDATE": ({ verb }) => verb.startsWith("STREAM.UPDATE"),
  "CONSUMER.LIST": ({ verb }) => verb.startsWith("CONSUMER.LIST"),
  "CONSUMER.INFO": ({ verb }) => verb.startsWith("CONSUMER.INFO"),
  "CONSUMER.CREATE": ({ verb }) => verb.startsWith("CONSUMER.CREATE"),
};

async function ran(broker: FakeBroker, topology: Topology, options: Partial<RunOptions> = {}): Promise<Result> {
  const connect = async () => broker.connection();
  return run({ topology: resolveTopology(topology), connect, mode: "ensure", trigger: "test", ...options });
}

/** All that the report says, which must be a report: every reader can print it, and no program error is in it. */
function sentences(result: Result): string {
  const text = `${JSON.stringify(result)}\n${renderResult(result, { width: 120, colour: false })}`;
  expect(text).not.toMatch(/TypeError|RangeError|Cannot (read|convert|mix)|is not (a function|iterable)|\.ts:\d|NaN/);
  expect(text).not.toContain(SECRET);
  return text;
}

describe("a run in which one kind of request is answered with anything", () => {
  it("sends every kind of request", async () => {
    const { broker, topology } = stage();
    const seen = new Set<string>();
    broker.troubles.push((request) => {
      for (const [kind, is] of Object.entries(SENT)) if (is(request)) seen.add(kind);
      return undefined;
    });

    await ran(broker, topology);

    expect([...seen].sort()).toEqual(Object.keys(SENT).sort());
  });

  describe.each(Object.keys(SENT))("%s", (kind) => {
    it.each(all)("ends in a report: %s", async (_title, trouble) => {
      const { broker, topology } = stage();
      broker.troubles.push((request) => (SENT[kind]?.(request) ? trouble : undefined));

      const result = await ran(broker, topology);

      const report = sentences(result);
      if (kind !== "USER.INFO") expect(report).toContain("cannot be used");
      expect(result.broker).not.toBeNull();
      expect(result.resources).toHaveLength(6);
    });
  });

  it("believes no answer to a write that it cannot use: it reads what became of it", async () => {
    const { broker, topology } = stage();
    broker.troubles.push(({ verb }) => (/STREAM.(CREATE|UPDATE)/.test(verb) ? { answer: {} } : undefined));

    const { resources } = await ran(broker, topology);

    const created = resources.find(({ id }) => id === "stream/NEW");
    expect(created?.outcome).toBe("failed");
    expect(created?.error?.message).toContain("So it was 3 times, and each time it had not been carried out.");
  });

  it("names the stream that stores the requests, which is the likely cause of a receipt", async () => {
    const { broker, topology } = stage();
    broker.troubles.push(() => ({ answer: { stream: "AUDIT", seq: 5 } }));

    const { resources, warnings } = await ran(broker, topology);

    expect(resources.map(({ error }) => error?.message)[0]).toBe(
      'The answer to $JS.API.STREAM.INFO.A cannot be used: it is the receipt of the stream "AUDIT", which stores the ' +
        "requests of JetStream as messages. Take the subject that covers them ($JS.API.>, $JS.> or the like) from " +
        "that stream, or set its no_ack.",
    );
    expect(warnings[0]).toMatch(/^The account's limits are not known: The answer to \$JS\.API\.INFO cannot be used/);
  });

  it("is about the resource that was asked for: an answer about another one is of no use", async () => {
    const { broker, topology } = stage();
    const other = await jetStreamApi(broker.connection()).streamInfo("OLD");
    broker.troubles.push(({ verb }) => (verb === "STREAM.INFO.A" ? { answer: other } : undefined));

    const { resources } = await ran(broker, topology);

    expect(resources[0]?.error?.message).toBe(
      'The answer to $JS.API.STREAM.INFO.A cannot be used: config.name is another name, where "A" is expected.',
    );
    expect(broker.writes).not.toContain("STREAM.UPDATE.OLD");
  });
});

it("says no more than a thousand characters of what a server gives as its reason", async () => {
  const broker = answering({ code: 10052, description: "x".repeat(100_000) });
  const error = await jetStreamApi(broker.connection())
    .accountInfo()
    .catch((thrown) => thrown);
  expect(error.message).toBe(`The server answered: ${"x".repeat(1000)} (10052).`);
});

/** Any value that JSON can say, integers of 64 bits among them. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, {}, [], "", "x", -1, 0, 1.5, true, 2n ** 63n - 1n, 2n ** 64n - 3n, SECRET),
);

/** One of an answer's values, at any depth, replaced. */
function spoiled(answer: unknown, at: number, value: unknown): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const root = { answer };
  const walk = (object: Record<string, unknown>) => {
    for (const [key, part] of Object.entries(object)) {
      places.push([object, key]);
      if (typeof part === "object" && part !== null) walk(part as Record<string, unknown>);
    }
  };
  walk(root);
  const place = places[at % places.length];
  if (place) place[0][place[1]] = value;
  return root.answer;
}

/** The broker, with one value in its answers to one kind of request replaced. */
function spoiling(broker: FakeBroker, kind: string, at: number, value: unknown): FakeBroker {
  const connection = broker.connection();
  const request = connection.request.bind(connection);
  const spoil: typeof connection.request = async (subject, payload, options) => {
    const body = payload ? (decodeJson(String(payload)) as Record<string, unknown>) : {};
    const verb = subject.replace(/^\$JS\.API\./, "");
    const message = await request(subject, payload, options);
    if (!SENT[kind]?.({ verb, body })) return message;
    const text = encodeJson(spoiled(decodeJson(message.string()), at, value));
    return { string: () => text } as typeof message;
  };
  broker.connection = () => Object.assign(connection, { request: spoil });
  return broker;
}

describe("a run in which one value of an answer is another one", () => {
  const arbitrary = fc.tuple(fc.constantFrom(...Object.keys(SENT)), fc.nat(80), anything);

  it("ends in a report, whichever value it is", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.constantFrom("plan", "ensure"), async ([kind, at, value], mode) => {
        const { broker, topology } = stage();

        const result = await ran(spoiling(broker, kind, at, value), topology, { mode: mode as "plan" | "ensure" });

        expect(() => JSON.stringify(result)).not.toThrow();
        expect(renderResult(result, { width: 120, colour: false })).not.toMatch(/TypeError|RangeError|Cannot /);
        expect(result.error?.message ?? "").not.toMatch(/TypeError|RangeError|Cannot (read|convert|mix)/);
      }),
      { numRuns: 500 },
    );
  });

  const parsed = (text: string, format: ExportFormat) =>
    format === "ts" ? resolveTopology(evaluated(text)) : parseTopology(text, format);

  it("is a whole topology or an error to an export", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([kind, at, value]) => {
        const { broker } = stage();
        const account = await readAccount(jetStreamApi(spoiling(broker, kind, at, value).connection())).catch(
          (error: unknown) => {
            expect(error).toBeInstanceOf(BrokerError);
            return undefined;
          },
        );
        if (account === undefined) return;
        const server = { version: "2.15.2", apiLevel: 5, cluster: null };
        const { topology, remarks } = exportTopology(account, { name: "t", server });
        for (const format of EXPORT_FORMATS) {
          expect(parsed(writeTopology(topology, format, { remarks }), format)).toEqual(resolveTopology(topology));
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** The value of an exported module, without loading it. */
function evaluated(text: string): Topology {
  const [, value = ""] = /export default defineTopology\((.*)\);\n$/s.exec(text) ?? [];
  return new Function(`return ${value}`)() as Topology;
}

describe("limits of 9223372036854775807, as JWTs give them", () => {
  const MOST = 2n ** 63n - 1n;
  const limits = {
    max_memory: MOST,
    max_storage: MOST,
    max_streams: MOST,
    max_consumers: MOST,
    max_ack_pending: MOST,
    memory_max_stream_bytes: MOST,
    storage_max_stream_bytes: MOST,
  } as unknown as AccountLimits;
  const none = Object.fromEntries(Object.keys(limits).map((name) => [name, 0])) as unknown as AccountLimits;
  const count = { memory: 0, storage: 0, streams: 0, consumers: 0 };

  it.each([
    ["of the account", { limits }],
    ["of a tier", { limits: none, tiers: { R1: { ...count, limits } } }],
    ["with as much reserved", { limits, reserved_storage: MOST as unknown as number }],
  ])("are numbers in the report: %s", async (_title, account) => {
    const { broker, topology } = stage();
    broker.account = account;

    const result = await ran(broker, topology);

    sentences(result);
    expect(result.resources.find(({ id }) => id === "stream/NEW")?.outcome).toBe("created");
    expect(result.broker?.storage.limit ?? 2 ** 63).toBe(2 ** 63);
  });

  it("of a live stream and consumer are written back with every digit", async () => {
    const { broker, topology } = stage();
    const kept = { max_msgs: MOST, max_consumers: MOST };
    Object.assign(broker.stream("A").config, kept);
    broker.addConsumer("A", { name: "c", durable_name: "c", ack_policy: "explicit", max_deliver: MOST });

    const result = await ran(broker, topology);

    sentences(result);
    expect(broker.stream("A").config).toMatchObject({ ...kept, description: "x" });
    expect(broker.stream("A").consumers.get("c")?.config).toMatchObject({ max_deliver: MOST, max_ack_pending: 5 });
  });

  it("of a live stream and consumer are remarks of an export, which no number of a topology can say", async () => {
    const { broker } = stage();
    Object.assign(broker.stream("A").config, { max_msgs: MOST, max_bytes: MOST });
    broker.addConsumer("A", { name: "c", durable_name: "c", ack_policy: "explicit", max_deliver: MOST });

    const account = await readAccount(jetStreamApi(broker.connection()));
    const server = { version: "2.15.2", apiLevel: 5, cluster: null };
    const { topology, remarks } = exportTopology(account, { name: "t", server });

    for (const what of ["stream/A.maxMsgs", "stream/A.maxBytes", "consumer/A/c.maxDeliver"]) {
      expect(remarks.join("\n")).toContain(what);
    }
    expect(remarks.join("\n")).toContain("9223372036854775807");
    expect(resolveTopology(topology).resources.map(({ id }) => id)).toContain("consumer/A/c");
  });
});
