import { createHash } from "node:crypto";
import { encodeJson } from "../jetstream/json.ts";
import type { Forecast } from "../report/result.ts";
import type { ResolvedTopology } from "../topology/resolve/resolved.ts";
import type { Action } from "./action.ts";
import type { Difference } from "./decide.ts";
import type { Fields } from "./fields/tables.ts";

/**
 * The hash of the actions, of the live values they rest on, and of about how much each lossy action would discard. The
 * id stays the same as long as these do, and changes with any of them. The id of a part of the topology has the hash of
 * that part after a dash: an approval that is given to a run of other resources is then not reported as a broker that
 * has changed.
 */
export function planId(topology: ResolvedTopology, actions: Action[]): string {
  const parts = actions.map(({ resource, ...action }) => {
    switch (action.does) {
      case "create":
        return [resource.id, "create", sorted(action.config)];
      case "fail":
      case "refuse":
      case "miss":
        return [resource.id, action.does];
      default:
        return [resource.id, action.does, action.decision.differences.map(hashedValues)];
    }
  });
  const isWhole = actions.length === topology.resources.length;
  const part = isWhole ? "" : `-${digest(actions.map(({ resource }) => resource.id)).slice(0, 4)}`;
  return digest(parts).slice(0, 16) + part;
}

/** Whether a text has the form of a plan id. */
export function isPlanId(text: string): boolean {
  return /^[0-9a-f]{16}(-[0-9a-f]{4})?$/.test(text);
}

/**
 * The hash after the dash in a plan id, which stands for a part of the topology; `undefined` for the whole topology.
 */
export function partInPlanId(id: string): string | undefined {
  return id.split("-")[1];
}

function digest(value: unknown): string {
  return createHash("sha256").update(encodeJson(value)).digest("hex");
}

function hashedValues({ field, live, declared, held, verdict }: Difference): unknown[] {
  return [field, live ?? null, declared ?? null, verdict.impact, held, ...forecastClass(verdict.forecast)];
}

/**
 * Rounds a forecast up to two digits. A stream in use grows with every message, and nobody could approve its plan if
 * every message changed the id. A user who approves 1,234 approves up to 1,300.
 */
function forecastClass(forecast: Forecast | undefined): unknown[] {
  if (!forecast) return [];
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, forecast.messages))) - 1);
  return [forecast.certainty, Math.ceil(forecast.messages / step) * step];
}

function sorted(config: Fields): [string, unknown][] {
  return Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
}
