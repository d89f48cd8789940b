const TICK_MS = 10;
/** A tick that is later than this is no longer the timer's own inexactness. */
const LATE_MS = 25;

/**
 * How long something took of a machine that runs: the time in which this process could not run, because others did or
 * the machine stood still, does not count. For upper bounds of what waits; what computes in this process would not be
 * counted either.
 */
export async function timed<Value>(act: () => Promise<Value>): Promise<{ value: Value; ms: number }> {
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
    return { value, ms: performance.now() - started - lost };
  } finally {
    clearInterval(ticking);
  }
}
