import type { ReportedDifference } from "../../lib/report/result.ts";
import type { Refusal } from "./case.ts";
import { covers } from "./covers.ts";
import { declaredValue, type Subject } from "./declare.ts";
import { differenceOf, type Observation } from "./observe.ts";
import type { Live } from "./stage.ts";

/** What the table says, what the server did, and where the two do not agree. */
export interface Judgement {
  impact: ReportedDifference["impact"] | "equal" | "none";
  /** `safe`, `lossy 20/20 restart`, `immutable 10052` … */
  text: string;
  problems: string[];
}

type Asserting = (holds: boolean, problem: string) => void;

/** Compares what the table said of a case with all that was seen. */
export function judge(subject: Subject, seen: Observation, version: string): Judgement {
  const problems: string[] = [];
  const assert: Asserting = (holds, problem) => {
    if (!holds) problems.push(problem);
  };
  const difference = differenceOf(subject, seen.plan);
  if (!difference) {
    assert(subject.case.equal === true, `no difference is reported, live is ${shown(seen.before, subject)}`);
    assert(seen.cautious.outcome === "unchanged", `an ensure ends ${seen.cautious.outcome}`);
    assert(same(seen.before, seen.restarted), "it has changed all the same");
    return { impact: subject.case.equal ? "equal" : "none", text: "equal", problems };
  }
  assert(!subject.case.equal, `a difference is reported: ${difference.impact}`);
  const text = JUDGES[difference.impact](subject, seen, { difference, assert, version });
  steadies(subject, seen, assert);
  return { impact: difference.impact, text, problems };
}

/** Also what leave was given for is done once: no run after it writes. */
function steadies(subject: Subject, seen: Observation, assert: Asserting): void {
  const again = (first: string, second: string) => second === (first === "updated" ? "unchanged" : first);
  assert(again(seen.cautious.outcome, seen.cautiousAgain.outcome), `a second ensure: ${told(seen.cautiousAgain)}`);
  assert(
    again(seen.allowed.outcome, seen.allowedAgain.outcome),
    `a second ensure with leave: ${told(seen.allowedAgain)}`,
  );
  // What a raw update changed, and what lies in memory, is another thing after a restart.
  if (!seen.raw?.accepted && !isVolatile(subject)) {
    const { allowedAgain, allowedRestarted } = seen;
    assert(allowedRestarted.outcome === allowedAgain.outcome, `an ensure after a restart: ${told(allowedRestarted)}`);
  }
  for (const run of [seen.cautiousAgain, seen.allowedAgain]) {
    assert(!run.differences.some(({ outcome }) => outcome === "applied"), `the second ensure writes: ${told(run)}`);
  }
}

interface Context {
  difference: ReportedDifference;
  assert: Asserting;
  version: string;
}

