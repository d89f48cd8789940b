import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CONSUMER_DISRUPTIONS } from "./consumer-disruptions.ts";
import { STREAM_DISRUPTIONS } from "./stream-disruptions.ts";

/** In a cluster: replicas.test.ts. */
const CLUSTERED = "num_replicas";

/** A change that the plan calls disruptive is held: that it stops something is to be seen on a server. */
describe.each([
  ["stream", STREAM_DISRUPTIONS],
  ["consumer", CONSUMER_DISRUPTIONS],
] as const)("the matrix shows what stops, of each %s field that a change of can disrupt", (kind, disruptions) => {
  it.each(disruptiveFields(kind))("%s", (field) => {
    expect([...disruptions.map((each) => each.field), CLUSTERED]).toContain(field);
  });
});

/** The fields that the golden text of all changes calls disruptive, in any situation. */
function disruptiveFields(kind: string): string[] {
  const text = readFileSync(new URL(`../../unit/plan/golden/${kind}-changes.txt`, import.meta.url), "utf8");
  // `field live→declared disruptive`, after the release or after another field.
  const found = [...text.matchAll(/(?:\] |; )(\w+) \S+→\S+ disruptive/g)].flatMap(([, field]) => field ?? []);
  return [...new Set(found)];
}
