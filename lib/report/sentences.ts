import { count, gib } from "../text/text.ts";
import { isPartial } from "./next-steps.ts";
import type { BrokerFacts, Orphan, Result, Summary } from "./result.ts";
import { OUTCOME_WORDS } from "./words.ts";

/** Where the run looked: `nats-server 2.15.2, cluster east, account ORDERS`. */
export function whereText({ server, cluster, account, domain }: BrokerFacts): string {
  const named = Object.entries({ cluster, account, domain }).flatMap(([what, name]) =>
    name ? [`${what} ${name}`] : [],
  );
  return [`nats-server ${server}`, ...named].join(", ");
}

/** How much of the account's file storage the declared streams take. */
export function storageText({ storage }: BrokerFacts, requests: Result["requests"]): string {
  // The run reads the account only once, at its start.
  const when = requests.write > 0 ? " before this run" : "";
  const { declared, reserved, limit } = storage;
  const parts = [
    `${gib(declared)} declared`,
    reserved === null ? "reserved unknown" : `${gib(reserved)} reserved${when}`,
    limit === null ? "no account limit" : `${gib(limit)} limit`,
  ];
  return `File storage: ${parts.join(", ")}.`;
}

/** An orphan and what it holds: `stream/OLD: 12 messages, 4096 bytes, 1 consumer`. A consumer has pending messages. */
export function orphanText({ id, messages, bytes, consumers, pending }: Orphan): string {
  const parts = Object.entries({ message: messages, byte: bytes, consumer: consumers, "pending message": pending });
  const holds = parts.flatMap(([noun, number]) => (number === undefined ? [] : [count(number, noun)]));
  return [id, holds.join(", ")].filter(Boolean).join(": ");
}

/** The outcomes in the order of their importance to a reader. */
const OUTCOMES = ["failed", "held", "created", "updated", "toCreate", "toUpdate", "unchanged"] as const;

/** `22 resources: 1 held, 21 unchanged.` For a part of the topology: `1 of 22 resources looked at: 1 unchanged.` */
export function outcomesText(result: Pick<Result, "lookedAt" | "resources" | "summary">): string {
  const what = partText(result) ?? count(result.resources.length, "resource");
  return `${[what, summaryText(result.summary)].filter(Boolean).join(": ")}.`;
}

/** `1 resource is settling`. `undefined` if none is. */
export function settlingText({ summary: { settling } }: Pick<Result, "summary">): string | undefined {
  if (!settling) return undefined;
  return settling === 1 ? "1 resource is settling" : `${settling} resources are settling`;
}

/** `1 of 4 resources looked at`. `undefined` for a run of the whole topology. */
export function partText(result: Pick<Result, "lookedAt">): string | undefined {
  if (!isPartial(result)) return undefined;
  const { resources, declared } = result.lookedAt;
  return `${ofResources(resources, declared)} looked at`;
}

/** `1 of 4 resources`. */
export function ofResources(some: number, all: number): string {
  return `${some} of ${count(all, "resource")}`;
}

/** `1 held, 21 unchanged`. If resources are settling: `22 unchanged; 1 of them settling`. */
export function summaryText(summary: Summary): string {
  const outcomes = OUTCOMES.flatMap((key) => (summary[key] ? [`${summary[key]} ${OUTCOME_WORDS[key]}`] : [])).join(
    ", ",
  );
  return summary.settling ? `${outcomes}; ${summary.settling} of them settling` : outcomes;
}

/** The cost of a run: `25 reads, 2 writes, 41 ms.` */
export function costText({ requests, durationMs }: Pick<Result, "requests" | "durationMs">): string {
  return `${count(requests.read, "read")}, ${count(requests.write, "write")}, ${Math.round(durationMs)} ms.`;
}
