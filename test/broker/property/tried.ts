import { isDeepStrictEqual } from "node:util";
import type { ReportedDifference, ReportedResource } from "../../../lib/report/result.ts";
import { OWNER_KEY } from "../../../lib/topology/owner.ts";
import type { ResolvedResource } from "../../../lib/topology/resolve/resolved.ts";
import type { Now } from "./world.ts";

/** One pair, after all runs. */
export interface Tried {
  resource: ResolvedResource;
  plan: ReportedResource;
  ensured: ReportedResource;
  /** A plan made after ensure. */
  next: ReportedResource;
  was: Now;
  is: Now;
  /** The plan was approved. */
  approving: boolean;
}

export function fieldsOf({ differences }: ReportedResource, outcome: ReportedDifference["outcome"]): string[] {
  return differences.filter((each) => each.outcome === outcome).map(({ field }) => field);
}

/** The server did not take what the plan would have applied: it does not go with something that nobody declared. */
export const isRefused = ({ error }: ReportedResource): boolean => error !== undefined;

/** Messages went, as the plan said: what is left is another state. */
export function hasLost({ differences }: ReportedResource): boolean {
  return differences.some(({ outcome, forecast }) => outcome === "applied" && Boolean(forecast?.messages));
}

/** Raw values of one meaning: without what says nothing, and what the server adds. Knows nothing of lib/plan. */
export function alike(name: string, a: unknown, b: unknown): boolean {
  if (name === "metadata") return isDeepStrictEqual(own(a), own(b));
  if (name === "first_seq") return (a ?? 1) === (b ?? 1);
  return isDeepStrictEqual(blank(a), blank(b));
}

function own(metadata: unknown): object {
  return Object.fromEntries(
    Object.entries(metadata ?? {}).filter(([key]) => !key.startsWith("_nats.") && key !== OWNER_KEY),
  );
}

function blank(value: unknown): unknown {
  if (value === false || value === "" || value === 0) return undefined;
  if (typeof value === "object" && value !== null && Object.keys(value).length === 0) return undefined;
  return value;
}
