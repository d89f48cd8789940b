import type { FormIssue } from "./check/check.ts";
import { resolveBucket } from "./resolve/bucket.ts";
import { resolveConsumer } from "./resolve/consumer.ts";
import type { ResolvedConsumer, ResolvedStream } from "./resolve/resolved.ts";
import { resolveStream } from "./resolve/stream.ts";
import type { Placed, WholeTopology } from "./rules/rule.ts";
import type {
  ConsumerDeclaration,
  KvBucketDeclaration,
  ObjectStoreDeclaration,
  StreamDeclaration,
} from "./schema/topology.ts";

/**
 * What the rules can look at although the form has mistakes: each resource without its malformed fields. So that one
 * run tells of a mistyped unit and of overlapping subjects, and nobody mends a topology one error at a time.
 */
export function usable(input: unknown, issues: FormIssue[]): WholeTopology {
  const list = <D extends { name: string }, R extends ResolvedStream | ResolvedConsumer>(
    key: string,
    resolve: (declaration: D) => R,
  ) =>
    elements<D>(input, key, issues).map(
      ({ declaration, place }): Placed<R> => ({ place, resource: resolve(declaration) }),
    );
  return {
    streams: [
      ...list("streams", (each: StreamDeclaration) => resolveStream(each, false)),
      ...list("kvBuckets", (each: KvBucketDeclaration) => resolveBucket("kv", each, false)),
      ...list("objectStores", (each: ObjectStoreDeclaration) => resolveBucket("object", each, false)),
    ],
    consumers: list("consumers", (each: ConsumerDeclaration) => resolveConsumer(each, false)),
  };
}

function elements<D extends { name: string }>(input: unknown, key: string, issues: FormIssue[]) {
  const list = isObject(input) ? input[key] : undefined;
  if (!Array.isArray(list)) return [];
  const inList = issues.filter(({ keys }) => keys[0] === key);
  const malformed = Map.groupBy(inList, ({ keys }) => keys[1]);
  return list.flatMap((element: unknown, at) => {
    if (!isObject(element)) return [];
    const fields = new Set(malformed.get(at)?.map(({ keys }) => keys[2]));
    const kept = Object.entries(element).filter(([field]) => isIdentity(field) || !fields.has(field));
    const declaration = Object.fromEntries(kept) as D;
    const named = typeof declaration.name === "string" && (key !== "consumers" || typeof element.stream === "string");
    return named ? [{ declaration, place: `${key}[${at}]` }] : [];
  });
}

/** A malformed name still tells two resources apart. */
const isIdentity = (field: string) => field === "name" || field === "stream";

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
