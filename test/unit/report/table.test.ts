import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { renderResult } from "../../../lib/report/render-result.ts";
import { aDifference, aResource, aResult, aSettlingResource } from "./results.ts";

const plan = aResult({
  resources: [
    aResource("stream/INVENTORY", { undeclared: [{ field: "republish", live: { src: "a.>", dest: "b.>" } }] }),
    aResource("kv/jobs", { outcome: "toCreate" }),
    aResource("stream/RESULTS", {
      outcome: "toUpdate",
      differences: [
        aDifference("maxBytes"),
        aDifference("subjects", { live: ["results.>"], declared: ["results.>", "results-of-last-year.archived.>"] }),
      ],
    }),
    aResource("object/result_output", {
      outcome: "held",
      differences: [
        aDifference("maxAge", {
          live: null,
          declared: "30d",
          impact: "lossy",
          outcome: "held",
          reason: "At most 1204 messages (3.1GiB) would be discarded, the oldest first.",
        }),
        aDifference("description", { live: "", declared: "output too large to be inline" }),
      ],
    }),
    aResource("stream/AUDIT", {
      outcome: "failed",
      error: {
        code: 10047,
        class: "storage",
        message: "The server has not enough storage for 512MiB, and there is no existing stream to fall back to.",
      },
    }),
  ],
  unmanaged: ["consumer/RESULTS/stale", "stream/OLD", "kv/forgotten"],
  warnings: ["The account has 4 GiB left."],
});