const JUDGES: Record<ReportedDifference["impact"], (subject: Subject, seen: Observation, context: Context) => string> =
  {
    safe(subject, seen, { assert }) {
      const applied = differenceOf(subject, seen.cautious);
      assert(applied?.outcome === "applied", `ensure does not apply it: ${told(seen.cautious)}`);
      assert(reads(subject, seen.afterCautious), `it reads back ${shown(seen.afterCautious, subject)}`);
      assertRestarted(subject, seen, assert);
      assertKept(subject, seen, seen.afterCautious, "at once", assert);
      assertKept(subject, seen, seen.settled, "by and by", assert);
      if (!isVolatile(subject)) assertKept(subject, seen, seen.restarted, "after a restart", assert);
      return "safe";
    },

    disruptive(subject, seen, { assert }) {
      const cautious = differenceOf(subject, seen.cautious);
      assert(cautious?.outcome === "held", `ensure without leave: ${told(seen.cautious)}`);
      assert(sameField(subject, seen.before, seen.afterCautious), "without leave the field was changed");
      assert(differenceOf(subject, seen.allowed)?.outcome === "applied", `ensure with leave: ${told(seen.allowed)}`);
      assert(reads(subject, seen.afterAllowed), `it reads back ${shown(seen.afterAllowed, subject)}`);
      assertRestarted(subject, seen, assert);
      assertKept(subject, seen, seen.settled, "by and by", assert);
      if (!isVolatile(subject)) assertKept(subject, seen, seen.restarted, "after a restart", assert);
      return "disruptive";
    },

    lossy(subject, seen, { difference, assert }) {
      const { messages = 0, certainty = "unknown" } = difference.forecast ?? {};
      const nothing = certainty === "exact" && messages === 0;
      const cautious = differenceOf(subject, seen.cautious);
      assert(cautious?.outcome === (nothing ? "applied" : "held"), `ensure without leave: ${told(seen.cautious)}`);
      if (!nothing) {
        assert(lost(seen, seen.afterCautious) === 0, `without leave ${lost(seen, seen.afterCautious)} messages went`);
        assert(sameField(subject, seen.before, seen.afterCautious), "without leave the field was changed");
        assert(differenceOf(subject, seen.allowed)?.outcome === "applied", `ensure with leave: ${told(seen.allowed)}`);
      }
      assert(reads(subject, seen.afterAllowed), `it reads back ${shown(seen.afterAllowed, subject)}`);
      assertRestarted(subject, seen, assert);

      const [atOnce, byTimer] = [lost(seen, seen.afterAllowed), lost(seen, seen.settled)];
      const later = isVolatile(subject) ? (seen.stirred ?? seen.settled) : seen.restarted;
      const inTheEnd = lost(seen, later);
      const atLast = seen.stirred ? " next" : " restart";
      const when = inTheEnd === atOnce ? "" : inTheEnd === byTimer ? " timer" : atLast;
      const fits = certainty === "exact" ? inTheEnd === messages : inTheEnd <= messages;
      assert(
        fits,
        `forecast ${certainty} ${messages}, gone: ${atOnce} at once, ${byTimer} by timer, ${inTheEnd} in the end`,
      );
      assert(certainty !== "unknown", "the forecast is unknown");
      return `lossy ${inTheEnd}/${certainty === "exact" ? "" : "≤"}${messages}${when}`;
    },

    "one-way"(subject, seen, { difference, assert }) {
      assert(differenceOf(subject, seen.cautious)?.outcome === "held", `ensure without leave: ${told(seen.cautious)}`);
      assert(sameField(subject, seen.before, seen.afterCautious), "without leave the field was changed");
      assert(differenceOf(subject, seen.allowed)?.outcome === "applied", `ensure with leave: ${told(seen.allowed)}`);
      assert(reads(subject, seen.afterAllowed), `it reads back ${shown(seen.afterAllowed, subject)}`);
      assertRestarted(subject, seen, assert);
      assertKept(subject, seen, seen.restarted, `after ${difference.field} went one way`, assert);
      const code = subject.case.back ?? 10052;
      assert(seen.raw?.code === code, `undoing it: ${JSON.stringify(seen.raw)}, not ${code}`);
      return `one-way ${seen.raw?.code ?? "undone"}`;
    },

    immutable(subject, seen, { assert, version }) {
      assertHeld(subject, seen, assert);
      const expected = subject.case.refused?.(version) ?? (subject.case.kind === "consumer" ? 10012 : 10052);
      const actual = refusalOf(subject, seen);
      assert(actual === expected, `a raw update: ${actual} (${JSON.stringify(seen.raw)}), not ${expected}`);
      if (!DANGEROUS.includes(actual) && !isVolatile(subject)) {
        assertKept(subject, seen, seen.restarted, "after a restart", assert);
      }
      return `immutable ${actual}`;
    },

    unsupported(subject, seen, { assert, version }) {
      assertHeld(subject, seen, assert);
      const actual = refusalOf(subject, seen);
      const possible = ["ignored", 10025, 10003, subject.case.refused?.(version)];
      assert(possible.includes(actual), `a raw update: ${actual} (${JSON.stringify(seen.raw)})`);
      if (actual !== "purges") assertKept(subject, seen, seen.restarted, "after a restart", assert);
      return `unsupported ${actual}`;
    },
  };

