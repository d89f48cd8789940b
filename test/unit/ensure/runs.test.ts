import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { run } from "../../../lib/ensure/run.ts";
import { encodeJson } from "../../../lib/jetstream/json.ts";
import type { StreamConfig } from "../../../lib/jetstream/types.ts";
import type { Result } from "../../../lib/report/result.ts";
import { resolveTopology } from "../../../lib/topology/index.ts";
import type { FakeBroker } from "../../support/fake-broker.ts";
import { resourceLines } from "../../support/resource-lines.ts";
import { type Scenario, scenarios } from "./runs.ts";

/*
 * What a run sends and says, on a broker in memory, for every end that it comes to. The text is compared with a file:
 * after an intended change `npx vitest run --project unit -u runs` writes it anew; read the difference as the user who
 * gets that report.
 */

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime("2026-01-31T00:00:00Z");
});
afterEach(() => void vi.useRealTimers());

async function ran({ title, broker, topology, options = {} }: Scenario): Promise<Result> {
  if (/alone/.test(title)) broker.troubles.push(refuseTogether(broker));
  return run({
    topology: resolveTopology(topology),
    connect: async () => broker.connection(),
    mode: "ensure",
    trigger: "test",
    ...options,
  });
}

function told(result: Result, broker: FakeBroker): string[] {
  const { summary, unmanaged, others, orphans, warnings, error, converged, requests } = result;
  const { storage, ...facts } = result.broker ?? {};
  const resources = result.resources.length > 20 ? result.resources.slice(-3) : result.resources;
  return [
    ...(error ? [`error ${error.class} ${error.code ?? ""}: ${error.message}`] : []),
    ...resources.flatMap(resourceLines),
    ...(unmanaged.length > 0 ? [`unmanaged: ${unmanaged.join(", ")}`] : []),
    ...(others.length > 0 ? [`others: ${JSON.stringify(others)}`] : []),
    ...(orphans.length > 0 ? [`orphans: ${JSON.stringify(orphans)}`] : []),
    ...warnings.map((warning) => `warning: ${warning}`),
    `${converged ? "converged" : "not converged"}, ${encodeJson(without(summary, 0))}`,
    `broker ${encodeJson(without({ ...facts, ...storage }, null, 0))}`,
    ...(broker.requests.length > 100 ? [`requests ${encodeJson(requests)}`] : []),
    ...(broker.requests.length > 100 ? [] : [`sent ${broker.requests.join(", ")}`]),
    ...[...broker.streams.values()].slice(0, 12).map(({ config, consumers }) => {
      return `live ${encodeJson(config)} ${consumers.size < 9 ? JSON.stringify([...consumers.values()]) : ""}`;
    }),
  ];
}

/** What says something, so that a new number that is mostly zero is told only where it is not. */
function without(counts: object, ...values: unknown[]): object {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => !values.includes(value)));
}

describe("what a run sends and says", () => {
  it("in every end that it comes to", { timeout: 30_000 }, async () => {
    const texts: string[] = [];
    for (const scenario of scenarios()) {
      texts.push([`## ${scenario.title}`, ...told(await ran(scenario), scenario.broker)].join("\n"));
    }

    await expect(`${texts.join("\n\n")}\n`).toMatchFileSnapshot("golden/runs.txt");
  });

  it("is a result as the exported JSON Schema says, in each mode", async () => {
    const schema = z.fromJSONSchema(JSON.parse(readFileSync("lib/report/result.schema.json", "utf8")));
    for (const mode of ["plan", "ensure"] as const) {
      for (const scenario of scenarios()) {
        if (mode === "plan" && scenario.options?.approve !== undefined) continue;
        const result = await ran({ ...scenario, options: { ...scenario.options, mode } });
        expect(schema.safeParse(JSON.parse(encodeJson(result))).error, scenario.title).toBeUndefined();
      }
    }
    expect(schema.safeParse({ topology: "t" }).success).toBe(false);
  });

  it("is no write in mode plan", async () => {
    for (const scenario of scenarios()) {
      if (scenario.options?.approve !== undefined) continue;
      await ran({ ...scenario, options: { ...scenario.options, mode: "plan" } });

      expect(scenario.broker.writes, scenario.title).toEqual([]);
    }
  });

  it("is no write in a second run after one that converged", async () => {
    let converged = 0;
    for (const scenario of scenarios()) {
      if (!(await ran(scenario)).converged || scenario.options?.mode === "plan") continue;
      converged += 1;
      scenario.broker.requests.length = 0;
      scenario.broker.closed = false;

      expect((await ran(scenario)).converged, scenario.title).toBe(true);
      expect(scenario.broker.writes, scenario.title).toEqual([]);
    }
    expect(converged).toBeGreaterThan(10);
  });
});

/** Refuses an update that changes the limit of consumers, or more than one other field. */
function refuseTogether(broker: FakeBroker) {
  return ({ verb, body }: { verb: string; body: object }) => {
    if (!verb.startsWith("STREAM.UPDATE.")) return undefined;
    const { config } = broker.stream(verb.slice("STREAM.UPDATE.".length));
    const changed = Object.entries(body as StreamConfig).filter(([field, value]) => {
      return field !== "metadata" && JSON.stringify(value) !== JSON.stringify(config[field as keyof StreamConfig]);
    });
    const refused = changed.length > 1 || changed.some(([field]) => field === "max_consumers");
    return refused ? { code: 10052, description: `cannot change ${changed.map(([field]) => field)}` } : undefined;
  };
}
