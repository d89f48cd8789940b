import { createHash } from "node:crypto";
import { encodeJson } from "../jetstream/json.ts";
import type { Difference } from "./decide.ts";
import type { Action } from "./plan.ts";
import type { Fields } from "./tables.ts";

/** Of the actions, the live values they rest on, and what each lossy one would discard. */
export function planId(actions: Action[]): string {
  const parts = actions.map(({ resource, ...action }) => {
    switch (action.does) {
      case "create":
        return [resource.id, "create", sorted(action.config)];
      case "fail":
      case "refuse":
      case "miss":
        return [resource.id, action.does];
      default:
        return [resource.id, action.does, action.decision.differences.map(essence)];
    }
  });
  return createHash("sha256").update(encodeJson(parts)).digest("hex").slice(0, 16);
}

function essence({ field, live, declared, held, verdict }: Difference): unknown[] {
  const { forecast } = verdict;
  return [field, live ?? null, declared ?? null, verdict.impact, held, forecast?.messages ?? null];
}

function sorted(config: Fields): [string, unknown][] {
  return Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
}
