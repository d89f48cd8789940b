import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { showProgress } from "../../../functions/cli/terminal/progress.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A terminal of one line: what is to be seen on it. */
function terminal(more: { isTTY?: boolean; columns?: number } = {}) {
  const stream = { isTTY: true, columns: 40, all: "", ...more, write: (text: string) => (stream.all += text) };
  return { stream, line: () => stream.all.split("\r\u001b[K").at(-1) };
}

describe("progress", () => {
  it("of a run with many resources is one line from the start, kept current and gone at the end", () => {
    const { stream, line } = terminal();
    let answers = 0;
    const progress = showProgress(stream, { resources: 201, term: "xterm", text: () => `${answers} answers` });

    vi.advanceTimersByTime(150);
    const first = line();
    answers = 70;
    vi.advanceTimersByTime(100);
    const later = line();
    progress.end();
    vi.advanceTimersByTime(5000);

    expect([first, later, line()]).toEqual(["0 answers", "70 answers", ""]);
    expect(stream.all).not.toContain("\n");
  });

  it("of a small run is shown only once it takes long", () => {
    const { stream, line } = terminal();
    const progress = showProgress(stream, { resources: 200, term: undefined, text: () => "still here" });

    vi.advanceTimersByTime(1999);
    const before = stream.all;
    vi.advanceTimersByTime(1);

    expect([before, line()]).toEqual(["", "still here"]);
    progress.end();
  });

  it("never fills the line, which would scroll the terminal", () => {
    const { stream, line } = terminal({ columns: 10 });
    showProgress(stream, { resources: 1000, term: "xterm", text: () => "a long text" }).end;

    vi.advanceTimersByTime(100);

    expect(line()).toBe("a long te");
  });

  it.each([
    ["of a short run", { isTTY: true }, "xterm", 10],
    ["in a pipe", { isTTY: false }, "xterm", 5000],
    ["on a terminal that cannot go back", { isTTY: true }, "dumb", 5000],
  ])("%s is not shown at all", (_, more, term, ms) => {
    const { stream } = terminal(more);
    const progress = showProgress(stream, { resources: 1000, term, text: () => "never" });

    vi.advanceTimersByTime(ms);
    progress.end();

    expect(stream.all).toBe("");
  });
});
