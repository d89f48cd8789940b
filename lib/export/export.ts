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
import { type Declared, declare } from "./declare.ts";
import { kindsOf, listOf } from "./kinds.ts";
import { remarkOnOpenFields } from "./open-fields.ts";

export interface ExportOptions {
  /** The topology's name. */
  name: string;
  server: ServerFacts;
  /** Ids with `*`; only these are exported. Default: all. */
  only?: string[];
  /** Default: true. */
  consumers?: boolean;
}

export interface Exported {
  topology: Topology;
  /** What is live and not in the topology, or only in part; and what it leaves open. A sentence each, in its order. */
  remarks: string[];
  /** Patterns of `only` that nothing live matches. */
  unmatched: string[];
}

/**
 * A live account as a topology that plans to no difference on it. Pure: what is read is given. The same account gives
 * the same topology: resources by name, fields in one order.
 */
export function exportTopology(account: Account, options: ExportOptions): Exported {
  const { only, server } = options;
  const seen: string[] = [];
  const wanted = (id: string) => {
    seen.push(id);
    return only === undefined || only.some((pattern) => matches(pattern, id));
  };
  const parts = [
    ...account.streams.map(({ config }) => streamPart(config, server)),
    ...(options.consumers === false
      ? []
      : account.streams.flatMap((info) => consumerParts(info.config, account, server))),
    ...account.unread.map(({ id, reason }): Part => ({ id, remark: reason })),
  ].filter(({ id }) => wanted(id));

  const declared = parts.flatMap(({ declared }) => declared ?? []);
  const { topology, removed } = without(assembled(options.name, declared));
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
    unmatched: (only ?? []).filter((pattern) => !seen.some((id) => matches(pattern, id))),
  };
}

/** One live thing: declared, or why not. */
interface Part {
  id: string;
  declared?: Declared;
  remark?: string;
}

/** A bucket only where its whole config is a bucket's; else the stream that it is as well. */
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

function assembled(name: string, declared: Declared[]): { topology: Topology; ids: Record<string, string[]> } {
  const topology: Record<string, unknown> = { name };
  const ids: Record<string, string[]> = {};
  for (const [kind, list] of Object.entries(listOf)) {
    const members = declared.filter(({ resource }) => resource.kind === kind);
    if (members.length === 0) continue;
    topology[list] = members.map(({ declaration }) => declaration);
    ids[list] = members.map(({ resource }) => resource.id);
  }
  return { topology: topology as Topology, ids };
}

/**
 * Takes out what breaks a rule beside the others: on a live broker possible where a rule came with a newer server, or
 * where one stream was changed after the other was made. Such a topology would be refused as a whole.
 */
function without({ topology, ids }: ReturnType<typeof assembled>): {
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
