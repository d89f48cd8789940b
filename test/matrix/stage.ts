import { setTimeout as sleep } from "node:timers/promises";
import { createInbox, type Msg, type NatsConnection } from "nats";
import pLimit from "p-limit";
import { covers } from "../../lib/subjects/subjects.ts";
import { api, type RawAnswer, RawApiError, untilHeard } from "../support/raw.ts";
import { type Case, type Fields, MESSAGES, SUBJECTS } from "./case.ts";
import { CONSUMED, filled, liveConfig, type Subject } from "./declare.ts";
import { patiently } from "./patient.ts";

/** What a subject of a case has on the server. `undefined`: it is not there. */
export interface Live {
  config: Fields;
  messages: number;
  /** How far a consumer has got: the last of its stream's messages that it has delivered, and acknowledged. */
  position?: string;
}

const AT_ONCE = 16;

/** What mirrors and sources copy from, and the stream of the consumers. */
export async function prepareOrigins(nc: NatsConnection, num_replicas: number): Promise<void> {
  for (const [name, subject] of [
    ["A", "origin.a"],
    ["B", "origin.b"],
    [CONSUMED, CONSUMED],
  ] as const) {
    await patiently(nc, `STREAM.CREATE.${name}`, { name, subjects: [`${subject}.>`], num_replicas });
    await untilHeard(() => nc.request(`${subject}.s0`, payload(0), { timeout: 10_000 }));
    publishMessages(nc, subject, 1, MESSAGES);
  }
  await settled(nc, ["A", "B", CONSUMED]);
}

/**
 * Makes what is live, past everything that is tested.
 *
 * 1. The stream or consumer, and the consumers that a stream shall have.
 * 2. 60 messages in a stream, 10 of each of 6 subjects, two sizes; of cases with ages only the first half of them.
 * 3. What no create takes.
 *
 * @returns why those that are not there could not be made.
 */
export async function prepare(nc: NatsConnection, wanted: Subject[]): Promise<Map<Subject, string>> {
  const limit = pLimit(AT_ONCE);
  const failed = new Map<Subject, string>();
  let subjects = wanted;
  const each = async (work: (subject: Subject) => Promise<unknown>) => {
    const all = subjects.map((subject) =>
      limit(() => work(subject).catch((error: Error) => failed.set(subject, error.message))),
    );
    await Promise.all(all);
    subjects = wanted.filter((subject) => !failed.has(subject));
  };
  await each((subject) => create(nc, subject));
  await each((subject) => publishFirstHalf(nc, subject));
  for (const subject of subjects) if (!subject.case.ages) publishRest(nc, subject);
  const streams = [...new Set(subjects.map(({ stream }) => stream))];
  await settled(nc, streams);
  await each(async ({ case: { consumers = [] }, stream }) => {
    for (const [at, { acknowledged = 0 }] of consumers.entries()) await acknowledge(nc, stream, `c${at}`, acknowledged);
  });
  await each(async (subject) => {
    if (isPlainPull(subject)) await acknowledge(nc, subject.stream, subject.name, ACKNOWLEDGED);
  });
  await each(async ({ case: { afterwards = [] }, stream, name }) => {
    for (const more of afterwards) await update(nc, stream, filled(more, name));
  });
  return failed;
}

function positionOf({ delivered, ack_floor }: RawAnswer): string {
  return `${delivered.stream_seq}/${ack_floor.stream_seq}`;
}

/** One more message on each subject. */
export async function stir(nc: NatsConnection, subjects: Subject[]): Promise<(Live | undefined)[]> {
  for (const { subject } of subjects) publishMessages(nc, subject, 0, SUBJECTS);
  await settled(
    nc,
    subjects.map(({ stream }) => stream),
  );
  return readLive(nc, subjects);
}

/** The second half of the messages. */
export async function publishSecondHalf(nc: NatsConnection, subjects: Subject[]): Promise<void> {
  for (const subject of subjects) publishRest(nc, subject);
  await settled(
    nc,
    subjects.map(({ stream }) => stream),
  );
}

async function create(nc: NatsConnection, subject: Subject): Promise<void> {
  const { case: each, stream, name } = subject;
  const config = liveConfig(subject);
  if (each.kind === "consumer") {
    await writeConsumer(nc, stream, config);
    return;
  }
  await api(nc, `STREAM.CREATE.${stream}`, config);
  for (const [at, { filter = "" }] of (each.consumers ?? []).entries()) {
    const consumer = { durable_name: `c${at}`, name: `c${at}`, ack_policy: "explicit", max_ack_pending: 1000 };
    await writeConsumer(nc, stream, { ...consumer, ...(filter ? { filter_subject: filled(filter, name) } : {}) });
  }
}

export async function writeConsumer(nc: NatsConnection, stream: string, config: Fields): Promise<void> {
  const filter = config.filter_subject ? `.${config.filter_subject}` : "";
  await api(nc, `CONSUMER.CREATE.${stream}.${config.name}${filter}`, { stream_name: stream, config });
}

/** A raw update of some fields; `undefined` takes one away. */
export async function update(nc: NatsConnection, stream: string, change: Fields): Promise<void> {
  const { config } = await patiently(nc, `STREAM.INFO.${stream}`);
  await api(nc, `STREAM.UPDATE.${stream}`, { ...config, ...change });
}

