import { PERMISSIONS, type Permission, type Policy } from "../topology/resolve/resolved.ts";

/** A policy with every permission given, as an approval of the plan gives them; a resource that is only observed stays so. */
export function withEverythingAllowed(policy: Policy): Policy {
  const all = Object.fromEntries(PERMISSIONS.map((permission) => [permission, true])) as Record<Permission, true>;
  return { ...policy, ...all };
}
