import { PERMISSIONS, type Permission, type Policy } from "../topology/resolve/resolved.ts";

/** The policy with every permission, as an approval of the plan gives it. A resource that is only observed stays so. */
export function withEverythingAllowed(policy: Policy): Policy {
  const all = Object.fromEntries(PERMISSIONS.map((permission) => [permission, true])) as Record<Permission, true>;
  return { ...policy, ...all };
}