/** The first message shows that the stream listens, where it takes that message and acknowledges. */
async function publishFirstHalf(nc: NatsConnection, subject: Subject): Promise<void> {
  if (!isPublishedTo(subject)) return;
  const { subjects = [], no_ack } = liveConfig(subject) as { subjects?: string[]; no_ack?: boolean };
  const first = `${subject.subject}.s0`;
  const isAnswered = !no_ack && subjects.some((each) => covers(each, first));
  if (isAnswered) await untilHeard(() => nc.request(first, payload(0), { timeout: 10_000 }));
  publishMessages(nc, subject.subject, isAnswered ? 1 : 0, MESSAGES / 2);
}

function publishRest(nc: NatsConnection, subject: Subject): void {
  if (isPublishedTo(subject)) publishMessages(nc, subject.subject, MESSAGES / 2, MESSAGES);
}

function isPublishedTo({ case: { kind, live } }: Subject): boolean {
  return kind !== "consumer" && !live.mirror;
}

/** Those from one number up to another. */
function publishMessages(nc: NatsConnection, subject: string, from: number, to: number): void {
  for (let i = from; i < to; i++) nc.publish(`${subject}.s${i % SUBJECTS}`, payload(i));
}

const payload = (i: number) => "x".repeat(i % 3 === 0 ? 30 : 5);

const ACKNOWLEDGED = 3;

/** A consumer that gives and takes acknowledgements on a plain request. */
function isPlainPull({ case: { kind, live } }: Subject): boolean {
  const { ack_policy, deliver_subject, deliver_policy, priority_groups, max_bytes } = live;
  const special = deliver_subject ?? deliver_policy ?? priority_groups ?? (max_bytes || undefined);
  return kind === "consumer" && ack_policy === "explicit" && special === undefined;
}

/** Acknowledges the first messages of a consumer. */
async function acknowledge(nc: NatsConnection, stream: string, consumer: string, count: number): Promise<void> {
  if (count === 0) return;
  const end = performance.now() + PULLED_WITHIN_MS;
  for (let pulled = 0; pulled < count; await sleep(20)) {
    const { messages, why } = await pull(nc, `${stream}.${consumer}`, count - pulled);
    for (const message of messages) message.respond("+ACK");
    pulled += messages.length;
    if (pulled < count && performance.now() > end) throw new Error(`no message to acknowledge: ${why}`);
  }
  await nc.flush();
  for (let tries = 0; tries < 100; tries++) {
    const { ack_floor } = await patiently(nc, `CONSUMER.INFO.${stream}.${consumer}`);
    if (ack_floor.consumer_seq >= count) return;
    await sleep(20);
  }
  throw new Error(`${consumer} of ${stream} has not taken its acknowledgements`);
}

const PULLED_WITHIN_MS = 20_000;
const NO_ANSWER_MS = 3_000;

/** What came of one pull request, and why no more: it may be too early for a new consumer of a cluster. */
async function pull(nc: NatsConnection, consumer: string, batch: number): Promise<{ messages: Msg[]; why: string }> {
  const inbox = createInbox();
  const subscription = nc.subscribe(inbox, { max: batch, timeout: NO_ANSWER_MS });
  const request = JSON.stringify({ batch, expires: 1_000_000_000 });
  nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${consumer}`, request, { reply: inbox });
  const messages: Msg[] = [];
  try {
    for await (const message of subscription) {
      const { code, description } = message.headers ?? {};
      if (code) return { messages, why: description || `status ${code}` };
      messages.push(message);
    }
    return { messages, why: "it gave all that was asked for" };
  } catch (error) {
    return { messages, why: (error as Error).message };
  }
}

/** Waits until the streams take no more messages: publishing was not waited for, and copies come in by themselves. */
async function settled(nc: NatsConnection, streams: string[]): Promise<void> {
  await nc.flush();
  let before = "";
  for (let equal = 0; equal < 2; await sleep(100)) {
    const now = (await readMessages(nc, streams)).join();
    equal = now === before ? equal + 1 : 0;
    before = now;
  }
}

async function readMessages(nc: NatsConnection, streams: string[]): Promise<(number | undefined)[]> {
  const all = await Promise.all(streams.map((stream) => readStream(nc, stream)));
  return all.map((live) => live?.messages);
}

/** What is there now, in the order of the subjects. */
export function readLive(nc: NatsConnection, subjects: Subject[]): Promise<(Live | undefined)[]> {
  return Promise.all(
    subjects.map(async ({ case: { kind }, stream, name }) => {
      const live = await readStream(nc, stream);
      if (kind !== "consumer" || !live) return live;
      const consumer = await orMissing(patiently(nc, `CONSUMER.INFO.${stream}.${name}`));
      return consumer && { config: consumer.config, messages: live.messages, position: positionOf(consumer) };
    }),
  );
}

async function readStream(nc: NatsConnection, stream: string): Promise<Live | undefined> {
  const info = await orMissing(patiently(nc, `STREAM.INFO.${stream}`));
  return info && { config: info.config, messages: info.state.messages };
}

const NOT_FOUND = [10014, 10059];

async function orMissing(answer: Promise<RawAnswer>): Promise<RawAnswer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RawApiError && NOT_FOUND.includes(error.errCode)) return undefined;
    throw error;
  }
}

export function titleOf({ field, live, declared, about }: Case): string {
  return `${field} of ${JSON.stringify(live)} to ${JSON.stringify(declared)}${about ? `, ${about}` : ""}`;
}
