import type { ServerFacts } from "../jetstream/server.ts";
import { isSourcingConsumer } from "../jetstream/sourcing-consumer.ts";
import type { ConsumerInfo, StreamConfig } from "../jetstream/types.ts";
import type { Fields } from "../plan/fields/tables.ts";
import { count } from "../text/text.ts";
import { bucketName } from "../topology/fields/names.ts";
import { matches } from "../topology/pattern.ts";
import type { Topology } from "../topology/schema/topology.ts";
import { topologyIssues } from "../topology/validate.ts";
import type { Account } from "./account.ts";
import { declare, type ExportedResource } from "./declare.ts";
import { kindsOf, topologyList } from "./kinds.ts";
import { remarkOnOpenFields } from "./open-fields.ts";

export interface ExportOptions {
  /** The topology's name. */
  name: string;
  server: ServerFacts;
  /** Patterns of ids, with `*`. Only these resources are exported. Default: all. */
  only?: string[];
  /** Export consumers too. Default: true. */
  consumers?: boolean;
}

export interface Exported {
  topology: Topology;
  /** Sentences about live resources and values that the topology leaves out or leaves open, in the topology's order. */
  remarks: string[];
  /** Patterns of `only` that nothing live matches. */
  unmatched: string[];
}

/**
 * Makes a topology of a live account. A plan of it finds no difference on that account. The function is pure: it reads
 * nothing itself. The same account always gives the same topology: resources are sorted by name, fields in one order.
 */
export function exportTopology(account: Account, options: ExportOptions): Exported {
  const { only, server } = options;
  const liveIds: string[] = [];
  const isWanted = (id: string) => {
    liveIds.push(id);
    return only === undefined || only.some((pattern) => matches(pattern, id));
  };
  const parts = [
    ...account.streams.map(({ config }) => streamPart(config, server)),
    ...(options.consumers === false
      ? []
      : account.streams.flatMap((info) => consumerParts(info.config, account, server))),
    ...account.unread.map(({ id, reason }): Part => ({ id, remark: reason })),
  ].filter(({ id }) => isWanted(id));

  const declared = parts.flatMap(({ declared }) => declared ?? []);
  const { topology, removed } = removeRuleBreakers(assemble(options.name, declared));
  const kept = declared.filter(({ resource }) => !removed.has(resource.id));
  return {
    topology,
    remarks: [
      ...parts.flatMap(({ id, remark }) => (remark === undefined ? [] : [`${id}: ${remark}`])),
      ...[...removed].map(([id, reason]) => `${id}: ${reason}`),
      ...kept.flatMap(({ resource, left }) =>
        left.map(({ field, live, reason }) => `${resource.id}.${field} (${JSON.stringify(live)}): ${reason}`),
      ),
      ...remarkOnOpenFields(kept),
    ],
    unmatched: (only ?? []).filter((pattern) => !liveIds.some((id) => matches(pattern, id))),
  };
}

/** One live resource: its declaration, or a remark why there is none. */
interface Part {
  id: string;
  declared?: ExportedResource;
  remark?: string;
}

/** Declares a live stream as a bucket if its whole config is that of a bucket, and otherwise as a stream. */
function streamPart(config: StreamConfig, server: ServerFacts): Part {
  const live = config as unknown as Fields;
  let problem = "";
  for (const kind of kindsOf(config.name)) {
    const declared = declare({ kind, identity: { name: bucketName(kind, config.name) }, live, server });
    if (typeof declared !== "string") return { id: declared.resource.id, declared };
    problem = declared;
  }
  return { id: `stream/${config.name}`, remark: problem };
}

function consumerParts({ name: stream }: StreamConfig, account: Account, server: ServerFacts): Part[] {
  const consumers = (account.consumers.get(stream) ?? []).filter((each) => !isSourcingConsumer(each));
  const durable = consumers.filter(({ config }) => config.durable_name !== undefined);
  const others = consumers.length - durable.length;
  const parts = durable.sort(byName).map(({ name, config }): Part => {
    const live = config as unknown as Fields;
    const declared = declare({ kind: "consumer", identity: { stream, name }, live, server });
    const id = `consumer/${stream}/${name}`;
    return typeof declared === "string" ? { id, remark: declared } : { id, declared };
  });
  if (others === 0) return parts;
  const remark = `${count(others, "consumer")} that ${others === 1 ? "is" : "are"} not durable.`;
  return [...parts, { id: `consumer/${stream}/*`, remark }];
}

const byName = (a: ConsumerInfo, b: ConsumerInfo) => (a.name < b.name ? -1 : 1);

/** Puts the declarations into a topology. `ids` has the ids of each list, in the same order. */
function assemble(name: string, declared: ExportedResource[]): { topology: Topology; ids: Record<string, string[]> } {
  const topology: Record<string, unknown> = { name };
  const ids: Record<string, string[]> = {};
  for (const [kind, list] of Object.entries(topologyList)) {
    const members = declared.filter(({ resource }) => resource.kind === kind);
    if (members.length === 0) continue;
    topology[list] = members.map(({ declaration }) => declaration);
    ids[list] = members.map(({ resource }) => resource.id);
  }
  return { topology: topology as Topology, ids };
}

/**
 * Removes the resources that break a rule together with others, because the topology would be refused as a whole. A
 * live broker may have such resources if a newer server brought the rule, or if one stream was changed after the other
 * one was made.
 */
function removeRuleBreakers({ topology, ids }: ReturnType<typeof assemble>): {
  topology: Topology;
  removed: Map<string, string>;
} {
  const removed = new Map<string, string>();
  for (;;) {
    const [issue] = topologyIssues(topology);
    const [, list = "", at = ""] = /^(\w+)\[(\d+)\]/.exec(issue?.path ?? "") ?? [];
    const members = (topology as unknown as Record<string, unknown[]>)[list];
    if (!issue || !members) return { topology, removed };
    members.splice(Number(at), 1);
    const [id = ""] = ids[list]?.splice(Number(at), 1) ?? [];
    removed.set(id, issue.message);
  }
}
