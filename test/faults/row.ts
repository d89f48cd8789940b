import type { Expected, Told } from "./scenario.ts";

/** One scenario: what its test gives to the printed table. */
export interface Row {
  section: string;
  name: string;
  expected: string;
  seen: string;
}

declare module "vitest" {
  interface TaskMeta {
    faults?: Row[];
    /** What the soak came to: lines of its own. */
    soak?: string[];
  }
}

export function rowOf(section: string, name: string, expected: Expected, told: Told): Row {
  return { section, name, expected: expectedText(expected), seen: seenText(told) };
}

function expectedText({ outcome, classes = [] }: Expected): string {
  return [[outcome].flat().join(" or "), classes.join(", ")].filter((part) => part !== "").join(": ");
}

function seenText({ outcome, classes, sentence, durationMs }: Told): string {
  const what = [outcome, classes.join(", ")].filter((part) => part !== "").join(": ");
  const head = `${what}, ${(durationMs / 1000).toFixed(1)} s`;
  return sentence === "" ? head : `${head}. ${sentence}`;
}
