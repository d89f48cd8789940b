import { setImmediate as turn } from "node:timers/promises";
import { errors, type NatsConnection } from "nats";
import { EMPTY } from "../../functions/reference/changes/situations.ts";
import { decodeJson, encodeJson } from "../../lib/jetstream/json.ts";
import type { AccountInfo, ConsumerConfig, StreamConfig, StreamState } from "../../lib/jetstream/types.ts";
import { overlap } from "../../lib/subjects/subjects.ts";

/** A request that arrived, in the words of the JetStream API: `STREAM.CREATE.ORDERS`. */
export interface FakeRequest {
  verb: string;
  body: Record<string, unknown>;
}

/** How a test makes the broker answer: an error, nothing at all, or something of its own. Default: as a server would. */
export type Trouble =
  | { code: number; description: string }
  | "silence"
  | "cut"
  | "denied"
  /** No server listens to that subject. */
  | "nobody"
  /** Carried out, and the answer is lost. */
  | "lost"
  /** Any JSON. */
  | { answer: unknown }
  /** Any text, also one that is not JSON. */
  | { text: string };

interface FakeStream {
  config: StreamConfig;
  state: StreamState;
  cluster?: { name: string; leader: string };
  /** Epoch milliseconds of each message that is stored, by its sequence. */
  messages: Map<number, number>;
  perSubject: Record<string, number>;
  consumers: Map<string, { config: ConsumerConfig; pending: number; unacknowledged: number }>;
}

/**
 * A JetStream API in memory, for tests of what a run sends and says: it stores configs as they come, knows subjects and
 * names, and gives any answer that a test wants. How real servers answer is tested on real servers (test/broker).
 */
export class FakeBroker {
  readonly requests: string[] = [];
  readonly streams = new Map<string, FakeStream>();
  account: Partial<AccountInfo> = {};
  closed = false;
  /** How many writes were under way at once. */
  mostWritesAtOnce = 0;
  private writesNow = 0;
  /** What is asked for each request; the first answer that is not undefined counts. */
  troubles: ((request: FakeRequest) => Trouble | undefined)[] = [];
  /** What a server makes of a config that it stores. */
  stores: (config: StreamConfig | ConsumerConfig) => object = (config) => config;

  readonly server: { version: string; cluster?: string };

  constructor(server: { version: string; cluster?: string } = { version: "2.15.2" }) {
    this.server = server;
  }

  /** A stream with so many messages of a hundred bytes, one a day, the last one at `until`. */
  add(
    config: StreamConfig,
    more: { messages?: number; perSubject?: Record<string, number>; until?: string; cluster?: string } = {},
  ): this {
    const { messages = 0, perSubject = {}, until = "2026-01-30T00:00:00Z" } = more;
    const times = Array.from({ length: messages }, (_, at) => Date.parse(until) - (messages - 1 - at) * 86_400_000);
    const at = (time: number | undefined) => (time === undefined ? EMPTY.first_ts : new Date(time).toISOString());
    const state = {
      ...EMPTY,
      messages,
      bytes: messages * 100,
      last_seq: messages,
      first_ts: at(times[0]),
      last_ts: at(times.at(-1)),
      num_subjects: Object.keys(perSubject).length,
    };
    const stored = new Map(times.map((time, index) => [index + 1, time]));
    const cluster = more.cluster === undefined ? {} : { cluster: { name: more.cluster, leader: "n1" } };
    this.streams.set(config.name, { config, state, ...cluster, messages: stored, perSubject, consumers: new Map() });
    return this;
  }

  addConsumer(stream: string, config: ConsumerConfig, more: { pending?: number; unacknowledged?: number } = {}): this {
    const { pending = 0, unacknowledged = 0 } = more;
    this.stream(stream).consumers.set(config.name ?? "", { config, pending, unacknowledged });
    return this;
  }

  stream(name: string): FakeStream {
    const stream = this.streams.get(name);
    if (!stream) throw new Error(`there is no ${name}`);
    return stream;
  }

