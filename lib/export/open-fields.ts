import { count } from "../text/text.ts";
import type { ExportedResource } from "./declare.ts";

/**
 * How many buckets one sentence lists. A team may have hundreds of buckets from one client, all with the same value.
 */
const MOST_LISTED = 5;

/** One sentence for each value that differs from what most clients set, with the buckets that have it. */
export function remarkOnOpenFields(declared: ExportedResource[]): string[] {
  const all = declared.flatMap(({ resource, open }) => open.map((each) => ({ id: resource.id, ...each })));
  const groups = Map.groupBy(all, ({ field, live }) => `${field} (${JSON.stringify(live)})`);
  return [...groups].map(([what, members]) => {
    const ids = members.slice(0, MOST_LISTED).map(({ id }) => id);
    const more = members.length - ids.length;
    const listed = more > 0 ? `${ids.join(", ")} and ${count(more, "other")}` : ids.join(", ");
    return `${what} of ${listed}: left open, as the client that makes a bucket sets it.`;
  });
}
