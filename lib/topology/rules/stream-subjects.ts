import { transformProblem } from "../../subjects/subject-transforms.ts";
import { covers, overlap, subjectProblem } from "../../subjects/subjects.ts";
import { asTransformed } from "../republish.ts";
import type { StreamRule } from "./rule.ts";

/** The subjects someone wrote: a bucket's follow from its name, which has its own check. */
const written = ({ kind, config }: Parameters<StreamRule>[0]) =>
  (kind === "stream" ? config.subjects : undefined) ?? [];

const thereAreSome: StreamRule = function* ({ config: { subjects, sources, mirror }, name }) {
  if (subjects?.length !== 0 || sources?.length || mirror) return;
  yield { field: "subjects", message: `The list is empty: leave it out for "${name}", the server's default.` };
};

const subjectsAreValid: StreamRule = function* (stream) {
  for (const [at, subject] of written(stream).entries()) {
    const problem = subjectProblem(subject);
    if (problem) yield { field: "subjects", at: `[${at}]`, message: `"${subject}" is no subject: ${problem}.` };
  }
};

/** A message that matched two of them would be stored twice. */
const subjectsAreApart: StreamRule = function* (stream) {
  const subjects = written(stream);
  for (const [at, subject] of subjects.entries()) {
    const earlier = subjects.slice(0, at).find((each) => overlap(each, subject));
    if (earlier === undefined) continue;
    const message = earlier === subject ? `"${subject}" is there twice.` : `"${subject}" overlaps "${earlier}".`;
    yield { field: "subjects", at: `[${at}]`, message };
  }
};

/** Acknowledging what the server itself publishes would feed the stream its own answers. */
const serversOwnNeedNoAck: StreamRule = function* (stream) {
  const { config, its } = stream;
  for (const [at, subject] of written(stream).entries()) {
    const say = (message: string) => ({ field: "subjects" as const, at: `[${at}]`, message });
    if (subject === ">") {
      if (!config.no_ack) yield say(`Storing every subject (">") needs ${its("no_ack")}: true.`);
      if ((config.num_replicas ?? 1) !== 1) yield say(`Storing every subject (">") works with one replica only.`);
    } else if (!config.no_ack) {
      const own = ["$JS.>", "$JSC.>", "$NRG.>", "$SYS.>"].find((each) => overlap(each, subject));
      const events = covers("$JS.EVENT.>", subject) || covers("$SYS.ACCOUNT.>", subject);
      if (own && !events)
        yield say(`"${subject}" reaches into the server's own "${own}", which needs ${its("no_ack")}: true.`);
    }
  }
};

const transformIsValid: StreamRule = function* ({ config: { subject_transform } }) {
  const problem = subject_transform && transformProblem(subject_transform.src, subject_transform.dest);
  if (problem) yield { field: "subject_transform", message: `The server would refuse it: ${problem}.` };
};

const republishLeadsOut: StreamRule = function* ({ config: { republish, subjects = [], subject_transform } }) {
  if (!republish) return;
  const { src = ">", dest } = asTransformed(republish, subjects, subject_transform);
  const back = subjects.find((each) => overlap(each, dest));
  if (back !== undefined) {
    const message = `"${dest}" overlaps "${back}", which the stream stores: it would store its own republished messages.`;
    yield { field: "republish", at: ".dest", message };
    return;
  }
  const problem = dest === "" ? "dest is empty" : transformProblem(src, dest);
  if (problem) yield { field: "republish", message: `The server would refuse it: ${problem}.` };
};

export const subjectRules: StreamRule[] = [
  thereAreSome,
  subjectsAreValid,
  subjectsAreApart,
  serversOwnNeedNoAck,
  transformIsValid,
  republishLeadsOut,
];
