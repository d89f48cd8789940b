const TICK_MS = 10;
/** A tick that is later than this is no longer the timer's own inexactness. */
const LATE_MS = 25;

/** What was done, and how long it took. */
export interface Timed<Value> {
  value: Value;
  /** For upper bounds of what waits: without the time in which this process could not run. */
  ms: number;
  /** For lower bounds: by the clock. */
  wholeMs: number;
}

/**
 * How long something took, also of a machine that runs: the time in which this process could not run, because others did
 * or the machine stood still, is left out of `ms`. What computes in this process is left out of it as well.
 */
export async function timed<Value>(act: () => Promise<Value>): Promise<Timed<Value>> {
  let lost = 0;
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    const gap = now - last;
    if (gap > LATE_MS) lost += gap - TICK_MS;
    last = now;
  };
  const ticking = setInterval(tick, TICK_MS);
  const started = performance.now();
  try {
    const value = await act();
    tick();
    const wholeMs = performance.now() - started;
    return { value, ms: wholeMs - lost, wholeMs };
  } finally {
    clearInterval(ticking);
  }
}
