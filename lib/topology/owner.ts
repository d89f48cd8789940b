/**
 * The name in a resource's metadata whose value is the topology that the resource belongs to. Only this program reads
 * and writes it: it is no part of what is declared, compared or exported.
 */
export const OWNER_KEY = "jetstream-ensure.topology";

/** Characters. A longer value is no topology's name: metrics take a dimension of no more. */
const LONGEST_NAME = 1024;

/** The topology whose name a live config carries; `undefined` where it carries none. */
export function ownerOf({ metadata }: { metadata?: unknown }): string | undefined {
  const owner = (metadata as Record<string, unknown> | null | undefined)?.[OWNER_KEY];
  return typeof owner === "string" && owner !== "" && owner.length <= LONGEST_NAME ? owner : undefined;
}
