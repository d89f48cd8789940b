/** The known name that a misspelled one probably means. It differs in at most two letters, upper case aside. */
export function closest(written: string, names: readonly string[]): string | undefined {
  const folded = fold(written);
  const ranked = names
    .map((name) => ({ name, mistakes: distance(folded, fold(name)) }))
    .filter(({ mistakes }) => mistakes <= Math.min(2, Math.floor(written.length / 3)))
    .sort((one, other) => one.mistakes - other.mistakes);
  return ranked[0]?.name;
}

const fold = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, "");

/** How many letters to insert, remove or replace (the Levenshtein distance). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