function assertRestarted(subject: Subject, { restarted }: Observation, assert: Asserting): void {
  if (isVolatile(subject)) assert(restarted === undefined, "it outlived a restart in memory");
  else assert(reads(subject, restarted), `after a restart it reads back ${shown(restarted, subject)}`);
}

function assertHeld(subject: Subject, seen: Observation, assert: Asserting): void {
  assert(differenceOf(subject, seen.cautious)?.outcome === "held", `ensure: ${told(seen.cautious)}`);
  assert(differenceOf(subject, seen.allowed)?.outcome === "held", `ensure with leave: ${told(seen.allowed)}`);
  assert(sameField(subject, seen.before, seen.afterAllowed), "it was changed all the same");
  assert(lost(seen, seen.afterAllowed) <= 0, "messages went");
}

/** What became of the raw update of what is held. */
function refusalOf(subject: Subject, { raw, before, restarted }: Observation): Refusal | "taken" | "not sent" {
  if (!raw) return "not sent";
  if (!raw.accepted) return raw.code ?? 0;
  if (!restarted) return "vanishes";
  if (restarted.position !== before?.position) return "forgets";
  if (before && before.messages > 0 && restarted.messages === 0 && !isVolatile(subject)) return "purges";
  if (IN_NAME_ONLY.includes(subject.case.field)) return "ignored";
  return reads(subject, restarted) ? "taken" : "ignored";
}

/** The server shows the new value and does nothing of the kind: what is stored keeps its place and its sequences. */
const IN_NAME_ONLY = ["first_seq"];

/** What an accepted update does to more than its field. */
const DANGEROUS: unknown[] = ["purges", "vanishes", "forgets"] satisfies Refusal[];

function assertKept(subject: Subject, seen: Observation, now: Live | undefined, when: string, assert: Asserting): void {
  if (isVolatile(subject) && now === seen.restarted) return;
  const { before } = seen;
  // A replica that was just added may answer for a consumer before it knows how far that has got. The server calls it
  // current all the same, and may elect it after a restart (2.10.27, once in some twenty of these tables).
  const { clustered, field } = subject.case;
  const isCertain = !clustered || (now !== seen.afterCautious && !(now === seen.restarted && field === "num_replicas"));
  assert(
    !isCertain || now?.position === before?.position,
    `${when} it has got to ${now?.position}, from ${before?.position}`,
  );
  const gone = lost(seen, now);
  const fits = subject.case.gains ? gone <= 0 : gone === 0;
  assert(fits, `${when} ${gone} of ${seen.before?.messages} messages are gone`);
}

const lost = ({ before }: Observation, now: Live | undefined): number => (before?.messages ?? 0) - (now?.messages ?? 0);

/** What lies in memory does not outlive a restart. */
export const isVolatile = ({ case: { live } }: Subject): boolean =>
  live.storage === "memory" || live.mem_storage === true;

/** Whether the server shows what is declared: all of it; it may show more, such as its own metadata. */
function reads(subject: Subject, live: Live | undefined): boolean {
  return live !== undefined && covers(live.config[subject.case.field], declaredValue(subject));
}

const sameField = ({ case: { field } }: Subject, a: Live | undefined, b: Live | undefined): boolean =>
  covers(a?.config[field], b?.config[field]) && covers(b?.config[field], a?.config[field]);

function same(a: Live | undefined, b: Live | undefined): boolean {
  return a !== undefined && b !== undefined && covers(a.config, b.config) && covers(b.config, a.config);
}

function shown(live: Live | undefined, { case: { field } }: Subject): string {
  return live ? (JSON.stringify(live.config[field]) ?? "not set") : "not there";
}

function told({ outcome, differences, error }: Observation["plan"]): string {
  const each = differences.map(({ field, impact, outcome, reason }) => `${field} ${impact} ${outcome} (${reason})`);
  return `${outcome}: ${each.join(", ")}${error ? `, ${error.message}` : ""}`;
}
