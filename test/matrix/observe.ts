import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import pLimit from "p-limit";
import { run } from "../../lib/ensure/run.ts";
import { connectBroker } from "../../lib/jetstream/connect.ts";
import type { Mode, ReportedResource } from "../../lib/report/result.ts";
import { declaredName } from "../../lib/topology/fields/names.ts";
import type { Policy } from "../../lib/topology/resolve/resolved.ts";
import { RawApiError } from "../support/raw.ts";
import type { Fields } from "./case.ts";
import { declaredValue, type Subject } from "./declare.ts";
import { type Live, readLive, update, writeConsumer } from "./stage.ts";

/** All that was seen of one case on one server. */
export interface Observation {
  before: Live | undefined;
  /** A plan, and an ensure that may lose nothing; what was there after it; and a second one. */
  plan: ReportedResource;
  cautious: ReportedResource;
  afterCautious: Live | undefined;
  cautiousAgain: ReportedResource;
  /** An ensure that may lose messages and go one way; what was there after it; and a second one. */
  allowed: ReportedResource;
  afterAllowed: Live | undefined;
  allowedAgain: ReportedResource;
  /** A raw update past the plan: to what is declared where that is held, back where it may be impossible. */
  raw: RawUpdate;
  /** After the server's timers, after its restart, and an ensure that may all after that. */
  settled: Live | undefined;
  /** In memory, with what was forecast still there: after one more message on each subject. */
  stirred?: Live | undefined;
  restarted: Live | undefined;
  allowedRestarted: ReportedResource;
}

/** `accepted`, or the err_code; and what the field is afterwards. */
export type RawUpdate = { accepted: boolean; code?: number; value: unknown } | undefined;

export type BeforeRestart = Omit<Observation, "settled" | "restarted" | "allowedRestarted">;

interface Ground {
  url: string;
}

const AT_ONCE = 16;

/** Runs everything that is done to the cases while the server is up. */
export async function observe(ground: Ground, nc: NatsConnection, subjects: Subject[]): Promise<BeforeRestart[]> {
  const before = await readLive(nc, subjects);
  const plan = await runAll(ground, subjects, { mode: "plan" });
  const cautious = await runAll(ground, subjects, {});
  const afterCautious = await readLive(nc, subjects);
  const cautiousAgain = await runAll(ground, subjects, {});
  const allowed = await runAll(ground, subjects, { policy: ALL });
  const afterAllowed = await readLive(nc, subjects);
  const allowedAgain = await runAll(ground, subjects, { policy: ALL });
  const limit = pLimit(AT_ONCE);
  const raw = await Promise.all(
    subjects.map((subject, at) =>
      limit(() => rawUpdate(nc, subject, at_(plan, at), { before: before[at], now: afterAllowed[at] })),
    ),
  );
  return subjects.map((_, at) => ({
    before: before[at],
    plan: at_(plan, at),
    cautious: at_(cautious, at),
    afterCautious: afterCautious[at],
    cautiousAgain: at_(cautiousAgain, at),
    allowed: at_(allowed, at),
    afterAllowed: afterAllowed[at],
    allowedAgain: at_(allowedAgain, at),
    raw: raw[at],
  }));
}

const ALL: Partial<Policy> = { allowLoss: true, allowDisruption: true, allowOneWay: true };

/** One run over all of the cases, as one topology: the resources' reports, in their order. */
export async function runAll(
  { url }: Ground,
  subjects: Subject[],
  { mode = "ensure", policy = {} }: { mode?: Mode; policy?: Partial<Policy> },
): Promise<ReportedResource[]> {
  const resources = subjects.map(({ resource }) => ({ ...resource, policy: { ...resource.policy, ...policy } }));
  const result = await run({
    topology: { name: "matrix", ignore: ["*"], resources },
    connect: () => connectBroker({ servers: [url] }),
    mode,
    trigger: "matrix",
  });
  if (result.error) throw new Error(result.error.message);
  return result.resources;
}

export const runAllowed = (ground: Ground, subjects: Subject[]) => runAll(ground, subjects, { policy: ALL });

async function rawUpdate(
  nc: NatsConnection,
  subject: Subject,
  plan: ReportedResource,
  { before, now }: { before: Live | undefined; now: Live | undefined },
): Promise<RawUpdate> {
  const { case: each, stream } = subject;
  const impact = differenceOf(subject, plan)?.impact;
  if (!before || !now || impact === undefined || impact === "safe" || impact === "lossy") return undefined;
  const isHeld = impact !== "one-way";
  const field = isHeld ? each.field : (each.latch ?? each.field);
  const value = isHeld ? declaredValue(subject) : before.config[field];
  try {
    if (each.kind === "consumer") {
      await writeConsumer(nc, stream, without({ ...now.config, ...each.alongside, [field]: value }));
    } else {
      // What the markers need cannot go while they stay.
      const rest = field === each.field ? {} : { [each.field]: before.config[each.field] };
      await update(nc, stream, { ...rest, ...each.alongside, [field]: value });
    }
  } catch (error) {
    if (!(error instanceof RawApiError)) throw error;
    return { accepted: false, code: error.errCode, value: undefined };
  }
  const [after] = await readLive(nc, [subject]);
  return { accepted: true, value: after?.config[field] };
}

/** The difference that a case is about. */
export function differenceOf({ case: { kind, field } }: Subject, report: ReportedResource) {
  return report.differences.find((each) => each.field === declaredName(kind, field));
}

/** A consumer whose filter goes is addressed without it. */
function without(config: Fields): Fields {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined && value !== ""));
}

/** What should be there in the end; what is open may be anything. */
export type Expected = Partial<Pick<Live, "messages" | "position">>;

/** Waits until all is as expected, at most for a while; gives what is there then. */
export async function awaitTimers(
  nc: NatsConnection,
  subjects: Subject[],
  expected: Expected[],
  withinMs: number,
): Promise<(Live | undefined)[]> {
  for (const end = performance.now() + withinMs; ; await sleep(50)) {
    const live = await readLive(nc, subjects);
    const isThere = live.every((each, at) => isAs(each, expected[at] ?? {}));
    if (isThere || performance.now() > end) return live;
  }
}

function isAs(live: Live | undefined, { messages, position }: Expected): boolean {
  if (messages !== undefined && messages !== live?.messages) return false;
  return position === undefined || position === live?.position;
}

function at_<Item>(items: Item[], at: number): Item {
  const item = items[at];
  if (item === undefined) throw new Error(`there is no report of case ${at}`);
  return item;
}
