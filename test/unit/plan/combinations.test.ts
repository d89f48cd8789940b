import { describe, expect, it } from "vitest";
import type { ServerFacts } from "../../../lib/jetstream/server.ts";
import type { ConsumerConfig, StreamConfig } from "../../../lib/jetstream/types.ts";
import {
  CONSUMER_TABLE,
  canonicalConfig,
  type Fields,
  STREAM_TABLE,
  type Table,
} from "../../../lib/plan/fields/tables.ts";
import { NEWEST, OLD } from "./question.ts";

const on = (version: string): ServerFacts => ({ ...NEWEST, version });

/** The reasons for which a server refuses a config, each with the fields whose changes are held for it. */
function refusals(table: Table, config: object, server: ServerFacts): string[] {
  const canonical = canonicalConfig(table, config as Fields, server);
  return table.combinations.flatMap(({ fields, refusal }) => {
    const reason = refusal(canonical, server);
    return reason === undefined ? [] : `${fields.join(", ")}: ${reason}`;
  });
}

const COUNTERS = { allow_msg_counter: true };
const SCHEDULES = { allow_msg_schedules: true };

describe("values of a stream that the server refuses together", () => {
  it.each<[Partial<StreamConfig>, string[]]>([
    [{ ...COUNTERS }, []],
    [{ ...COUNTERS, allow_msg_ttl: true }, ["allow_msg_ttl: a stream of counters cannot have message TTLs"]],
    [
      { ...COUNTERS, allow_msg_ttl: true, subject_delete_marker_ttl: 1_000_000_000 },
      [
        "allow_msg_ttl: a stream of counters cannot have message TTLs",
        "subject_delete_marker_ttl: a stream of counters cannot have markers",
      ],
    ],
    [{ ...COUNTERS, discard: "new" }, ['discard: a stream of counters cannot have discard "new"']],
    [{ ...COUNTERS, discard: "old" }, []],
    [{ discard: "new" }, []],
    [
      { ...COUNTERS, sealed: true, discard: "new" },
      ["sealed: the server seals a stream of counters, and loses it at its next restart"],
    ],
    [{ sealed: true, discard: "new" }, []],
    [
      { ...COUNTERS, retention: "interest" },
      ['retention: a stream of counters cannot have another retention than "limits"'],
    ],
    [{ ...COUNTERS, ...SCHEDULES }, ["allow_msg_schedules: a stream of counters cannot have schedules"]],
    [{ ...SCHEDULES }, []],
    [
      { ...SCHEDULES, sources: [{ name: "A" }] },
      ["allow_msg_schedules, sources: a stream with sources cannot have message schedules"],
    ],
    [{ sources: [{ name: "A" }] }, []],
    [
      { ...SCHEDULES, discard: "new" },
      ['allow_msg_schedules, discard: a stream with message schedules cannot have discard "new"'],
    ],
    [
      { ...SCHEDULES, discard: "new", sealed: true },
      ["sealed: the server seals a stream of schedules, and loses it at its next restart"],
    ],
    [{ deny_purge: true, allow_rollup_hdrs: true }, ["deny_purge: a roll-up purges, and this stream allows roll-ups"]],
    [{ deny_purge: true }, []],
    [{ subjects: ["a", ">"] }, ['subjects, no_ack: a stream that stores ">" cannot acknowledge: it needs noAck']],
    [{ subjects: [">"], no_ack: true }, []],
    [{ subjects: ["$JS.EVENT.>", "$SYS.ACCOUNT.>"] }, []],
    [
      { subjects: ["$JS.API.>"] },
      ['subjects, no_ack: a stream that stores "$JS.API.>" cannot acknowledge: it needs noAck'],
    ],
  ])("%j", (config, expected) => {
    expect(refusals(STREAM_TABLE, { name: "S", subjects: ["s"], ...config }, NEWEST)).toEqual(expected);
  });

  it("by servers before 2.14 are fewer", () => {
    const config = { name: "S", subjects: ["s"], ...SCHEDULES, discard: "new" as const };

    expect(refusals(STREAM_TABLE, config, on("2.12.8"))).toEqual([]);
    expect(refusals(STREAM_TABLE, { ...config, sealed: true }, on("2.12.8"))).toEqual([]);
    expect(refusals(STREAM_TABLE, { ...config, ...COUNTERS, discard: "old" }, on("2.12.8"))).toEqual([]);
  });
});

describe("values of a consumer that the server refuses together", () => {
  const backoff = [1, 2, 3].map((seconds) => seconds * 1_000_000_000);

  it.each<[Partial<ConsumerConfig>, ServerFacts, string | undefined]>([
    [{ backoff, max_deliver: -1 }, NEWEST, undefined],
    [{ backoff, max_deliver: 3 }, NEWEST, undefined],
    [{ backoff, max_deliver: 2 }, NEWEST, "its backoff of 3 waits needs a maxDeliver of 3 or more, and it is 2"],
    [{ backoff, max_deliver: 4 }, OLD, undefined],
    [
      { backoff, max_deliver: 3 },
      OLD,
      "its backoff of 3 waits needs a maxDeliver of 4 or more on servers before 2.10, and it is 3",
    ],
    [
      { backoff },
      OLD,
      "its backoff of 3 waits needs a maxDeliver of 4 or more on servers before 2.10, and it has no limit",
    ],
    [{ max_deliver: 1 }, OLD, undefined],
    [{ priority_groups: ["a"] }, NEWEST, "priorityGroups need a priorityPolicy"],
    [{ priority_groups: ["a"] }, on("2.11.11"), undefined],
    [{ priority_policy: "overflow" }, NEWEST, "a priorityPolicy needs priorityGroups"],
    [{ priority_policy: "overflow", priority_groups: ["a"] }, NEWEST, undefined],
    [
      { priority_policy: "overflow", priority_groups: ["a"], deliver_subject: "d" },
      NEWEST,
      "only a pull consumer has priorities",
    ],
  ])("%j on %o", (config, server, expected) => {
    const found = refusals(CONSUMER_TABLE, { name: "c", durable_name: "c", ack_policy: "explicit", ...config }, server);

    expect(found.map((each) => each.slice(each.indexOf(": ") + 2))).toEqual(expected === undefined ? [] : [expected]);
  });
});
