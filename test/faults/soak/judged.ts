import type { NatsConnection } from "nats";
import type { ReportedResource, Result } from "../../../lib/report/result.ts";
import { makeLive } from "../../broker/property/world.ts";
import { missingOf, publishThroughout, unstoredOf } from "../../support/publishers.ts";
import { api } from "../../support/raw.ts";
import { isAsDeclared, runOn } from "../../support/run.ts";
import { lostOf, messagesNow } from "../goods.ts";
import { toldBy } from "../told.ts";
import { attempt } from "./attempt.ts";
import type { SoakCase } from "./case.ts";
import type { Ground } from "./ground.ts";

/** Between two messages to one subject: six brokers and their publishers share the machine. */
const PAUSE_MS = 10;

/** What one case came to. */
export interface Judged {
  soakCase: SoakCase;
  /** `converged`, `failed: network` …; of each run. */
  ended: string[];
  messages: number;
  lost: number;
  /** Of the publishers of the subjects that move. */
  acknowledged: number;
  missing: number;
  /** Subjects without a stream after one clean run. */
  unstored: number;
  converged: boolean;
  struck: boolean;
  /** Everything that is not as it must be. */
  problems: string[];
}

/** Makes what is live, runs while the fault strikes, mends, and looks at what is there. */
export async function judged(ground: Ground, soakCase: SoakCase): Promise<Judged> {
  const { topology, live, streams, handover } = soakCase;
  const refused = (await makeLive(await ground.connect(), live)).flatMap((each) => each ?? []);
  const before = await messagesNow(await ground.connect(), streams);
  for (const config of handover.live) await api(await ground.connect(), `STREAM.CREATE.${config.name}`, config);
  const publishers = publishThroughout(ground.connect, handover.subjects, PAUSE_MS);

  const { results, late, struck } = await attempt(ground, soakCase);
  await ground.mend();

  const { server } = ground;
  const plan = await runOn(server, topology, { mode: "plan" });
  const clean = await runOn(server, topology);
  const next = await runOn(server, topology);
  const nc = await ground.connect();
  const { acknowledged } = await publishers.end();
  const unstored = await unstoredOf(nc, handover.subjects);
  const missing = await missingOf(nc, acknowledged);
  const lost = lostOf(before, await messagesNow(nc, streams));
  await clearAway(nc);
  const converged = isAsDeclared(clean) && isAsDeclared(next) && next.requests.write === 0;
  return {
    soakCase,
    ended: results.length === 0 ? ["killed"] : results.map(endOf),
    messages: before.length,
    lost: lost.length,
    acknowledged: acknowledged.length,
    missing: missing.length,
    unstored: unstored.length,
    converged,
    struck,
    problems: [
      ...refused.map((why) => `not made live: ${why}`),
      ...late,
      ...results.flatMap((result) => [...unsaid(result, plan), ...untrue(result, plan)]),
      ...unstored.map((subject) => `no stream stores ${subject}`),
      ...missing.map((data) => `acknowledged, and not there: ${data}`),
      ...lost.map((each) => `lost: ${JSON.stringify(each)}`),
      ...(converged ? [] : [`not converged: ${JSON.stringify([clean, next].map(openOf))}`]),
    ],
  };
}

function endOf(result: Result): string {
  const { outcome, classes } = toldBy(result);
  return [outcome, classes.toSorted().join(" and ")].filter((part) => part !== "").join(": ");
}

/** A report has every resource, and says of each that is not as declared what became of it. */
function unsaid(result: Result, plan: Result): string[] {
  const ids = (of: Result) => of.resources.map(({ id }) => id).join();
  const dumb = result.resources.filter(({ outcome, error, differences }) => {
    const reasons = differences.some(({ reason }) => reason);
    return (outcome === "failed" || outcome === "held") && !error?.message && !reasons;
  });
  return [
    ...(ids(result) === ids(plan) ? [] : [`the report is about ${ids(result)}`]),
    ...dumb.map(({ id }) => `nothing is said of ${id}`),
    ...(/\\n +at /.test(JSON.stringify(result)) ? ["there is a stack in the report"] : []),
  ];
}

const DONE = ["created", "updated", "unchanged"];

/** What a report says is there, is there, as it says; what it says does not exist, does not. */
function untrue(result: Result, plan: Result): string[] {
  if (result.error) return [];
  return result.resources.flatMap((said, at): string[] => {
    const is = plan.resources[at];
    if (!is) return [];
    if (DONE.includes(said.outcome) && is.outcome !== "unchanged") return [`${said.outcome}, but it is ${brief(is)}`];
    const isDenied = said.error?.message.includes("there is no existing") ?? false;
    return isDenied && is.outcome !== "toCreate" ? [`said: ${said.error?.message}, but it is ${brief(is)}`] : [];
  });
}

function brief({ id, outcome, differences, error }: ReportedResource): string {
  return `${id} ${outcome} ${JSON.stringify(differences)} ${error?.message ?? ""}`;
}

function openOf({ resources, error, requests }: Result) {
  return { error, writes: requests.write, open: resources.filter(({ outcome }) => !DONE.includes(outcome)) };
}

/** All but the one that stays. */
async function clearAway(nc: NatsConnection): Promise<void> {
  const { streams } = await api(nc, "STREAM.NAMES");
  const mine = ((streams ?? []) as string[]).filter((name) => name !== "STAYS");
  await Promise.all(mine.map((name) => api(nc, `STREAM.DELETE.${name}`)));
}
