/** Where the random cases of the tests start. Fixed, unless `PROPERTY_SEED` says otherwise. */
export const SEED = Number(process.env.PROPERTY_SEED ?? 20_260_801);

/** One case of a property that fails, as fast-check names it; set together with the seed. */
export const PATH = process.env.PROPERTY_PATH || undefined;

/** After this time a property that has not failed is taken to hold, however many cases are left. */
export const TIME_MS = process.env.PROPERTY_TIME_MS ? Number(process.env.PROPERTY_TIME_MS) : undefined;

/** The seed of a sample that needs one of its own: its cases were chosen so that they meet all that the test wants met. */
export function seedOr(own: number): number {
  return process.env.PROPERTY_SEED === undefined ? own : SEED;
}

/** A command for a POSIX shell that tries one failed case again. */
export function replayCommand(failed: { seed: number; path: string; file: string; title: string }): string {
  const project = failed.file.split("/")[1] ?? "unit";
  // Vitest takes a pattern; the title may have characters that mean something in it.
  const title = failed.title.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&").replaceAll("'", `'\\''`);
  const settings = `PROPERTY_SEED=${failed.seed}${failed.path === "" ? "" : ` PROPERTY_PATH=${failed.path}`}`;
  return `${settings} npx vitest run --project ${project} ${failed.file} -t '${title}'`;
}
