import { describe, expect, it } from "vitest";
import { asyncServiceCaller } from "../../../functions/ensure/callers/async-service-caller.ts";
import { EnsureFailed } from "../../../functions/ensure/ensure-failed.ts";
import type { FailOn } from "../../../functions/ensure/event/fail-on.ts";
import { captureLines } from "./captured-lines.ts";
import { sampleResource, sampleResult } from "./sample-result.ts";

/** A service that waits, and keeps what it is told. */
function waiting({ failOn = "failed", unreachable = false }: { failOn?: FailOn; unreachable?: boolean } = {}) {
  const words: unknown[] = [];
  const hear = async (word: unknown) => {
    words.push(word);
    if (unreachable) throw new Error("nobody heard it");
    return word;
  };
  const caller = asyncServiceCaller({
    what: "job",
    parseRequest: () => ({ request: { mode: "ensure", trigger: "pipeline" }, failOn }),
    tellSuccess: (result) => hear(result?.planId ?? "no result"),
    tellFailure: (error) => hear(error),
  });
  caller.request();
  return { caller, words };
}

const outOfTime = new EnsureFailed("The run did not end within the function's time.");
const held = sampleResult({ resources: [sampleResource({ outcome: "held" })], converged: false });

describe("a service that waits", () => {
  it("is told once: a run that ends after the time was up does not contradict that it was", async () => {
    const { caller, words } = waiting();
    const first = await caller.failed(outOfTime);
    const late = await caller.answer(sampleResult());
    expect([first, late]).toEqual([outOfTime, outOfTime]);
    expect(words).toEqual([outOfTime]);
  });

  it("is told once: time that is up while it is told of a success changes nothing", async () => {
    const { caller, words } = waiting();
    const answers = await Promise.all([caller.answer(sampleResult()), caller.failed(outOfTime)]);
    expect(answers).toEqual(["9f2c", "9f2c"]);
    expect(words).toEqual(["9f2c"]);
  });

  it("is not told again where it could not be told, and that fails the invocation", async () => {
    const { caller, words } = waiting({ unreachable: true });
    const error = await Promise.resolve(caller.answer(sampleResult())).catch((thrown: unknown) => thrown);
    await expect(caller.failed(error)).rejects.toThrow("nobody heard it");
    expect(words).toEqual(["9f2c"]);
  });

  it.each<[FailOn, unknown]>([
    ["failed", "9f2c"],
    ["never", "9f2c"],
  ])("succeeds on what is held where %s is what fails it", async (failOn, word) => {
    const { caller } = waiting({ failOn });
    expect(await caller.answer(held)).toBe(word);
  });

  it("fails on what is held where it says so", () => {
    const captured = captureLines();
    const { caller, words } = waiting({ failOn: "held" });
    expect(() => caller.answer(held)).toThrow(EnsureFailed);
    expect(words).toEqual([]);
    expect(captured.lines()).toMatchObject([{ level: "ERROR", event: "failure", class: "held" }]);
  });

  it("that never fails is told of a run without a result, too", async () => {
    const captured = captureLines();
    const { caller } = waiting({ failOn: "never" });
    expect(await caller.failed(outOfTime)).toBe("no result");
    expect(captured.lines()).toMatchObject([{ level: "ERROR", event: "failOnNever" }]);
  });

  it("does not swallow an unexpected error: the log has its stack", async () => {
    const captured = captureLines();
    const { caller } = waiting();
    const bug = new TypeError("x is not a function");
    expect(await caller.failed(bug)).toBe(bug);
    const [line] = captured.lines();
    expect(line).toMatchObject({ level: "ERROR", error: { name: "TypeError", message: "x is not a function" } });
    expect(JSON.stringify(line)).toContain("told-caller.test");
  });
});
