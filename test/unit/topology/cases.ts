import { TopologyError, type TopologyIssue } from "../../../lib/topology/index.ts";
import { validated } from "../../../lib/topology/validate.ts";

/** The mistakes in a topology given as anything at all, as a file would be. */
export function mistakes(input: unknown): TopologyIssue[] {
  try {
    validated(input);
    return [];
  } catch (error) {
    if (error instanceof TopologyError) return error.issues;
    throw error;
  }
}

/** Path and sentence, as one text each. */
export const told = (input: unknown): string[] => mistakes(input).map(({ path, message }) => `${path}: ${message}`);

export type Fields = Record<string, unknown>;
/** A declaration that is refused, where, and what is said: all of it, or the part that tells. */
export type BadCase = [title: string, fields: Fields, path: string, sentence: string];
