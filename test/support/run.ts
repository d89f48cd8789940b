import { type RunOptions, run } from "../../lib/ensure/run.ts";
import { type ConnectOptions, connectBroker } from "../../lib/jetstream/connect.ts";
import type { ReportedResource, Result } from "../../lib/report/result.ts";
import { isOnlySettling } from "../../lib/report/summary.ts";
import { resolveTopology, type Topology } from "../../lib/topology/index.ts";

type Extra = Partial<Omit<RunOptions, "topology" | "connect">> & { connection?: Omit<ConnectOptions, "servers"> };

/** A run of a topology against a real server, as the Lambda and the command line start one. */
export function runOn(server: { url: string }, topology: Topology, extra: Extra = {}): Promise<Result> {
  const { connection, ...options } = extra;
  return run({
    topology: resolveTopology(topology),
    connect: () => connectBroker({ servers: [server.url], ...connection }),
    mode: "ensure",
    trigger: "manual",
    ...options,
  });
}

/** One resource of a report. */
export function reported(result: Result, id: string): ReportedResource {
  const resource = result.resources.find((each) => each.id === id);
  if (!resource) throw new Error(`${id} is not in the report, only ${result.resources.map((each) => each.id)}`);
  return resource;
}

/** `field: live → declared, impact, outcome` of each difference, to compare at a glance. */
export function differencesOf(result: Result, id: string): string[] {
  return reported(result, id).differences.map(
    ({ field, live, declared, impact, outcome }) =>
      `${field}: ${JSON.stringify(live)} → ${JSON.stringify(declared)}, ${impact}, ${outcome}`,
  );
}

/** Every config is as declared; whether the broker has brought all of it about (settling) does not matter here. */
export function isAsDeclared({ converged, resources }: Pick<Result, "converged" | "resources">): boolean {
  return converged || isOnlySettling(resources);
}
