import type { NatsConnection } from "nats";
import { describe, expect, it } from "vitest";
import { isAtLeast } from "../../lib/jetstream/server.ts";
import type { Result } from "../../lib/report/result.ts";
import { declaredName } from "../../lib/topology/fields/names.ts";
import { shownValue } from "../../lib/topology/fields/shown.ts";
import type { Topology } from "../../lib/topology/index.ts";
import { topologyIssues } from "../../lib/topology/validate.ts";
import { api, RawApiError } from "../support/raw.ts";
import { runOn } from "../support/run.ts";
import { sharedServer } from "../support/shared-server.ts";
import { versions } from "../support/versions.ts";
import { TRANSITIONS, type Transition } from "./server-updates.ts";

type Config = Record<string, unknown>;

describe.each(versions)("the updates of nats-server's own tests (nats-server %s)", (version) => {
  const theirs = sharedServer(version);
  const ours = sharedServer(version);
  const known = TRANSITIONS.filter(({ since = "2.9.0" }) => isAtLeast({ version }, since));

  it.each(known.map((each) => [each.title, each] as const))(
    "%s: the plan applies what the server takes, and holds what it refuses",
    { timeout: 30_000 },
    async (_, transition) => {
      await makeLive(theirs.nc, transition);
      await makeLive(ours.nc, transition);

      const answer = await updateRaw(theirs.nc, transition);
      const topology = declared(transition);
      if (topologyIssues(topology).length > 0) {
        if (!transition.stricter) expect(isTaken(answer), "validation refuses what the server takes").toBe(false);
        return;
      }

      const planned = await runOn(ours, topology, { mode: "plan" });
      const run = await runOn(ours, topology);
      expect(outcomes(run, transition)).toEqual(outcomes(planned, transition));
      expect(await runOn(ours, topology)).toMatchObject({ requests: { write: 0 } });

      const wanted = outcomes(planned, transition);
      const isHeld = wanted.some((each) => each.endsWith("held"));
      if (isHeld && transition.harms) return;
      if (transition.together) expect([isHeld, isTaken(answer)]).toEqual([false, false]);
      else if (wanted.length > 0) expect(isHeld, `the server: ${JSON.stringify(answer)}`).toBe(!isTaken(answer));
      else expect(typeof answer, `no difference, and the server refuses it: ${answer}`).not.toBe("number");
    },
  );
});

async function makeLive(nc: NatsConnection, { beside = [], stream, other, consumer, afterwards }: Transition) {
  for (const config of [...beside, stream ?? {}]) await api(nc, `STREAM.CREATE.${config.name}`, config);
  const others = other ? [{ name: "o", durable_name: "o", ack_policy: "explicit", ...other }] : [];
  for (const config of [...others, ...(consumer ? [consumer] : [])]) await writeConsumer(nc, config, "create");
  if (!afterwards) return;
  const { config } = await api(nc, "STREAM.INFO.T");
  await api(nc, "STREAM.UPDATE.T", { ...config, ...afterwards });
}

function writeConsumer(nc: NatsConnection, config: Config, action: "create" | "update") {
  const filter = config.filter_subject ? `.${config.filter_subject}` : "";
  return api(nc, `CONSUMER.CREATE.T.${config.name}${filter}`, { stream_name: "T", config, action });
}

/** The code of a refusal; else whether anything changed. */
type Answer = number | "changed" | "ignored";

const isTaken = (answer: Answer): boolean => answer === "changed";

/** The update as a client sends it: the live config with the fields that change. */
async function updateRaw(nc: NatsConnection, { consumer, to }: Transition): Promise<Answer> {
  const info = consumer ? "CONSUMER.INFO.T.c" : "STREAM.INFO.T";
  const { config: before } = await api(nc, info);
  const config = { ...before, ...to };
  if (to.filter_subjects) delete config.filter_subject;
  if (to.mirror && !before.mirror) delete config.subjects;
  try {
    await (consumer ? writeConsumer(nc, config, "update") : api(nc, "STREAM.UPDATE.T", config));
  } catch (error) {
    if (error instanceof RawApiError) return error.errCode;
    throw error;
  }
  const { config: after } = await api(nc, info);
  const isSame = Object.keys(to).every((field) => JSON.stringify(before[field]) === JSON.stringify(after[field]));
  return isSame ? "ignored" : "changed";
}

/** Only what changes is declared; all of it where that alone says too little, or a field is declared not to be. */
function declared(transition: Transition): Topology {
  const isRemoved = Object.values(transition.to).includes(undefined);
  const brief = topologyOf(transition, transition.to, false);
  if (!isRemoved && topologyIssues(brief).length === 0) return brief;
  return topologyOf(transition, { ...(transition.consumer ?? transition.stream), ...transition.to }, isRemoved);
}

function topologyOf({ consumer }: Transition, wire: Config, exact: boolean): Topology {
  const kind = consumer ? "consumer" : "stream";
  const fields = Object.entries({ ack_policy: consumer?.ack_policy, ...wire }).filter(
    ([field, value]) => value !== undefined && field !== "name" && field !== "durable_name",
  );
  const said = fields.map(([field, value]) => [declaredName(kind, field), shownValue(kind, field, value)]);
  const resource = {
    ...Object.fromEntries(said),
    ...{ allowLoss: true, allowDisruption: true, allowOneWay: true, exact },
  };
  return consumer
    ? { name: "updates", consumers: [{ stream: "T", name: "c", ...resource }] }
    : { name: "updates", streams: [{ name: "T", ...resource }] };
}

/** `maxAge applied` of each difference. */
function outcomes(result: Result, { consumer }: Transition): string[] {
  const [resource] = result.resources;
  expect(resource?.id).toBe(consumer ? "consumer/T/c" : "stream/T");
  return (resource?.differences ?? []).map(
    ({ field, outcome }) => `${field} ${outcome === "toApply" ? "applied" : outcome}`,
  );
}
