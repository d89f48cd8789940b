import { isDeepStrictEqual } from "node:util";
import type { NatsConnection } from "nats";
import type { Result } from "../../../lib/report/result.ts";
import { resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import type { ResolvedResource } from "../../../lib/topology/resolve/resolved.ts";
import { api, type RawAnswer, RawApiError } from "../../support/raw.ts";

/** Of a resource: the err_code with which it is refused. */
export type Refusal = [id: string, code: number | undefined];

/** The err_code of a refusal, `undefined` where the server took it. */
export async function codeOf(answer: Promise<unknown>): Promise<number | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (error instanceof RawApiError) return error.errCode;
    throw error;
  }
}

/** What the server itself says to each declared resource that is to be written, one after the other. */
export async function askedOneByOne(nc: NatsConnection, topology: Topology): Promise<Refusal[]> {
  const answers: Refusal[] = [];
  for (const resource of resolveTopology(topology).resources) {
    answers.push([resource.id, await codeOf(sendRaw(nc, resource))]);
  }
  return answers.filter(([, code]) => code !== undefined);
}

async function sendRaw(nc: NatsConnection, { kind, stream, name, createDefaults, enforced }: ResolvedResource) {
  const config = { ...createDefaults, ...enforced };
  if (kind === "consumer") {
    return api(nc, `CONSUMER.CREATE.${stream}.${name}`, { stream_name: stream, config: { ...config, name } });
  }
  const live = await liveConfig(nc, stream);
  if (live === undefined) return api(nc, `STREAM.CREATE.${stream}`, config);
  const changes = Object.entries(enforced).some(([field, value]) => !isDeepStrictEqual(live[field], value));
  return changes ? api(nc, `STREAM.UPDATE.${stream}`, { ...live, ...enforced }) : undefined;
}

async function liveConfig(nc: NatsConnection, stream: string): Promise<RawAnswer | undefined> {
  const { streams } = await api(nc, "STREAM.NAMES");
  return streams?.includes(stream) ? (await api(nc, `STREAM.INFO.${stream}`)).config : undefined;
}

export function troubles({ resources }: Result): Refusal[] {
  return resources.flatMap(({ id, error }): Refusal[] => (error ? [[id, error.code]] : []));
}

export const idsOf = (refusals: Refusal[]): string[] => refusals.map(([id]) => id);