  /** Requests that write, as they came. */
  get writes(): string[] {
    return this.requests.filter((verb) => /^(STREAM|CONSUMER)\.(CREATE|UPDATE)/.test(verb));
  }

  connection(): NatsConnection {
    const connection = {
      info: { version: this.server.version, ...(this.server.cluster ? { cluster: this.server.cluster } : {}) },
      isClosed: () => this.closed,
      close: async () => {
        this.closed = true;
      },
      flush: async () => undefined,
      request: async (subject: string, payload: string) => {
        const answer = await this.counted(subject, payload);
        return { string: () => (answer instanceof AnswerText ? answer.text : encodeJson(answer)) };
      },
    };
    return connection as unknown as NatsConnection;
  }

  private async counted(subject: string, payload: string): Promise<unknown> {
    if (!/\.(CREATE|UPDATE)\./.test(subject)) return this.exchange(subject, payload);
    this.writesNow += 1;
    this.mostWritesAtOnce = Math.max(this.mostWritesAtOnce, this.writesNow);
    await turn();
    this.writesNow -= 1;
    return this.exchange(subject, payload);
  }

  private async exchange(subject: string, payload: string): Promise<unknown> {
    const verb = subject.replace(/^\$JS\.([^.]+\.)?API\./, "");
    const body = payload === "" ? {} : (decodeJson(payload) as Record<string, unknown>);
    this.requests.push(verb);
    const request = { verb, body };
    const trouble = this.troubles.map((each) => each(request)).find((each) => each !== undefined);
    if (trouble === "silence") throw new errors.TimeoutError();
    if (trouble === "denied") throw new errors.PermissionViolationError("denied", "publish", subject);
    if (trouble === "nobody") throw new errors.RequestError(subject, { cause: new errors.NoRespondersError(subject) });
    if (trouble === "cut") {
      this.closed = true;
      throw new errors.ConnectionError("connection closed");
    }
    if (trouble === "lost") {
      this.answer(request);
      throw new errors.TimeoutError();
    }
    if (trouble && "answer" in trouble) return trouble.answer;
    if (trouble && "text" in trouble) return new AnswerText(trouble.text);
    if (trouble) return failed(trouble.code, trouble.description);
    return this.answer(request);
  }

  private answer({ verb, body }: FakeRequest): unknown {
    const [kind, what, name = "", consumer = ""] = verb.split(".");
    if (verb === "$SYS.REQ.USER.INFO") return { data: { account: "TEAM" } };
    if (verb === "INFO") return this.accountInfo();
    if (kind === "STREAM") {
      if (what === "NAMES")
        return page([...this.streams.keys()].filter(this.hasSubject(body.subject)), "streams", body);
      if (what === "LIST") return page([...this.streams.values()].map(infoOf), "streams", body);
      if (what === "CREATE") return this.create(body as unknown as StreamConfig);
      const stream = this.streams.get(name === "GET" ? consumer : name);
      if (!stream) return failed(10059, "stream not found");
      if (what === "INFO") return this.info(stream, body);
      if (what === "MSG") return message(stream, body);
      if (what === "UPDATE") return this.update(stream, body as unknown as StreamConfig);
    }
    const stream = this.streams.get(name);
    if (!stream) return failed(10059, "stream not found");
    if (what === "LIST") {
      return page(
        [...stream.consumers.keys()].map((each) => consumerInfo(stream, each)),
        "consumers",
        body,
      );
    }
    if (what === "INFO") {
      return stream.consumers.has(consumer) ? consumerInfo(stream, consumer) : failed(10014, "consumer not found");
    }
    if (what === "CREATE") {
      const { config } = body as { config: ConsumerConfig };
      const known = stream.consumers.get(consumer);
      const stored = this.stores(config) as ConsumerConfig;
      stream.consumers.set(consumer, { pending: 0, unacknowledged: 0, ...known, config: stored });
      return consumerInfo(stream, consumer);
    }
    throw new Error(`the fake broker does not know ${verb}`);
  }

