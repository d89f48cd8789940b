import { Duration } from "aws-cdk-lib";
import { ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { describe, expect, test } from "vitest";
import type { JetStreamEnsureProps } from "../../cdk/construct/options/props.ts";
import { type Change, EXTRA_PERIODS, type Point, type State, simulate } from "./alarm-simulation.ts";
import { template } from "./synth.ts";

/** What a run meets, or that there is none. */
type Condition = "healthy" | "brokerDown" | "held" | "slow" | "settling" | "mended" | "disabled" | "silent";

interface Course {
  /** Minutes between two scheduled runs. */
  interval: number;
  /** Of the run that comes so many intervals after the first. */
  condition(run: number): Condition;
  /** Whether the deployment ran too, just before the alarms were created. */
  deployed?: boolean;
}

/** Intervals, and how many of them a simulation goes on for: at least a day and a half. */
const SCHEDULES: [number, number][] = [
  [1, 2200],
  [5, 440],
  [15, 150],
  [60, 40],
  [360, 20],
  [1440, 20],
];

const TIMEOUT_MS = 60_000;

/** Scheduler invokes within the minute, not at its start, and values arrive some seconds to minutes after a run. */
function pointsOf({ interval, condition, deployed = true }: Course, runs: number): Point[] {
  const random = numbers(interval);
  const points = deployed ? runPoints(-0.5, condition(0), random) : [];
  for (let run = 0; run < runs; run++) {
    points.push(...runPoints((run + 0.4) * interval + random(), condition(run), random));
  }
  return points;
}

function runPoints(at: number, condition: Condition, random: () => number): Point[] {
  if (condition === "silent") return [];
  const late = at + random() * 2;
  const point = (metric: string, value: number, when = late): Point => ({ at: when, metric, value });
  if (condition === "disabled") {
    // Lambda tries an event that it throttles for a quarter of an hour, then gives it up.
    const tries = [0, 1, 3, 6, 11].map((minute) => point("Throttles", 1, late + minute));
    return [...tries, point("NumberOfMessagesSent", 1, late + 15)];
  }
  const failed = condition === "brokerDown";
  return [
    point("RunsSucceeded", failed ? 0 : 1),
    point("Failed", failed ? 2 : 0),
    // A run that could not ask the broker says nothing of differences.
    ...(failed ? [] : [point("Held", condition === "held" ? 1 : 0)]),
    ...(failed ? [] : [point("Settling", condition === "settling" ? 1 : 0)]),
    point("Mended", condition === "mended" ? 1 : 0),
    point("Invocations", 1),
    point("Errors", failed ? 1 : 0),
    point("Throttles", 0),
    point("Duration", condition === "slow" ? TIMEOUT_MS * 0.9 : 400),
    ...(failed ? [point("NumberOfMessagesSent", 1)] : []),
  ];
}

/** The same numbers from 0 to 1 at each run of the tests. */
function numbers(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const templates = new Map<string, Record<string, never>>();

function resourcesFor(interval: number, props: Partial<JetStreamEnsureProps> = {}) {
  const key = JSON.stringify([interval, props]);
  const schedule = ScheduleExpression.rate(Duration.minutes(interval));
  const made = templates.get(key) ?? template({ schedule, ...props }).toJSON().Resources;
  templates.set(key, made);
  return made;
}

/** The states that each alarm came to, in order, for each number of periods that CloudWatch may look back. */
function histories(course: Course, runs: number): { changes: Change[]; states: Record<string, State[]> }[] {
  const points = pointsOf(course, runs);
  const resources = resourcesFor(course.interval);
  return EXTRA_PERIODS.map((extra) => {
    const changes = simulate(resources, points, { extra, minutes: (runs - 1) * course.interval });
    const byAlarm = Object.groupBy(changes, ({ alarm }) => alarm);
    const states = Object.entries(byAlarm).map(([alarm, all = []]) => [alarm, all.map(({ state }) => state)]);
    return { changes, states: Object.fromEntries(states) };
  });
}

/** Notifications of what went wrong and of its end: each alarm's first OK after its creation is neither. */
function notifications(changes: Change[]): string[] {
  const born = new Set<string>();
  return changes.flatMap(({ alarm, state, notifies }) => {
    const isFirst = !born.has(alarm);
    born.add(alarm);
    return notifies && !(isFirst && state === "OK") ? [`${alarm} ${state}`] : [];
  });
}

/** An alarm that is created has insufficient data, and may be OK before it is in alarm. */
function expectAtMost(states: Record<string, State[]>, ...most: State[]): void {
  for (const [alarm, reached] of Object.entries(states)) {
    const [first, ...others] = reached;
    const since = first === "OK" ? others : reached;
    expect({ alarm, since }).toEqual({ alarm, since: most.slice(0, since.length) });
  }
}

describe.each(SCHEDULES)("alarms at a schedule of every %i minutes", (interval, runs) => {
  const atLeastAnHour = (count: number) => Math.max(count, 60 / interval);

  test.each([true, false])("never change while all is well, from their creation on (deploy hook: %s)", (deployed) => {
    for (const { states } of histories({ interval, condition: () => "healthy", deployed }, runs)) {
      expectAtMost(states);
      expect(Object.keys(states)).toEqual(expect.arrayContaining(["Overall", "Stale", "Silent", "Drift"]));
    }
  });

  test.each([
    ["brokerDown", ["DeadLetters", "Errors", "Failed", "Overall", "Stale"]],
    ["held", ["Drift", "Overall"]],
    ["slow", ["Overall", "Slow"]],
    ["settling", ["Overall", "Settling"]],
  ] as const)("do not flap while it stays wrong: %s", (condition, expected) => {
    for (const { states } of histories({ interval, condition: () => condition }, runs)) {
      expectAtMost(states, "ALARM");
      const inAlarm = Object.keys(states).filter((alarm) => states[alarm]?.at(-1) === "ALARM");
      expect(inAlarm.sort()).toEqual(expected);
    }
  });

  test("do not flap while the function is disabled, once it has been running", () => {
    const condition = (run: number) => (run < 4 ? "healthy" : "disabled");
    for (const { changes, states } of histories({ interval, condition }, Math.max(runs, 20))) {
      const { Silent: silent = [], ...others } = states;
      expectAtMost(others, "ALARM");
      expect(others.Overall?.at(-1)).toBe("ALARM");
      expect(silent).toEqual(["OK", "INSUFFICIENT_DATA"]);
      expect(notifications(changes).sort()).toEqual(["Overall ALARM", "Silent INSUFFICIENT_DATA"]);
    }
  });

  test.each([1, 2, 3, 5])("tell of one outage of %i runs once, and once of its end", (length) => {
    const condition = (run: number) => (run >= 3 && run < 3 + length ? "brokerDown" : "healthy");
    for (const { changes, states } of histories({ interval, condition }, Math.min(runs, atLeastAnHour(20 + length)))) {
      expectAtMost(states, "ALARM", "OK");
      expect(notifications(changes)).toEqual(["Overall ALARM", "Overall OK"]);
    }
  });

  test.each(["held", "slow", "settling"] as const)("tell of one spell once, and once of its end: %s", (which) => {
    const length = interval < 5 ? 30 : 6;
    const condition = (run: number) => (run >= 3 && run < 3 + length ? which : "healthy");
    for (const { changes, states } of histories({ interval, condition }, Math.min(runs, atLeastAnHour(12 + length)))) {
      expectAtMost(states, "ALARM", "OK");
      expect(notifications(changes)).toEqual(["Overall ALARM", "Overall OK"]);
    }
  });

  test.each([1, 2])("do not flap while something changes the broker between every %i. runs", (every) => {
    const condition = (run: number) => (run % every === 0 ? "mended" : "healthy");
    for (const { states } of histories({ interval, condition }, runs)) {
      expectAtMost(states, "ALARM");
      // Seven intervals must fit into a day, CloudWatch's longest period.
      if (interval <= 3 * 60) expect(states.Flapping?.at(-1)).toBe("ALARM");
      else expect(states.Overall?.at(-1)).toBe("OK");
    }
  });

  test("tell of a silence once, and once of its end", () => {
    const length = interval < 5 ? 45 : 9;
    const condition = (run: number) => (run >= 3 && run < 3 + length ? "silent" : "healthy");
    for (const { changes } of histories({ interval, condition }, Math.min(runs, atLeastAnHour(20)))) {
      expect(notifications(changes)).toEqual(["Silent INSUFFICIENT_DATA", "Silent OK"]);
    }
  });
});
