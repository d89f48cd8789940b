import { AGE_MS, between, type Case, change, HOUR, MINUTE } from "./case.ts";

const AGE = AGE_MS * 1_000_000;

/** Limits: what they make a stream lose. It holds 60 messages, 10 of each of 6 subjects, 3570 bytes on disk. */

/** The same limits under each discard policy, on disk and in memory. */
const GROUNDS = [
  { beside: {} },
  { beside: { discard: "new" }, about: "discard new" },
  { beside: { storage: "memory" }, about: "memory" },
  { beside: { storage: "memory", discard: "new" }, about: "memory, discard new" },
];

const underGrounds = (field: string, values: unknown[]): Case[] =>
  GROUNDS.flatMap((ground) => between(field, values, ground));

export const LIMIT_CASES = {
  max_msgs: [
    ...underGrounds("max_msgs", [-1, 100, 60, 20]),
    {
      ...change("max_msgs", -1, 20, { about: "and discard to new" }),
      declared: { max_msgs: 20, discard: "new" },
    },
  ],
  max_bytes: [
    ...underGrounds("max_bytes", [-1, 1_048_576, 2_000]),
    {
      ...change("max_bytes", -1, 2_000, { about: "and discard to new" }),
      declared: { max_bytes: 2_000, discard: "new" },
    },
  ],
  max_age: [
    ...between("max_age", [0, HOUR, 2 * HOUR]),
    ...between("max_age", [0, HOUR], { beside: { storage: "memory" }, about: "memory" }),
    change("max_age", 0, AGE, { ages: true }),
    change("max_age", HOUR, AGE, { ages: true }),
    change("max_age", 0, AGE, { ages: true, beside: { discard: "new" }, about: "discard new" }),
    change("max_age", 0, AGE, { ages: true, beside: { storage: "memory" }, about: "memory" }),
  ],
  max_msgs_per_subject: [
    ...underGrounds("max_msgs_per_subject", [-1, 20, 5, 1]),
    ...between("max_msgs_per_subject", [20, 5], {
      beside: { discard: "new", discard_new_per_subject: true },
      about: "discard new per subject",
    }),
  ],
  max_msg_size: between("max_msg_size", [-1, 1_000, 4]),
  discard: [
    ...between("discard", ["old", "new"]),
    ...between("discard", ["old", "new"], { beside: { max_msgs: 20, max_bytes: 2_000 }, about: "full" }),
    change("discard", "new", "old", { afterwards: [{ max_msgs: 20 }], about: "over max_msgs" }),
    change("discard", "new", "old", { afterwards: [{ max_bytes: 2_000 }], about: "over max_bytes" }),
    change("discard", "new", "old", { afterwards: [{ max_msgs: 40, max_bytes: 600 }], about: "over both" }),
    change("discard", "new", "old", {
      beside: { storage: "memory" },
      afterwards: [{ max_msgs: 20 }],
      about: "over max_msgs, memory",
    }),
    change("discard", "new", "old", {
      beside: { discard_new_per_subject: false, max_msgs_per_subject: 20 },
      afterwards: [{ max_msgs: 20, discard: "new" }],
      about: "over max_msgs, another",
    }),
  ],
  discard_new_per_subject: between("discard_new_per_subject", [false, true], {
    beside: { discard: "new", max_msgs_per_subject: 10 },
  }),
  duplicate_window: [
    ...between("duplicate_window", [2 * MINUTE, MINUTE, 10 * MINUTE]),
    ...between("duplicate_window", [MINUTE / 2, MINUTE], { beside: { max_age: MINUTE }, about: "age 1m" }),
  ],
} satisfies Record<string, Case[]>;