  private accountInfo() {
    const limits = { max_memory: -1, max_storage: -1, max_streams: -1, max_consumers: -1 };
    const count = { memory: 0, storage: 0, streams: this.streams.size, consumers: 0 };
    return { ...count, limits, api: { level: 5, total: 0, errors: 0 }, ...this.account };
  }

  private hasSubject(subject: unknown) {
    return (name: string) =>
      typeof subject !== "string" || subjectsOf(this.stream(name).config).some((each) => overlap(each, subject));
  }

  private create(config: StreamConfig) {
    if (this.streams.has(config.name)) return failed(10058, "stream name already in use");
    if (this.isTaken(config)) return failed(10065, "subjects overlap with an existing stream");
    this.add(this.stores(config) as StreamConfig);
    return infoOf(this.stream(config.name));
  }

  private update(stream: FakeStream, config: StreamConfig) {
    if (this.isTaken(config)) return failed(10065, "subjects overlap with an existing stream");
    stream.config = this.stores(config) as StreamConfig;
    return infoOf(stream);
  }

  private isTaken(config: StreamConfig): boolean {
    const others = [...this.streams.values()].filter((each) => each.config.name !== config.name);
    const theirs = others.flatMap((each) => subjectsOf(each.config));
    return subjectsOf(config).some((subject) => theirs.some((other) => overlap(subject, other)));
  }

  private info(stream: FakeStream, body: Record<string, unknown>) {
    const info = infoOf(stream);
    if (body.deleted_details) {
      const all = Array.from({ length: Number(stream.state.last_seq) }, (_, at) => at + 1);
      return { ...info, state: { ...info.state, deleted: all.filter((each) => !stream.messages.has(each)) } };
    }
    if (body.subjects_filter === undefined) return info;
    const entries = Object.entries(stream.perSubject).slice(Number(body.offset ?? 0));
    const total = Object.keys(stream.perSubject).length;
    return { ...info, total, state: { ...info.state, subjects: Object.fromEntries(entries) } };
  }
}

class AnswerText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Up to date, and heard from a moment ago. */
function copied({ name }: { name: string }) {
  return { name, lag: 0, active: 1_000_000 };
}

function infoOf(stream: FakeStream) {
  const { mirror, sources } = stream.config;
  return {
    config: stream.config,
    created: "2026-01-01T00:00:00Z",
    ...(stream.cluster ? { cluster: stream.cluster } : {}),
    ...(mirror ? { mirror: copied(mirror) } : {}),
    ...(sources ? { sources: sources.map(copied) } : {}),
    state: { ...stream.state, consumer_count: stream.consumers.size },
  };
}

function consumerInfo(stream: FakeStream, name: string) {
  const { config, pending, unacknowledged } = stream.consumers.get(name) ?? {
    config: {},
    pending: 0,
    unacknowledged: 0,
  };
  const about = { stream_name: stream.config.name, name, created: "2026-01-01T00:00:00Z" };
  return { ...about, config, num_pending: pending, num_ack_pending: unacknowledged };
}

function message({ messages }: FakeStream, body: Record<string, unknown>) {
  const since = typeof body.start_time === "string" ? Date.parse(body.start_time) : undefined;
  const found = [...messages].find(([seq, time]) => (since === undefined ? seq >= Number(body.seq) : time >= since));
  if (!found) return failed(10037, "no message found");
  return { message: { seq: found[0], subject: "s", time: new Date(found[1]).toISOString() } };
}

const PAGE = 3;

function page(all: unknown[], key: string, { offset = 0 }: Record<string, unknown>) {
  return { total: all.length, offset, limit: PAGE, [key]: all.slice(Number(offset), Number(offset) + PAGE) };
}

function subjectsOf({ name, subjects, mirror, sources }: StreamConfig): string[] {
  if (subjects?.length) return subjects;
  return mirror || sources?.length ? [] : [name];
}

function failed(err_code: number, description: string) {
  return { error: { code: 400, err_code, description } };
}
