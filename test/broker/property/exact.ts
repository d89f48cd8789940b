import type { NatsConnection } from "nats";
import { wireName } from "../../../lib/topology/index.ts";
import { api, RawApiError } from "../../support/raw.ts";
import { alike, fieldsOf, isRefused, type Tried } from "./tried.ts";

/** Fields that the server changes with one that is held. */
const IMPLIED: Record<string, string[]> = {
  max_age: ["duplicate_window"],
  sources: ["duplicate_window"],
  allow_msg_schedules: ["allow_rollup_hdrs", "deny_purge"],
  subject_delete_marker_ttl: ["allow_rollup_hdrs", "deny_purge", "allow_msg_ttl"],
};

/** Compared by other means than a config of another name. */
const OWN = ["name", "subjects", "sources"];

/** `exact` leaves what the server itself makes of the declaration alone: asked for it under another name. */
export async function exactIsDefault(nc: NatsConnection, { resource, ensured, is }: Tried): Promise<string[]> {
  const { exact, manage } = resource.policy;
  if (!exact || manage === "observe" || resource.kind === "consumer" || isRefused(ensured)) return [];
  // The server creates none that is sealed.
  const { sealed, ...enforced } = resource.enforced;
  const held = fieldsOf(ensured, "held").map((field) => wireName(resource.kind, field));
  if (sealed || held.includes("sealed")) return [];

  const renamed = (config: object) =>
    JSON.parse(JSON.stringify(config).replaceAll(resource.name, `${resource.name}twin`)) as Record<string, unknown>;
  const twin = renamed({ ...resource.createDefaults, ...enforced });
  const born = await api(nc, `STREAM.CREATE.${twin.name}`, twin).catch((error: unknown) => error as Error);
  if (born instanceof RawApiError) {
    // What is possible only together with a live value that is held.
    return held.length > 0 ? [] : [`its twin cannot be made: ${born.message}`];
  }
  if (born instanceof Error) throw born;
  await api(nc, `STREAM.DELETE.${twin.name}`);

  const config = renamed(is.config);
  // What one client sets at birth and another does not is nobody's drift.
  const open = Object.keys(resource.createDefaults);
  const left = new Set([...OWN, ...open, ...held, ...held.flatMap((field) => IMPLIED[field] ?? [])]);
  // With sources, some servers and clients set one and others do not: nobody's, either way.
  if (config.sources) left.add("duplicate_window");
  return [...new Set([...Object.keys(config), ...Object.keys(born.config)])]
    .filter((name) => !left.has(name) && !alike(name, config[name], born.config[name]))
    .map(
      (name) =>
        `exact left ${name} ${JSON.stringify(config[name])}, the default is ${JSON.stringify(born.config[name])}`,
    );
}
