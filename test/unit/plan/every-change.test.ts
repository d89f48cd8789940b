import { describe, expect, it } from "vitest";
import { decideChange } from "../../../functions/reference/changes/decide-change.ts";
import { byRelease } from "../../../functions/reference/changes/releases.ts";
import {
  CONSUMER_SITUATIONS,
  type Situation,
  STREAM_SITUATIONS,
} from "../../../functions/reference/changes/situations.ts";
import { CONSUMER_VALUES, STREAM_VALUES } from "../../../functions/reference/changes/values.ts";
import { createConfig } from "../../../lib/plan/decide.ts";
import { CONSUMER_TABLE, STREAM_TABLE, type Table } from "../../../lib/plan/fields/tables.ts";
import { CAUTIOUS } from "./question.ts";

/*
 * What the plan says of every change of every field, on both sides of every release where it says something else: the
 * two tables as a text. After a change of a row `npx vitest run --project unit every-change -u` writes it anew; read the
 * difference as a user would who is told so. `npm run -s reference` makes the pages of docs/reference from the same.
 */

function linesOf(kind: "stream" | "consumer", table: Table, values: Record<string, unknown[]>, situation: Situation) {
  return Object.entries(values).flatMap(([field, all]) =>
    all.flatMap((from) =>
      all.flatMap((to) => {
        if (from === to) return [];
        const said = rangesOf((version) => told(kind, table, { field, from, to, version }, situation));
        return said.map((line) => `${field} ${show(from)} → ${show(to)} ${line}`);
      }),
    ),
  );
}

function told(
  kind: "stream" | "consumer",
  table: Table,
  change: { field: string; from: unknown; to: unknown; version: string },
  situation: Situation,
): string {
  return decideChange(table, { kind, ...change }, situation, CAUTIOUS)
    .differences.map(({ field, live, declared, held, verdict: { impact, reason, forecast, needs } }) => {
      const lost = forecast ? `, ${forecast.certainty} ${forecast.messages} messages ${forecast.bytes} bytes` : "";
      const more = `${lost}${needs ? `, needs ${needs}` : ""}${reason ? `: ${reason}` : ""}`;
      return `${field} ${show(live)}→${show(declared)} ${impact}${held ? " held" : ""}${more}`;
    })
    .join("; ");
}

function born(kind: "stream" | "consumer", table: Table, field: string, value: unknown): string[] {
  return rangesOf((version) => {
    const { config, missing } = createConfig(table, {
      kind,
      enforced: { name: "S", [field]: value },
      createDefaults: {},
      policy: CAUTIOUS,
      server: { version, apiLevel: null, cluster: null },
    });
    const without = missing.map(({ field, verdict }) => `without ${field}, ${verdict.impact}: ${verdict.reason}`);
    return [field in config ? "sent" : "", ...without].filter(Boolean).join("; ") || "not sent";
  }).map((line) => `${field} ${show(value)} ${line}`);
}

/** One line for each run of releases of which the same is said; none where nothing is. */
function rangesOf(said: (version: string) => string): string[] {
  return byRelease(said, (text) => text).flatMap(({ from, to, said }) => {
    const text = said.replaceAll(`server ${from} `, "this server ");
    return text === "" ? [] : `[${from === to ? from : `${from}…${to}`}] ${text}`;
  });
}

function show(value: unknown): string {
  return value === undefined ? "–" : (JSON.stringify(value) ?? "–");
}

/** What is said in the first situation, and of each other what is not said in that one or in the one that it varies. */
function allLines(kind: "stream" | "consumer", table: Table, values: Record<string, unknown[]>, all: Situation[]) {
  const [first, ...others] = all.map((situation) => ({ situation, lines: linesOf(kind, table, values, situation) }));
  const more = others.flatMap(({ situation: { title, like }, lines }) => {
    const known = new Set(first?.lines);
    const varied = others.find(({ situation }) => situation === like);
    for (const line of varied?.lines ?? []) known.add(line);
    return ["", `## ${title}`, ...lines.filter((line) => !known.has(line))];
  });
  return `${[`## ${first?.situation.title}`, ...(first?.lines ?? []), ...more].join("\n")}\n`;
}

describe("what the plan says of every change", () => {
  it("of a stream, on every release, by what is stored and what else is set", async () => {
    const lines = allLines("stream", STREAM_TABLE, STREAM_VALUES, STREAM_SITUATIONS);

    await expect(lines).toMatchFileSnapshot("golden/stream-changes.txt");
  });

  it("of a consumer, on every release, by its kind and its stream", async () => {
    const lines = allLines("consumer", CONSUMER_TABLE, CONSUMER_VALUES, CONSUMER_SITUATIONS);

    await expect(lines).toMatchFileSnapshot("golden/consumer-changes.txt");
  });

  it("of every field of a create, on every release", async () => {
    const lines = [
      ...Object.entries(STREAM_VALUES).flatMap(([field, all]) =>
        all.slice(1).flatMap((value) => born("stream", STREAM_TABLE, field, value)),
      ),
      ...Object.entries(CONSUMER_VALUES).flatMap(([field, all]) =>
        all.slice(1).flatMap((value) => born("consumer", CONSUMER_TABLE, field, value)),
      ),
    ];

    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/creates.txt");
  });
});
