import type { StreamConfig, StreamSource } from "../../jetstream/types.ts";
import { transformProblem } from "../../subjects/subject-transforms.ts";
import { hasWildcard, overlap, subjectProblem } from "../../subjects/subjects.ts";
import { bucketName } from "../fields/names.ts";
import type { StreamFacts, StreamRule } from "./rule.ts";

/** Each stream copied from, with its place in the declaration. */
function origins({ mirror, sources = [] }: Partial<StreamConfig>) {
  const listed = sources.map((source, at) => ({ field: "sources" as const, at: `[${at}]`, source }));
  return mirror ? [{ field: "mirror" as const, at: "", source: mirror }, ...listed] : listed;
}

function everyOrigin(
  check: (source: StreamSource, stream: StreamFacts) => Iterable<[place: string, message: string]>,
): StreamRule {
  return function* (stream) {
    for (const { field, at, source } of origins(stream.config)) {
      for (const [place, message] of check(source, stream)) yield { field, at: at + place, message };
    }
  };
}

const originIsNamed = everyOrigin(function* ({ name }) {
  if (name === "" || /[ \t\r\n\f.*>\\/]/.test(name)) {
    yield [".name", `"${name}" is no name: not empty, no white space, '.', '*', '>', '/' or '\\'.`];
  }
});

const filterIsValid = everyOrigin(function* ({ filter_subject, subject_transforms }) {
  if (filter_subject === undefined) return;
  const problem = subjectProblem(filter_subject);
  if (problem) yield [".filterSubject", `"${filter_subject}" is no subject: ${problem}.`];
  if (subject_transforms?.length)
    yield [".filterSubject", "It cannot go with subjectTransforms, whose src filters too."];
});

/** A filter alone would leave what it copies under the other bucket's subjects, where nobody reads. */
const bucketFilterMoves: StreamRule = function* ({ kind, name, config: { sources = [] } }) {
  if (kind === "stream") return;
  for (const [at, source] of sources.entries()) {
    if (source.filter_subject === undefined || bucketName(kind, source.name) === name) continue;
    const message = "It would keep the other bucket's subjects: write subjectTransforms with src and dest instead.";
    yield { field: "sources", at: `[${at}].filterSubject`, message };
  }
};

const transformsAreValid = everyOrigin(function* ({ subject_transforms = [] }) {
  for (const [at, { src = ">", dest }] of subject_transforms.entries()) {
    const problem = transformProblem(src, dest);
    if (problem) yield [`.subjectTransforms[${at}]`, `The server would refuse it: ${problem}.`];
    const earlier = subject_transforms.slice(0, at).find((each) => overlap(each.src ?? ">", src));
    if (earlier)
      yield [`.subjectTransforms[${at}].src`, `"${src}" overlaps "${earlier.src ?? ">"}", which is there already.`];
  }
});

const consumerIsUsable = everyOrigin(function* (source) {
  const { consumer } = source;
  if (!consumer) return;
  if (!consumer.name || /[ \t\r\n\f.*>\\/]/.test(consumer.name)) {
    yield [".consumer.name", `"${consumer.name}" is no name: not empty, no white space, '.', '*', '>', '/' or '\\'.`];
  }
  const deliver = consumer.deliver_subject ?? "";
  const problem = subjectProblem(deliver) ?? (hasWildcard(deliver) ? "it has a wildcard" : undefined);
  if (problem) yield [".consumer.deliverSubject", `"${deliver}" is no subject to deliver to: ${problem}.`];
  const decided = (["opt_start_seq", "opt_start_time", "filter_subject"] as const).filter(
    (each) => source[each] !== undefined,
  );
  if (decided.length > 0) {
    yield [
      ".consumer",
      "The consumer itself decides where to start and what to filter: leave optStart… and filterSubject out.",
    ];
  }
});

const externalIsReachable = everyOrigin(function* ({ external }) {
  if (!external) return;
  const prefixes = { api: external.api, deliver: external.deliver ?? "" };
  for (const [key, prefix] of Object.entries(prefixes)) {
    if (prefix === "") continue;
    const problem = subjectProblem(prefix) ?? (hasWildcard(prefix) ? "it has a wildcard" : undefined);
    if (problem) yield [`.external.${key}`, `"${prefix}" is no prefix: ${problem}.`];
  }
  if (overlap(external.api, "$JS.API")) {
    yield [".external.api", `"${external.api}" is this account's own API: name the other one's, like "$JS.hub.API".`];
  }
});

/** What the server tells two sources apart by (nats-server, StreamSource.composeIName). */
const identity = ({ name, external, consumer, filter_subject, subject_transforms }: StreamSource) => {
  const transforms = subject_transforms?.map(({ src, dest }) => [src || ">", dest || ">"]);
  return JSON.stringify([name, external?.api, consumer?.name, transforms ?? (filter_subject || ">")]);
};

const sourcesDiffer: StreamRule = function* ({ config: { sources = [] } }) {
  for (const [at, source] of sources.entries()) {
    const earlier = sources.slice(0, at);
    const twice = earlier.some((each) => identity(each) === identity(source));
    const sameConsumer = (each: StreamSource) =>
      source.consumer !== undefined &&
      each.consumer?.name === source.consumer.name &&
      each.name === source.name &&
      each.external?.api === source.external?.api;
    if (twice) yield { field: "sources", at: `[${at}]`, message: `The same part of "${source.name}" is there twice.` };
    else if (earlier.some(sameConsumer)) {
      const message = `Consumer "${source.consumer?.name}" of "${source.name}" feeds another source already.`;
      yield { field: "sources", at: `[${at}].consumer`, message };
    }
  }
};

export const sourceRules: StreamRule[] = [
  originIsNamed,
  filterIsValid,
  bucketFilterMoves,
  transformsAreValid,
  consumerIsUsable,
  externalIsReachable,
  sourcesDiffer,
];
