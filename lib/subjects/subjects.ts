/** Subjects as the server reads them: tokens between dots. `*` stands for one token, a last `>` for one or more. */

/** Why a text is not a valid subject, as the end of a sentence. `undefined` if it is valid. */
export function subjectProblem(subject: string): string | undefined {
  if (subject === "") return "it is empty";
  const tokens = subject.split(".");
  if (tokens.some((token) => token === "")) return "it has an empty token: two dots in a row, or one at an end";
  if (/[ \t\n\f\r]/.test(subject)) return "it contains white space";
  if (tokens.slice(0, -1).includes(">")) return `">" can only be its last token`;
  return undefined;
}

export function hasWildcard(subject: string): boolean {
  return subject.split(".").some((token) => token === "*" || token === ">");
}

/** Whether some message's subject matches both subjects. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [one.split("."), other.split(".")];
  for (let at = 0; ; at++) {
    const [left, right] = [a[at], b[at]];
    if (left === undefined || right === undefined) return left === right;
    if (left === ">" || right === ">") return true;
    if (left !== right && left !== "*" && right !== "*") return false;
  }
}

/** Whether `outer` matches every subject that `inner` matches. */
export function covers(outer: string, inner: string): boolean {
  const [wide, narrow] = [outer.split("."), inner.split(".")];
  for (let at = 0; ; at++) {
    const [left, right] = [wide[at], narrow[at]];
    if (left === undefined || right === undefined) return left === right;
    if (left === ">") return true;
    if (right === ">" || (left !== right && left !== "*")) return false;
  }
}

/** The subject that matches exactly the messages of both subjects. `undefined` if they do not overlap. */
export function intersection(one: string, other: string): string | undefined {
  if (!overlap(one, other)) return undefined;
  const [a, b] = [one.split("."), other.split(".")];
  const common: string[] = [];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left = ">", right = ">"] = [a[at], b[at]];
    if (left === ">") return [...common, ...b.slice(at)].join(".");
    if (right === ">") return [...common, ...a.slice(at)].join(".");
    common.push(left === "*" ? right : left);
  }
  return common.join(".");
}
