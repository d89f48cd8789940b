import { describe, expect, test } from "vitest";
import kanade from "../../cdk/kanade.ts";
import { resolveTopology } from "../../lib/topology/index.ts";

const day = 86_400_000_000_000;
const { name, ignore, resources } = resolveTopology(kanade);
const enforced = (id: string) => resources.find((each) => each.id === id)?.enforced;

describe("the kanade fleet's topology", () => {
  test("has the 22 resources, streams first, then buckets, then object stores", () => {
    expect(name).toBe("kanade");
    expect(ignore).toEqual([]);
    expect(resources.map(({ id }) => id)).toEqual([
      ...["INVENTORY", "RESULTS", "EXEC", "EVENTS", "AUDIT", "OBS_EVENTS", "NOTIFICATIONS"].map(
        (each) => `stream/${each}`,
      ),
      ...["script_current", "script_status", "agents_state", "agent_config", "agent_groups", "schedules"].map(
        (each) => `kv/${each}`,
      ),
      ...["jobs", "fleet_config", "notifications_read", "jobs_yaml", "schedules_yaml"].map((each) => `kv/${each}`),
      ...["agent_releases", "app_packages", "scripts", "result_output"].map((each) => `object/${each}`),
    ]);
  });

  test("reserves 5.8125 GiB in all", () => {
    const reserved = resources.map(({ enforced }) => Number(enforced.max_bytes ?? 0)).reduce((sum, each) => sum + each);
    expect(reserved).toBe(5.8125 * 1024 ** 3);
  });

  test("declares the limits of its streams, and nothing else", () => {
    expect(enforced("stream/RESULTS")).toEqual({
      name: "RESULTS",
      subjects: ["results.>"],
      max_age: 30 * day,
      max_bytes: 2 * 1024 ** 3,
      discard: "old",
    });
    expect(enforced("stream/EXEC")).toEqual({
      name: "EXEC",
      subjects: ["commands.>"],
      max_age: 7 * day,
      max_bytes: 64 * 1024 ** 2,
      discard: "old",
      max_msgs_per_subject: 1,
    });
  });

  test("keeps five values of a job, and one of an agent's state", () => {
    expect(enforced("kv/jobs")).toEqual({
      name: "KV_jobs",
      subjects: ["$KV.jobs.>"],
      max_msgs_per_subject: 5,
      allow_rollup_hdrs: true,
      discard: "new",
    });
    expect(enforced("kv/agents_state")).toMatchObject({ max_msgs_per_subject: 1 });
  });

  test("caps the object store of outputs, whose life is in step with the results", () => {
    expect(enforced("object/result_output")).toEqual({
      name: "OBJ_result_output",
      subjects: ["$O.result_output.C.>", "$O.result_output.M.>"],
      max_age: 30 * day,
      max_bytes: 1024 ** 3,
      allow_rollup_hdrs: true,
      discard: "new",
    });
    expect(enforced("object/scripts")).not.toHaveProperty("max_bytes");
  });

  test("approves no loss, no disruption and no one-way change in advance", () => {
    for (const { policy } of resources) {
      expect(policy).toEqual({
        manage: "ensure",
        exact: false,
        allowLoss: false,
        allowDisruption: false,
        allowOneWay: false,
      });
    }
  });
});
