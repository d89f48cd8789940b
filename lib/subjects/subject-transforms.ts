import { subjectProblem } from "./subjects.ts";

/** The functions that a destination may use (nats-server, server/subject_transform.go). Their names ignore case. */
const functions = [
  ...["wildcard", "partition", "random", "split", "left", "right"],
  ...["splitfromleft", "splitfromright", "slicefromleft", "slicefromright"],
];

/** Why the server would refuse to map `src` to `dest`, as the end of a sentence. `undefined` if it would accept it. */
export function transformProblem(src: string | undefined, dest: string): string | undefined {
  const from = src === undefined || src === "" ? ">" : src;
  const badSource = subjectProblem(from);
  if (badSource) return `"${from}" is no subject: ${badSource}`;
  // A transform without a destination only filters.
  if (dest === "") return undefined;

  const tokens = tokensOf(dest);
  // A function's arguments may hold white space, which a subject may not.
  const badDest = subjectProblem(tokens.map((token) => (isFunction(token) ? "f" : token)).join("."));
  if (badDest) return `"${dest}" is no subject: ${badDest}`;
  if (tokens.includes("*"))
    return `"${dest}" has a "*": write {{wildcard(1)}} for what the first "*" of "${from}" matched`;
  if (from.split(".").includes(">") !== tokens.includes(">")) {
    return `"${from}" and "${dest}" must both end in ">", or neither`;
  }
  for (const token of tokens) {
    const problem = functionProblem(token, from);
    if (problem) return problem;
  }
  return undefined;
}

function tokensOf(dest: string): string[] {
  return dest.split(".");
}

function isFunction(token: string): boolean {
  return /^\{\{.*\}\}$/.test(token);
}

function functionProblem(token: string, from: string): string | undefined {
  const [, name = "", args = ""] = /^\{\{\s*([a-z]+)\s*\((.*)\)\s*\}\}$/i.exec(token) ?? [];
  if (isFunction(token) && !functions.includes(name.toLowerCase())) return `"${token}" is no function the server knows`;
  const wildcards = from.split(".").filter((each) => each === "*").length;
  const isThere = (index: string) => /^\d+$/.test(index) && Number(index) >= 1 && Number(index) <= wildcards;
  if (wildcardIndexes(token, name.toLowerCase(), args.split(","), from).every(isThere)) return undefined;
  return `"${token}" stands for a "*" that is not there: the source has ${wildcards}`;
}

/** The numbers of the "*" of the source that a token stands for, if the server checks them. */
function wildcardIndexes(token: string, name: string, args: string[], from: string): string[] {
  if (!isFunction(token)) return /^\$(\d+)$/.exec(token)?.slice(1) ?? [];
  // If the source has no wildcards, servers since 2.12 accept any number. Each message then gets the same partition.
  if (name === "random" || (name === "partition" && !/[*>]/.test(from))) return [];
  return (name === "partition" ? args.slice(1) : args.slice(0, 1)).map((index) => index.trim());
}
