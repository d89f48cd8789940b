import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import { AGE_MS, type Case } from "./case.ts";
import { type Subject, subjectOf } from "./declare.ts";
import { isVolatile, type Judgement, judge } from "./judge.ts";
import { awaitTimers, type BeforeRestart, differenceOf, type Expected, observe, runAllowed } from "./observe.ts";
import { type Live, prepare, prepareOrigins, publishSecondHalf, readLive, stir } from "./stage.ts";

/** A server or a cluster. */
export interface Ground {
  readonly url: string;
  readonly version: string;
  /** How many it has of what others depend on. */
  readonly replicas: number;
  connect(): Promise<NatsConnection>;
  restart(): Promise<void>;
}

/** Before the first half is older than the age. */
const SECOND_HALF_BEFORE_MS = 800;
const PAST_AGE_MS = 500;
/** For the server's timers; those of ages fire within a second or two. New replicas may take longer to catch up. */
const TIMERS_MS = 2_500;
const REPLICAS_MS = 15_000;

/**
 * Holds all cases against one server, with one restart.
 *
 * 1. Prepare all; those with ages get the first half of their messages.
 * 2. Observe the others meanwhile.
 * 3. Give the second half, wait until the first is too old, observe the cases with ages.
 * 4. Wait for timers; restart; look again, first at those whose second half gets old too.
 */
export async function measure(ground: Ground, cases: Case[]): Promise<Judgement[]> {
  const nc = await ground.connect();
  await prepareOrigins(nc, ground.replicas);
  const all = cases.map((each, at) => subjectOf(each, `M${String(at).padStart(3, "0")}`));
  const failed = new Map<Subject, string>();
  const made = async (subjects: Subject[]) => {
    for (const [subject, why] of await prepare(nc, subjects)) failed.set(subject, why);
    return subjects.filter((subject) => !failed.has(subject));
  };
  const aging = await made(all.filter(({ case: { ages } }) => ages));
  const firstHalfAt = performance.now();
  const others = await made(all.filter(({ case: { ages } }) => !ages));
  const seen = new Map<Subject, BeforeRestart>();
  const keep = (subjects: Subject[], observed: BeforeRestart[]) =>
    subjects.forEach((subject, at) => {
      const each = observed[at];
      if (each) seen.set(subject, each);
    });
  keep(others, await observe(ground, nc, others));

  let secondHalfAt = performance.now();
  if (aging.length > 0) {
    await until(firstHalfAt + AGE_MS - SECOND_HALF_BEFORE_MS);
    secondHalfAt = performance.now();
    await publishSecondHalf(nc, aging);
    await until(firstHalfAt + AGE_MS + PAST_AGE_MS);
    keep(aging, await observe(ground, nc, aging));
  }
  const ordered = [...aging, ...others];
  const expected = ordered.map((subject) => leftOver(subject, seen.get(subject)));
  const settled = await awaitTimers(nc, ordered, expected, ground.replicas > 1 ? REPLICAS_MS : TIMERS_MS);
  const stirred = await stirWhatIsOver(nc, ordered, expected, settled);
  await nc.close();

  await ground.restart();
  const after = await ground.connect();
  const restarted = await readLive(after, ordered);
  if (aging.length > 0 && performance.now() > secondHalfAt + AGE_MS) {
    throw new Error("this machine was too slow: the newer messages got too old before they could be counted");
  }
  const allowedRestarted = await runAllowed(ground, ordered);
  const judged = new Map(
    ordered.map((subject, at) => {
      const observed = seen.get(subject);
      const report = allowedRestarted[at];
      if (!observed || !report) throw new Error(`${subject.name} was not observed`);
      const whole = {
        ...observed,
        settled: settled[at],
        stirred: stirred.get(subject),
        restarted: restarted[at],
        allowedRestarted: report,
      };
      return [subject, judge(subject, whole, ground.version)] as const;
    }),
  );
  return all.map((subject) => judged.get(subject) ?? notMade(failed.get(subject)));
}

/** What is left once all that was forecast is gone; and consumers keep their place. */
function leftOver(subject: Subject, observed: BeforeRestart | undefined): Expected {
  const { messages = 0, position } = observed?.before ?? {};
  if (position !== undefined) return { position };
  const forecast = observed && differenceOf(subject, observed.plan)?.forecast;
  return forecast?.certainty === "exact" ? { messages: messages - forecast.messages } : {};
}

const notMade = (why = "not judged"): Judgement => ({
  impact: "none",
  text: "not made",
  problems: [`what shall be live could not be made: ${why}`],
});

/** In memory no restart evicts what no update did, but the next message does. */
async function stirWhatIsOver(
  nc: NatsConnection,
  subjects: Subject[],
  expected: Expected[],
  settled: (Live | undefined)[],
): Promise<Map<Subject, Live | undefined>> {
  const over = subjects.filter((subject, at) => {
    const left = expected[at]?.messages;
    return isVolatile(subject) && left !== undefined && left !== settled[at]?.messages;
  });
  const live = await stir(nc, over);
  return new Map(over.map((subject, at) => [subject, live[at]]));
}

async function until(instant: number): Promise<void> {
  await sleep(Math.max(0, instant - performance.now()));
}
