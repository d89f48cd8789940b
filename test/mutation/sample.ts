/** So many of a list, the same ones for the same seed, in the order of the list. */
export function sampleOf<T>(all: readonly T[], count: number, seed: number): T[] {
  const random = generator(seed);
  const keyed = all.map((value, at) => ({ value, at, key: random() }));
  const drawn = keyed.toSorted((a, b) => a.key - b.key).slice(0, count);
  return drawn.toSorted((a, b) => a.at - b.at).map(({ value }) => value);
}

/** Numbers below one (mulberry32). */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
