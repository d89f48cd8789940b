import { isAtLeast } from "../../lib/jetstream/server.ts";
import { CONSUMER_TABLE, STREAM_TABLE } from "../../lib/plan/fields/tables.ts";
import { BUCKET_CASES } from "./bucket-cases.ts";
import type { Case } from "./case.ts";
import { CONSUMER_CASES } from "./consumer-cases.ts";
import { STREAM_CASES } from "./stream-cases.ts";

export const ALL_CASES: Case[] = [
  ...Object.values(STREAM_CASES).flat(),
  ...BUCKET_CASES,
  ...Object.values(CONSUMER_CASES).flat(),
];

/** Whether a server can have the live resource of a case; with an older one there is nothing to differ. */
export function canBeLive({ kind, live, afterwards = [], liveSince = "2.9.0" }: Case, version: string): boolean {
  if (!isAtLeast({ version }, liveSince)) return false;
  const { fields } = kind === "consumer" ? CONSUMER_TABLE : STREAM_TABLE;
  const server = { version, apiLevel: null, cluster: null };
  return Object.entries(Object.assign({}, live, ...afterwards)).every(([name, value]) => {
    const row = fields[name];
    const means =
      JSON.stringify(row?.canonical(value, live, server)) !== JSON.stringify(row?.canonical(undefined, live, server));
    if (!row || !means) return true;
    return (row.since === undefined || isAtLeast({ version }, row.since)) && !row.unsupported?.(value, server);
  });
}
