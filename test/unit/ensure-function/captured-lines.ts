import { onTestFinished, vi } from "vitest";

export type LogLine = Record<string, unknown> & { level?: string; message?: string; event?: string };

export interface CapturedLines {
  /** All that was written to stdout and stderr, as it was written. */
  text(): string;
  /** Every line, each of which must be a JSON object of its own: that is what CloudWatch reads. */
  lines(): LogLine[];
  /** The lines in CloudWatch's embedded metric format that are of whole runs. */
  metrics(): LogLine[];
  /** Those by kind of resource. */
  metricsByKind(): LogLine[];
}

/** Captures what the process writes until the test ends. */
export function captureLines(): CapturedLines {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const spy = vi.spyOn(stream, "write").mockImplementation((chunk: string | Uint8Array) => {
      written.push(typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk));
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  const text = () => written.join("");
  const lines = () =>
    text()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as LogLine);
  const embedded = () => lines().filter((line) => "_aws" in line);
  return {
    text,
    lines,
    metrics: () => embedded().filter((line) => !("kind" in line)),
    metricsByKind: () => embedded().filter((line) => "kind" in line),
  };
}
