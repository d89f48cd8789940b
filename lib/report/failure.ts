import { isPartial } from "./next-steps.ts";
import type { ReportedResource, Result } from "./result.ts";

/**
 * How many characters an error message may have. CloudFormation shows only its first line, and refuses an answer of
 * more than 4096 bytes.
 */
export const LONGEST_MESSAGE = 1400;

/**
 * The error message of a run that must fail: the broker could not be asked, or a declared resource does not exist and
 * could not be created. `undefined` for every other run: a resource that exists is usable, even if it differs.
 */
export function failureOf(result: Result): string | undefined {
  if (result.error) return truncate(result.error.message);
  const failed = result.resources.filter(({ outcome }) => outcome === "failed");
  if (failed.length === 0) return undefined;
  const lookedAt = isPartial(result) ? " looked at" : "";
  const headline = `${failed.length} of ${result.resources.length} resources${lookedAt} failed`;
  const sentences: string[] = [];
  for (const resource of failed) {
    const reason = resource.error?.message ?? "no reason given";
    const sentence = reason.startsWith(resource.id) ? reason : `${resource.id}: ${reason}`;
    if (sentences.join(" ").length + sentence.length > LONGEST_MESSAGE - 100 && sentences.length > 0) {
      sentences.push(`And ${failed.length - sentences.length} more: ${idsOf(failed.slice(sentences.length))}.`);
      break;
    }
    sentences.push(sentence);
  }
  return truncate(`${headline}. ${sentences.join(" ")}`);
}

function idsOf(resources: ReportedResource[]): string {
  const [shown, rest] = [resources.slice(0, 10), resources.length - 10];
  return shown.map(({ id }) => id).join(", ") + (rest > 0 ? " …" : "");
}

function truncate(sentence: string): string {
  return sentence.length <= LONGEST_MESSAGE ? sentence : `${sentence.slice(0, LONGEST_MESSAGE - 1)}…`;
}