describe("renderResult", () => {
  it("tells at 80 columns where, what differs, what is held and why, and what to do next", () => {
    expect(renderResult(plan)).toMatchInlineSnapshot(`
      "kanade: plan on nats-server 2.15.2, account FLEET

      = unchanged  stream/INVENTORY
          undeclared, kept: republish { src: a.>, dest: b.> }
      + to create  kv/jobs
      ~ to update  stream/RESULTS
          maxBytes  1GiB → 2GiB                                         safe  to apply
          subjects  [results.>] → [results.>,                           safe  to apply
                    results-of-last-year.archived.>]
      ! held       object/result_output
          maxAge       not set → 30d                         lossy  held
            At most 1204 messages (3.1GiB) would be discarded, the oldest first.
          description  "" → "output too large to be inline"  safe   to apply
      x failed     stream/AUDIT
          The server has not enough storage for 512MiB, and there is no existing
          stream to fall back to. (storage, 10047)

      3 unmanaged (on the broker, not in the topology; left alone):
        stream/OLD
        kv/forgotten
        consumer/RESULTS/stale

      ! The account has 4 GiB left.

      File storage: 5.81 GiB declared, 6 GiB reserved, 10 GiB limit.
      5 resources: 1 failed, 1 held, 1 to create, 1 to update, 1 unchanged. 24 reads,
      0 writes, 41 ms.

      Plan 9f2c4b1a77d0
      Run ensure to apply.
      To apply the lossy differences too: ensure --approve 9f2c4b1a77d0
      "
    `);
  });

  it("reads at 60 columns too, with nothing cut", () => {
    expect(renderResult(plan, { width: 60 })).toMatchInlineSnapshot(`
      "kanade: plan on nats-server 2.15.2, account FLEET

      = unchanged  stream/INVENTORY
          undeclared, kept: republish { src: a.>, dest: b.> }
      + to create  kv/jobs
      ~ to update  stream/RESULTS
          maxBytes  1GiB → 2GiB                     safe  to apply
          subjects  safe  to apply
            [results.>] → [results.>,
            results-of-last-year.archived.>]
      ! held       object/result_output
          maxAge       not set → 30d               lossy  held
            At most 1204 messages (3.1GiB) would be discarded, the
            oldest first.
          description  "" → "output too large to   safe   to apply
                       be inline"
      x failed     stream/AUDIT
          The server has not enough storage for 512MiB, and there
          is no existing stream to fall back to. (storage, 10047)

      3 unmanaged (on the broker, not in the topology; left
      alone):
        stream/OLD
        kv/forgotten
        consumer/RESULTS/stale

      ! The account has 4 GiB left.

      File storage: 5.81 GiB declared, 6 GiB reserved, 10 GiB
      limit.
      5 resources: 1 failed, 1 held, 1 to create, 1 to update, 1
      unchanged. 24 reads, 0 writes, 41 ms.

      Plan 9f2c4b1a77d0
      Run ensure to apply.
      To apply the lossy differences too: ensure --approve
      9f2c4b1a77d0
      "
    `);
  });

  it("says in one glance that nothing is to do", () => {
    const text = renderResult(aResult({ resources: [aResource("stream/RESULTS"), aResource("kv/jobs")] }));

    expect(text).toMatchInlineSnapshot(`
      "kanade: plan on nats-server 2.15.2, account FLEET

      = unchanged  stream/RESULTS
      = unchanged  kv/jobs

      File storage: 5.81 GiB declared, 6 GiB reserved, 10 GiB limit.
      2 resources: 2 unchanged. 24 reads, 0 writes, 41 ms.

      Nothing to do.
      "
    `);
  });

  it("says after an ensure what was done and what is still held", () => {
    const result = aResult({
      mode: "ensure",
      requests: { read: 2, write: 1 },
      resources: [
        aResource("kv/jobs", { outcome: "created" }),
        aResource("stream/EXEC", {
          outcome: "held",
          differences: [
            aDifference("maxBytes", { outcome: "applied" }),
            aDifference("storage", {
              live: "file",
              declared: "memory",
              impact: "immutable",
              outcome: "held",
              reason: "The server never changes the storage of a stream.",
            }),
          ],
        }),
      ],
    });

    expect(renderResult(result)).toMatchInlineSnapshot(`
      "kanade: ensure on nats-server 2.15.2, account FLEET

      + created    kv/jobs
      ! held       stream/EXEC
          maxBytes  1GiB → 2GiB    safe       applied
          storage   file → memory  immutable  held
            The server never changes the storage of a stream.

      File storage: 5.81 GiB declared, 6 GiB reserved before this run, 10 GiB limit.
      2 resources: 1 held, 1 created. 2 reads, 1 write, 41 ms.

      What is held stays as it is live, for the reason given.
      "
    `);
  });

  it("says only why, where the broker could not be asked", () => {
    const unseen = { class: "auth" as const, message: "Not looked at: the broker could not be asked." };
    const result = aResult({
      resources: [aResource("kv/a", { outcome: "failed", error: unseen }), aResource("kv/b", { outcome: "failed" })],
      broker: null,
      planId: null,
      error: { class: "auth", message: "The broker at nats://b:4222 refused the credentials." },
      requests: { read: 0, write: 0 },
    });

    expect(renderResult(result)).toMatchInlineSnapshot(`
      "kanade: plan, no answer from the broker

      x The broker at nats://b:4222 refused the credentials. (auth)

      2 resources: 2 failed. 0 reads, 0 writes, 41 ms.
      "
    `);
  });

  it("does not send anyone to ensure where all that differs is held", () => {
    const held = aDifference("maxAge", { impact: "one-way", outcome: "held" });
    const text = renderResult(aResult({ resources: [aResource("kv/a", { outcome: "held", differences: [held] })] }));

    expect(text).toContain("Nothing that ensure would apply.");
    expect(text).toContain("ensure --approve 9f2c4b1a77d0");
    expect(text).not.toContain("Run ensure");
  });

  it("names the impacts that an approval would apply: disruptive, lossy, one-way", () => {
    const held = (["one-way", "disruptive", "immutable", "lossy"] as const).map((impact) =>
      aDifference("maxAge", { impact, outcome: "held" }),
    );
    const resources = [aResource("stream/A", { outcome: "held", differences: held })];

    expect(renderResult(aResult({ resources }), { width: 120 })).toContain(
      "To apply the disruptive, lossy, and one-way differences too: ensure --approve 9f2c4b1a77d0",
    );
    expect(renderResult(aResult({ mode: "ensure", resources }), { width: 120 })).toContain(
      "To apply the disruptive, lossy, and one-way differences: plan, then ensure --approve with its plan id.",
    );
  });

  it("offers no approval for what no approval would change", () => {
    const held = aDifference("storage", { impact: "immutable", outcome: "held" });
    const text = renderResult(aResult({ resources: [aResource("kv/a", { outcome: "held", differences: [held] })] }));

    expect(text).not.toContain("--approve");
  });
});

