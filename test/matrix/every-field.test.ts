import { describe, expect, it } from "vitest";
import { same } from "../../lib/plan/fields/canonical.ts";
import { CONSUMER_FIELDS } from "../../lib/plan/fields/consumer-fields.ts";
import { STREAM_FIELDS } from "../../lib/plan/fields/stream-fields.ts";
import { CONSUMER_TABLE, STREAM_TABLE, type Table } from "../../lib/plan/fields/tables.ts";
import type { Case } from "./case.ts";
import { ALL_CASES } from "./cases.ts";
import { declaredValue, liveConfig, subjectOf } from "./declare.ts";

const NEWEST = { version: "99.0.0", apiLevel: 99, cluster: null };

/** The two ways between a field's first value and another: a row without both is judged by nobody. */
describe.each([
  ["stream", STREAM_FIELDS, STREAM_TABLE],
  ["consumer", CONSUMER_FIELDS, CONSUMER_TABLE],
] as const)("the matrix has each %s field in both directions", (kind, fields, table) => {
  const compared = Object.entries(fields).filter(([name, row]) => !("identity" in row) && name !== "pause_until");

  it.each(compared.map(([name]) => name))("%s", (field) => {
    const cases = ALL_CASES.filter((each) => each.kind === kind && each.field === field);
    const ways = cases.filter(({ equal }) => !equal).map((each) => wayOf(each, table));

    expect(ways.some(({ from, to }) => ways.some((back) => same(back.from, to) && same(back.to, from)))).toBe(true);
  });
});

/** The field's canonical values, live and declared. */
function wayOf(each: Case, table: Table): { from: unknown; to: unknown } {
  const subject = subjectOf(each, "S");
  const live = Object.assign({}, liveConfig(subject), ...(each.afterwards ?? []));
  const canonical = (value: unknown) => table.fields[each.field]?.canonical(value, live, NEWEST);
  return { from: canonical(live[each.field]), to: canonical(declaredValue(subject)) };
}
