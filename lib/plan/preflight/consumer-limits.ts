import { isAtLeast } from "../../jetstream/server.ts";
import type { ConsumerConfig, ConsumerLimits, Int64, StreamConfig } from "../../jetstream/types.ts";
import type { BrokerState } from "../../observe/broker-state.ts";
import { count } from "../../text/text.ts";
import { declaredName } from "../../topology/fields/names.ts";
import { shownValue } from "../../topology/fields/shown.ts";
import { type Action, writtenConfig } from "../action.ts";
import { same } from "../fields/canonical.ts";
import { type StreamWrite, streamWrites } from "../stream-write.ts";
import type { Finding, Problem } from "./problem.ts";

export type ConsumerLimit = keyof ConsumerLimits & keyof ConsumerConfig;

/** The fields of consumers that a stream's `consumerLimits` may limit. */
export const CONSUMER_LIMITS: readonly ConsumerLimit[] = ["max_ack_pending", "inactive_threshold"];

/** Finds changed `consumerLimits` that a live consumer exceeds: the server refuses the update (10069). */
export function consumerLimitFindings(actions: Action[], broker: BrokerState): Finding[] {
  const changed = streamWrites(actions).filter(changesLimits);
  if (changed.length === 0) return [];
  const updated = updatedConsumers(actions);
  return changed.flatMap((write) => {
    const problem = aboveLimits(write, updated, broker);
    return problem ? [{ id: write.resource.id, problem }] : [];
  });
}

/** Streams whose limits for consumers this plan changes. The plan needs to know what their consumers have. */
export function streamsWithChangedLimits(actions: Action[]): string[] {
  return streamWrites(actions).flatMap((write) => (changesLimits(write) ? [write.config.name] : []));
}

function changesLimits({ live, config }: StreamWrite): boolean {
  return (
    live !== undefined &&
    CONSUMER_LIMITS.some((limit) => !same(consumerLimitOf(live, limit), consumerLimitOf(config, limit)))
  );
}

/** The limit that a stream sets for its consumers; 0 means no limit. */
export function consumerLimitOf(stream: StreamConfig, limit: ConsumerLimit): Int64 {
  return stream.consumer_limits?.[limit] ?? 0;
}

interface Excess {
  consumer: string;
  limit: ConsumerLimit;
  has: Int64;
  allowed: Int64;
}

function aboveLimits(
  { config }: StreamWrite,
  updated: ReadonlyMap<string, ConsumerConfig>,
  broker: BrokerState,
): Problem | undefined {
  const consumers = broker.extra.consumers.get(config.name) ?? [];
  // Before 2.14 the server also compares with a limit that is not set, as if it were 0 (nats-server stream.go,
  // updateWithAdvisory).
  const comparesUnset = !isAtLeast(broker.server, "2.14.0");
  const excesses = consumers.flatMap(({ name, config: live }): Excess[] => {
    const after = updated.get(`consumer/${config.name}/${name}`);
    return CONSUMER_LIMITS.flatMap((limit) => {
      const allowed = consumerLimitOf(config, limit);
      const [now, then] = [live[limit] ?? 0, after?.[limit] ?? 0];
      const has = then > 0 && then < now ? then : now;
      return has > allowed && (allowed > 0 || comparesUnset) ? [{ consumer: name, limit, has, allowed }] : [];
    });
  });
  const [first] = excesses;
  return first && problemOf(first, new Set(excesses.map(({ consumer }) => consumer)).size - 1, broker);
}

/**
 * The configs that this plan gives to live consumers, by resource id. A consumer that is lowered is updated before its
 * stream's limits.
 */
function updatedConsumers(actions: Action[]): Map<string, ConsumerConfig> {
  return new Map(
    actions.flatMap((action): [string, ConsumerConfig][] => {
      const isUpdate = action.resource.kind === "consumer" && action.does === "update";
      return isUpdate ? [[action.resource.id, writtenConfig(action) as unknown as ConsumerConfig]] : [];
    }),
  );
}

function problemOf({ consumer, limit, has, allowed }: Excess, others: number, { server }: BrokerState): Problem {
  const field = declaredName("consumer", limit);
  const shown = (value: Int64) => String(shownValue("consumer", limit, value));
  const more = others > 0 ? `, and ${count(others, "other consumer")} more than allowed` : "";
  const excess = `consumer "${consumer}" has ${field} ${shown(has)}${more}`;
  const what =
    allowed > 0
      ? `its consumerLimits would allow ${field} ${shown(allowed)}, and ${excess}`
      : `its consumerLimits would have no ${field}, which server ${server.version} takes for 0, and ${excess}`;
  const remedy =
    allowed > 0 ? "lower the consumer, or raise the limit" : `declare a ${field} in them, or use server 2.14`;
  return { code: 10069, what, remedy, fields: ["consumer_limits"] };
}
