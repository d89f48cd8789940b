import { covers, subjectProblem } from "../../subjects/subjects.ts";
import type { ConsumerRule } from "./rule.ts";

const startMatchesPolicy: ConsumerRule = function* ({ config, its }) {
  const policy = config.deliver_policy ?? "all";
  const starts = [
    { field: "opt_start_seq", of: "by_start_sequence" },
    { field: "opt_start_time", of: "by_start_time" },
  ] as const;
  for (const { field, of } of starts) {
    if (policy === of && config[field] === undefined) {
      yield { field: "deliver_policy", message: `"${of}" needs ${its(field)} beside it.` };
    }
    if (policy !== of && config[field] !== undefined) {
      yield { field, message: `It needs ${its("deliver_policy")}: "${of}", and that is "${policy}".` };
    }
  }
};

const lastPerSubjectIsFiltered: ConsumerRule = function* ({ config, its }) {
  if (config.deliver_policy !== "last_per_subject" || filters(config).length > 0) return;
  const message = `"last_per_subject" needs ${its("filter_subject")} or ${its("filter_subjects")} beside it (">" for all).`;
  yield { field: "deliver_policy", message };
};

const oneKindOfFilter: ConsumerRule = function* ({ config, its }) {
  if (config.filter_subject === undefined || config.filter_subjects === undefined) return;
  yield { field: "filter_subject", message: `It cannot go with ${its("filter_subjects")}: put it into that list.` };
};

const filtersAreValid: ConsumerRule = function* ({ config: { filter_subject, filter_subjects = [] } }) {
  const listed = filter_subjects.map((filter, at) => ({ field: "filter_subjects" as const, at: `[${at}]`, filter }));
  const single =
    filter_subject === undefined ? [] : [{ field: "filter_subject" as const, at: "", filter: filter_subject }];
  for (const { field, at, filter } of [...single, ...listed]) {
    const problem = subjectProblem(filter);
    if (problem) yield { field, at, message: `"${filter}" is no subject: ${problem}.` };
  }
};

const filtersAreApart: ConsumerRule = function* ({ config: { filter_subjects = [] } }) {
  for (const [at, filter] of filter_subjects.entries()) {
    const earlier = filter_subjects.slice(0, at).find((each) => covers(each, filter) || covers(filter, each));
    if (earlier === undefined) continue;
    const message = earlier === filter ? `"${filter}" is there twice.` : `"${filter}" overlaps "${earlier}".`;
    yield { field: "filter_subjects", at: `[${at}]`, message };
  }
};

/** What a consumer reads; nothing listed is everything. */
export function filters({
  filter_subject,
  filter_subjects,
}: {
  filter_subject?: string;
  filter_subjects?: string[];
}): string[] {
  return filter_subject === undefined ? (filter_subjects ?? []) : [filter_subject];
}

export const startRules: ConsumerRule[] = [
  startMatchesPolicy,
  lastPerSubjectIsFiltered,
  oneKindOfFilter,
  filtersAreValid,
  filtersAreApart,
];
