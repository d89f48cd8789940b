import type { Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { agoText, clockText } from "../../../functions/ensure/callers/widget/clock.ts";
import { resultView, type View } from "../../../functions/ensure/callers/widget/result-view.ts";
import { widgetCaller } from "../../../functions/ensure/callers/widget/widget-caller.ts";
import { widgetEvent } from "../../../functions/ensure/callers/widget/widget-event.ts";
import type { ReportedDifference, Result } from "../../../lib/report/result.ts";
import { buttonsIn, widgetContext } from "../../support/widget-html.ts";
import { captureLines } from "./captured-lines.ts";
import { sampleResource, sampleResult } from "./sample-result.ts";

const viewer = { utcOffset: 0, dark: false };
const now = new Date("2026-11-23T15:04:05Z");
const view: View = {
  viewer,
  functionArn: "arn:aws:lambda:look",
  aliasArn: "arn:aws:lambda:ensure:live",
  only: undefined,
  now,
  lastRun: undefined,
};

function plan(more: Partial<Result>): Result {
  const { broker } = sampleResult();
  const summary = { unchanged: 0, toCreate: 0, toUpdate: 0, held: 0, failed: 0, settling: 0, unmanaged: 0 };
  return sampleResult({ mode: "plan", converged: false, broker, summary, ...more });
}

function heldPlan(differences: Partial<ReportedDifference>[]): Result {
  const whole = differences.map(
    (each) =>
      ({ field: "maxMsgs", live: 1, declared: 2, impact: "lossy", outcome: "held", ...each }) as ReportedDifference,
  );
  return plan({ resources: [sampleResource({ outcome: "held", differences: whole })] });
}

const asked = (result: Result) =>
  buttonsIn(resultView(result, view)).find(({ text }) => text.startsWith("Approve"))?.confirmation;

describe("a custom widget's event", () => {
  it.each([{}, { mode: "plan" }, { widgetContext: "x" }, { describe: false }, null, "describe"])(
    "is not %j",
    (event) => {
      expect(widgetEvent(event)).toBeUndefined();
    },
  );

  it.each([
    ["+00:00", 0],
    ["+05:30", 330],
    ["-08:00", -480],
    ["what", 0],
    [undefined, 0],
  ])("has the clock of the person who looks: %s is %i minutes", (offsetISO, utcOffset) => {
    expect(widgetEvent({ widgetContext: widgetContext({ timezone: { offsetISO } }) })?.viewer.utcOffset).toBe(
      utcOffset,
    );
  });

  it("may lack all of its context", () => {
    const event = { describe: false, parameters: { only: ["kv/*"] }, own: {}, viewer };
    expect(widgetEvent({ only: ["kv/*"], widgetContext: {} })).toEqual(event);
  });
});

describe("the clock", () => {
  it.each([
    [0, "2026-11-23 15:04:05 UTC"],
    [330, "2026-11-23 20:34:05 UTC+05:30"],
    [-960, "2026-11-22 23:04:05 UTC-16:00"],
  ])("of somebody %i minutes from UTC", (utcOffset, text) => {
    expect(clockText(now, { ...viewer, utcOffset })).toBe(text);
  });

  it.each([
    [0, "0 seconds ago"],
    [1000, "1 second ago"],
    [59_999, "59 seconds ago"],
    [60_000, "1 minute ago"],
    [7_199_999, "1 hour ago"],
    [172_800_000, "2 days ago"],
    [-5000, "0 seconds ago"],
  ])("tells %i ms as %s", (passed, text) => {
    expect(agoText(new Date(now.getTime() - passed), now)).toBe(text);
  });
});

describe("what the person is asked before a plan is approved", () => {
  const exactly = (messages: number) => ({ forecast: { messages, bytes: 1, certainty: "exact" as const } });

  it.each([
    [[exactly(1)], "It discards 1 message, for good."],
    [[exactly(60), exactly(5)], "It discards at most 65 messages, for good."],
    [
      [{ forecast: { messages: 9, bytes: 1, certainty: "at most" as const } }],
      "It discards at most 9 messages, for good.",
    ],
    [
      [exactly(1), { forecast: { messages: 0, bytes: 0, certainty: "unknown" as const } }],
      "An unknown number of messages",
    ],
    [[{ impact: "one-way" as const }], "No message is discarded now. 1 change cannot be undone."],
    [[{ impact: "disruptive" as const }], "No message is discarded now. 1 change stops something in use."],
    [
      [
        exactly(2),
        { impact: "disruptive" as const },
        { impact: "disruptive" as const },
        { impact: "one-way" as const },
      ],
      "It discards 2 messages, for good. 2 changes stop something in use. 1 change cannot be undone.",
    ],
    [[exactly(2), { impact: "one-way" as const }], "It discards 2 messages, for good. 1 change cannot be undone."],
  ])("of %j says what goes, for good", (differences, sentence) => {
    expect(asked(heldPlan(differences))).toContain(sentence);
  });

  it("is nothing where approving would apply nothing more", () => {
    expect(asked(heldPlan([{ impact: "immutable" }]))).toBeUndefined();
  });
});

describe("a look at a part of the topology (only)", () => {
  const part = { resources: [sampleResource()], only: ["stream/*"], lookedAt: { resources: 1, declared: 4 } };
  const summary = { unchanged: 1, toCreate: 0, toUpdate: 0, held: 0, failed: 0, settling: 0, unmanaged: 0 };

  it("says how much was looked at, and never that the broker is as declared", () => {
    const html = resultView(plan({ ...part, summary, converged: true }), view);
    expect(html).toContain("what was looked at is as declared");
    expect(html).toContain("1 of 4 resources looked at: 1 unchanged.");
    expect(html).not.toContain("the broker is as declared");
  });

  it("asks about that part before a button writes", () => {
    const toCreate = { ...summary, unchanged: 0, toCreate: 1 };
    const html = resultView(plan({ ...part, summary: toCreate }), view);
    const ensure = buttonsIn(html).find(({ text }) => text === "Ensure");
    expect(ensure?.confirmation).toContain("Ensure 1 of 4 resources of orders on nats-server 2.15.2?");
  });

  it("tells of the last run that it was of a part", () => {
    const at = new Date(now.getTime() - 60_000);
    const run = { at, mode: "ensure" as const, trigger: "manual", converged: true, summary, answered: true };
    const html = resultView(plan({}), { ...view, lastRun: { ...run, lookedAt: part.lookedAt } });
    expect(html).toContain("1 of 4 resources looked at: 1 unchanged.");
  });
});

describe("what is not declared", () => {
  it("is told by whose it is: nobody's, another topology's, or an orphan with what it holds", () => {
    const html = resultView(
      plan({
        unmanaged: ["stream/STRANGER"],
        others: [{ id: "kv/rates", topology: "<billing>" }],
        orphans: [{ id: "kv/old", messages: 3, bytes: 90, consumers: 1 }],
      }),
      view,
    );
    expect(html).toContain("1 of other topologies (left alone): kv/rates (&#60;billing&#62;)");
    expect(html).toContain("1 orphan (of this topology, not declared in it any more; left alone): kv/old: 3 messages");
  });
});

describe("a large result", () => {
  it("is cut to what a page can hold, and says so", () => {
    const resources = Array.from({ length: 1000 }, (_, i) =>
      sampleResource({ id: `stream/S${i}`, outcome: "toCreate" }),
    );
    const html = resultView(plan({ resources, unmanaged: resources.map(({ id }) => id) }), view);
    expect(html.match(/<tr>/g)).toHaveLength(101);
    expect(html).toContain("… and 900 more; the function's log has them all.");
    expect(html).toContain("and 980 more");
  });

  it("has no value longer than a person reads", () => {
    const html = resultView(heldPlan([{ live: "x".repeat(128 * 1024) }]), view);
    expect(html.length).toBeLessThan(6000);
    expect(html).toContain("… (131072 characters)");
  });

  it("has what failed first, and what is held next", () => {
    const outcomes = ["toCreate", "toUpdate", "held", "failed"] as const;
    const html = resultView(
      plan({ resources: outcomes.map((outcome) => sampleResource({ id: `stream/${outcome}`, outcome })) }),
      view,
    );
    const order = [...html.matchAll(/stream\/<wbr>(\w+)/g)].map(([, outcome]) => outcome);
    expect(order).toEqual(["failed", "held", "toCreate", "toUpdate"]);
  });
});

describe("a look that ends in an error nobody thought of", () => {
  it("shows what it says, and has it in the log with its stack, as nothing is thrown", async () => {
    const captured = captureLines();
    const caller = widgetCaller({ widgetContext: {} }, { invokedFunctionArn: "arn:aws:lambda:x" } as Context);
    const html = await caller?.failed(new TypeError("x is not a <function>"));
    expect(html).toContain("x is not a &#60;function&#62;");
    expect(captured.lines()).toMatchObject([
      { level: "ERROR", error: { name: "TypeError", stack: expect.stringContaining("widget.test.ts") } },
    ]);
  });
});

describe("a look while the broker is still bringing about what is declared (settling)", () => {
  const causes = [
    { what: "replica" as const, name: "n2", behind: 1204, reason: "replica n2 is 1,204 operations behind" },
  ];
  const settling = { reason: causes[0]?.reason ?? "", causes };
  const summary = { unchanged: 1, toCreate: 0, toUpdate: 0, held: 0, failed: 0, settling: 1, unmanaged: 0 };

  it("says so instead of that the broker is as declared, and what is under way", () => {
    const html = resultView(plan({ resources: [sampleResource({ settling })], summary, converged: false }), view);
    expect(html).toContain('<p class="jse-state jse-attention">orders: settling</p>');
    expect(html).toContain("settling: replica n2 is 1,204 operations behind");
    expect(html).not.toContain("as declared");
  });
});