describe("a large result", () => {
  const unchanged = (count: number) => Array.from({ length: count }, (_, index) => aResource(`stream/S${index}`));

  it("folds the unchanged ones into a number, so that the others are seen", () => {
    const changed = Array.from({ length: 10 }, (_, index) => aResource(`kv/B${index}`, { outcome: "toCreate" }));

    const text = renderResult(aResult({ resources: [...unchanged(990), ...changed] }));

    expect(text).toContain("= unchanged  990 resources (use --json to list them)");
    expect(text).not.toContain("stream/S");
    expect(text.match(/^\+ to create {2}kv\/B\d$/gm)).toHaveLength(10);
    expect(text).toContain("1000 resources: 10 to create, 990 unchanged.");
  });

  it("lists up to 40 unchanged ones", () => {
    const listed = renderResult(aResult({ resources: unchanged(40) }));
    const folded = renderResult(aResult({ resources: unchanged(41) }));

    expect(listed.match(/^= unchanged {2}stream\/S\d+$/gm)).toHaveLength(40);
    expect(folded).toContain("41 resources (use --json");
  });

  it("tells another topology's resources and orphans apart from unmanaged ones, and whose a held resource is", () => {
    const text = renderResult(
      aResult({
        resources: [aResource("stream/SHARED", { outcome: "held", owner: "billing" })],
        unmanaged: ["stream/STRANGER"],
        others: [
          { id: "stream/INVOICES", topology: "billing" },
          { id: "kv/rates", topology: "billing" },
          { id: "kv/x", topology: "chat" },
        ],
        orphans: [
          { id: "kv/old", messages: 1, bytes: 90, consumers: 2 },
          { id: "consumer/RESULTS/gone", pending: 7 },
        ],
      }),
    );
    expect(text).toContain('! held       stream/SHARED (of topology "billing")');
    expect(text).toContain("1 unmanaged (on the broker, not in the topology; left alone):");
    expect(text).toContain("3 of other topologies (on the broker, not in this topology; left alone):");
    expect(text).toContain("  billing: stream/INVOICES, kv/rates\n  chat: kv/x\n");
    expect(text).toContain("2 orphans (of this topology, not declared in it any more; left alone):");
    expect(text).toContain("  kv/old: 1 message, 90 bytes, 2 consumers\n");
    expect(text).toContain("  consumer/RESULTS/gone: 7 pending messages\n");
  });

  it("names 20 unmanaged resources, those with storage first, and counts the rest", () => {
    const consumers = Array.from({ length: 30 }, (_, index) => `consumer/S/c${index}`);

    const text = renderResult(aResult({ unmanaged: [...consumers, "stream/LAST"] }));

    expect(text).toContain("31 unmanaged");
    expect(text).toContain("  stream/LAST\n");
    expect(text.match(/consumer\/S\/c\d+/g)).toHaveLength(19);
    expect(text).toContain("and 11 more (use --json to list them)");
  });
});

describe("what the broker says", () => {
  const hostile = "\u001b[2J\u001b]0;owned\u0007\r\n\u009b31m\u202egnp\u2028";
  const result = aResult({
    topology: hostile,
    resources: [
      aResource(`stream/${hostile}`, {
        outcome: "held",
        owner: hostile,
        differences: [aDifference(hostile, { live: hostile, declared: [hostile], reason: hostile, outcome: "held" })],
        undeclared: [{ field: hostile, live: { [hostile]: hostile } }],
        error: { class: "unknown", message: hostile },
      }),
    ],
    unmanaged: [`stream/${hostile}`],
    others: [{ id: `stream/${hostile}`, topology: hostile }],
    orphans: [{ id: `stream/${hostile}`, messages: 1, bytes: 1, consumers: 1 }],
    warnings: [hostile],
    broker: {
      server: hostile,
      apiLevel: null,
      cluster: hostile,
      account: hostile,
      domain: hostile,
      storage: { declared: 0, reserved: null, limit: null },
    },
  });

  it("never reaches the terminal as control characters, and stays visible", () => {
    const text = renderResult(result);

    expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text).toContain("stream/\\x1b[2J\\x1b]0;owned\\x07\\r\\n\\x9b31m\\u202egnp\\u2028");
  });

  it("cannot colour anything: with colours on, only ours are there", () => {
    const text = renderResult(result, { colour: true });

    expect(stripVTControlCharacters(text)).toBe(renderResult(result));
    const sequences = text.split("\u001b").slice(1);
    expect(sequences.length).toBeGreaterThan(0);
    expect(sequences.filter((sequence) => !/^\[\d+m/.test(sequence))).toEqual([]);
  });
});

describe("what is settling", () => {
  const settling = aSettlingResource("stream/ORDERS", "replica n2 is 1,204 operations behind", "replica n3 is offline");

  it("is listed with its reasons, and an ensure does not say that the broker is as declared", () => {
    const text = renderResult(aResult({ mode: "ensure", resources: [settling, aResource("kv/jobs")] }));

    expect(text).toContain(
      "= unchanged  stream/ORDERS\n    settling: replica n2 is 1,204 operations behind\n    settling: replica n3 is offline\n",
    );
    expect(text).toContain("2 resources: 2 unchanged; 1 of them settling.");
    expect(text).toContain("1 resource is settling: the broker has not brought about");
    expect(text).not.toContain("The broker is as declared.");
  });

  it("is said by a plan that has nothing to do", () => {
    const text = renderResult(aResult({ resources: [settling] }));

    expect(text).toContain("Nothing to do.\n1 resource is settling");
  });

  it("is listed by name among many that are unchanged", () => {
    const many = Array.from({ length: 60 }, (_, at) => aResource(`kv/b${at}`));
    const text = renderResult(aResult({ resources: [...many, settling] }));

    expect(text).toContain("stream/ORDERS\n    settling: replica n2");
    expect(text).toContain("60 resources (use --json to list them)");
  });
});
