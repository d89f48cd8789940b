import type { Impact } from "../report/result.ts";
import { PERMISSIONS, type Permission, type Policy } from "../topology/resolve/resolved.ts";

/** What in the topology lets a run apply a difference of each impact; `undefined` where it needs nothing, or nothing does. */
export const PERMISSION_OF: Readonly<Record<Impact, Permission | undefined>> = {
  safe: undefined,
  disruptive: "allowDisruption",
  lossy: "allowLoss",
  "one-way": "allowOneWay",
  immutable: undefined,
  unsupported: undefined,
};

/** A policy with every permission given, as an approval of the plan gives them; a resource that is only observed stays so. */
export function withEverythingAllowed(policy: Policy): Policy {
  const all = Object.fromEntries(PERMISSIONS.map((permission) => [permission, true])) as Record<Permission, true>;
  return { ...policy, ...all };
}
