import { count } from "../text/text.ts";
import type { Declared } from "./declare.ts";

/** A team that has hundreds of buckets from one client has this of every one of them. */
const MOST_LISTED = 5;

/** One sentence for each value that clients have set otherwise than most do, with the buckets that have it. */
export function remarkOnOpenFields(declared: Declared[]): string[] {
  const all = declared.flatMap(({ resource, open }) => open.map((each) => ({ id: resource.id, ...each })));
  const groups = Map.groupBy(all, ({ field, live }) => `${field} (${JSON.stringify(live)})`);
  return [...groups].map(([what, members]) => {
    const ids = members.slice(0, MOST_LISTED).map(({ id }) => id);
    const more = members.length - ids.length;
    const listed = more > 0 ? `${ids.join(", ")} and ${count(more, "other")}` : ids.join(", ");
    return `${what} of ${listed}: left open, as the client that makes a bucket sets it.`;
  });
}
