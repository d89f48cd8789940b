import { EMPTY } from "../../../functions/reference/changes/situations.ts";
import type { ServerFacts } from "../../../lib/jetstream/server.ts";
import type { StreamConfig, StreamState } from "../../../lib/jetstream/types.ts";
import { type Decision, decide } from "../../../lib/plan/decide.ts";
import type { DecisionInput } from "../../../lib/plan/decision-input.ts";
import { type Fields, STREAM_TABLE } from "../../../lib/plan/fields/tables.ts";
import type { Stored } from "../../../lib/plan/stored.ts";
import type { Policy } from "../../../lib/topology/resolve/resolved.ts";

export { EMPTY };

export const NEWEST: ServerFacts = { version: "2.15.2", apiLevel: 5, cluster: null };
export const OLD: ServerFacts = { version: "2.9.10", apiLevel: null, cluster: null };
export const CAUTIOUS: Policy = {
  manage: "ensure",
  exact: false,
  allowLoss: false,
  allowDisruption: false,
  allowOneWay: false,
};

/** When the broker was read. */
export const NOW = Date.parse("2026-01-01T00:00:00Z");

/** A stream as a question, with only what a test is about. */
export function question(
  live: Partial<StreamConfig>,
  enforced: Partial<StreamConfig>,
  more: Partial<Omit<DecisionInput, "live" | "enforced">> & {
    state?: Partial<StreamState>;
    evidence?: Partial<Stored>;
  } = {},
): DecisionInput {
  const { state, evidence, ...rest } = more;
  const name = { name: "S", subjects: ["s"] };
  return {
    kind: "stream",
    live: { ...name, ...live } as Fields,
    enforced: { ...name, ...enforced } as Fields,
    createDefaults: {},
    policy: CAUTIOUS,
    server: NEWEST,
    stored: {
      state: { ...EMPTY, ...state },
      retention: live.retention,
      smallestRecord: 31,
      now: NOW,
      ...evidence,
    },
    ...rest,
  };
}

export function decideStream(...args: Parameters<typeof question>): Decision {
  return decide(STREAM_TABLE, question(...args));
}

/** `field impact` and `, held` of each difference. */
export function verdicts({ differences }: Decision): string[] {
  return differences.map(({ field, verdict, held }) => `${field} ${verdict.impact}${held ? ", held" : ""}`);
}
