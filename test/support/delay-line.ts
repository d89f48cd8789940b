/** Does things in the order they were added, each no sooner than its delay after it was added. */
export interface DelayLine {
  add(delayMs: number, act: () => void): void;
  /** Does what is due; to be called when it is no longer blocked. */
  run(): void;
  /** Forgets everything that was not done yet. */
  drop(): void;
}

/** @param blocked while it says true, nothing is done; what is done may make it say so. */
export function delayLine(blocked: () => boolean): DelayLine {
  let waiting: { due: number; act: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;

  function run(): void {
    clearTimeout(timer);
    for (let first = waiting[0]; first && first.due <= performance.now() && !blocked(); first = waiting[0]) {
      waiting.shift();
      first.act();
    }
    const [next] = waiting;
    if (next && !blocked()) timer = setTimeout(run, Math.max(0, Math.ceil(next.due - performance.now())));
  }

  return {
    add(delayMs, act) {
      waiting.push({ due: performance.now() + delayMs, act });
      run();
    },
    run,
    drop() {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
