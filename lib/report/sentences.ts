import { count, gib } from "../text/text.ts";
import { isPartial } from "./next-steps.ts";
import type { BrokerFacts, Orphan, Result, Summary } from "./result.ts";
import { OUTCOME_WORDS } from "./words.ts";

/** `nats-server 2.15.2, cluster east, account ORDERS`. */
export function whereText({ server, cluster, account, domain }: BrokerFacts): string {
  const named = Object.entries({ cluster, account, domain }).flatMap(([what, name]) =>
    name ? [`${what} ${name}`] : [],
  );
  return [`nats-server ${server}`, ...named].join(", ");
}

/** What the declared streams take of the account's file storage. */
export function storageText({ storage }: BrokerFacts, requests: Result["requests"]): string {
  // The account is read once, at the start.
  const when = requests.write > 0 ? " before this run" : "";
  const { declared, reserved, limit } = storage;
  const parts = [
    `${gib(declared)} declared`,
    reserved === null ? "reserved unknown" : `${gib(reserved)} reserved${when}`,
    limit === null ? "no account limit" : `${gib(limit)} limit`,
  ];
  return `File storage: ${parts.join(", ")}.`;
}

/** `stream/OLD: 12 messages, 4096 bytes, 1 consumer`; of a consumer what it has still to deliver. */
export function orphanText({ id, messages, bytes, consumers, pending }: Orphan): string {
  const parts = Object.entries({ message: messages, byte: bytes, consumer: consumers, "pending message": pending });
  const holds = parts.flatMap(([noun, number]) => (number === undefined ? [] : [count(number, noun)]));
  return [id, holds.join(", ")].filter(Boolean).join(": ");
}

/** In the order of what a reader must see first. */
const OUTCOMES = ["failed", "held", "created", "updated", "toCreate", "toUpdate", "unchanged"] as const;

/** `22 resources: 1 held, 21 unchanged.`; of a part of the topology `1 of 22 resources looked at: 1 unchanged.` */
export function outcomesText(result: Pick<Result, "lookedAt" | "resources" | "summary">): string {
  const what = partText(result) ?? count(result.resources.length, "resource");
  return `${[what, summaryText(result.summary)].filter(Boolean).join(": ")}.`;
}

/** `1 resource is settling`; `undefined` where none is. */
export function settlingText({ summary: { settling } }: Pick<Result, "summary">): string | undefined {
  if (!settling) return undefined;
  return settling === 1 ? "1 resource is settling" : `${settling} resources are settling`;
}

/** `1 of 4 resources looked at`; `undefined` of a run of the whole topology. */
export function partText(result: Pick<Result, "lookedAt">): string | undefined {
  if (!isPartial(result)) return undefined;
  const { resources, declared } = result.lookedAt;
  return `${ofResources(resources, declared)} looked at`;
}

/** `1 of 4 resources`. */
export function ofResources(some: number, all: number): string {
  return `${some} of ${count(all, "resource")}`;
}

/** `1 held, 21 unchanged`; with what is settling, `22 unchanged; 1 of them settling`. */
export function summaryText(summary: Summary): string {
  const outcomes = OUTCOMES.flatMap((key) => (summary[key] ? [`${summary[key]} ${OUTCOME_WORDS[key]}`] : [])).join(
    ", ",
  );
  return summary.settling ? `${outcomes}; ${summary.settling} of them settling` : outcomes;
}

/** `25 reads, 2 writes, 41 ms.` */
export function costText({ requests, durationMs }: Pick<Result, "requests" | "durationMs">): string {
  return `${count(requests.read, "read")}, ${count(requests.write, "write")}, ${Math.round(durationMs)} ms.`;
}
