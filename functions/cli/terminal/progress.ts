/** The part of stderr that the progress line needs. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** A progress line on the terminal. */
export interface Progress {
  /** Removes the line, and shows nothing afterwards. */
  end(): void;
}

/** A run with more resources than this shows its progress from the start. */
const MANY = 200;
/** A run with fewer resources shows its progress after this time. */
const LONG_MS = 2000;
const EVERY_MS = 100;

const CLEAR = "\r\u001b[K";

/**
 * Shows one line on a terminal that says how far a long run is. The line is written again and again, and removed at the
 * end. In a pipe, a log or a dumb terminal it shows nothing.
 *
 * @param resources the number of resources that are known beforehand
 * @param text returns the line's text each time the line is written
 */
export function showProgress(
  stream: ProgressStream,
  { resources, term, text }: { resources: number; term: string | undefined; text: () => string },
): Progress {
  if (!stream.isTTY || term === "dumb") return { end: () => undefined };
  let shown = false;
  const write = () => {
    shown = true;
    stream.write(CLEAR + text().slice(0, (stream.columns || 80) - 1));
  };
  let timer = setTimeout(
    () => {
      write();
      timer = setInterval(write, EVERY_MS).unref();
    },
    resources > MANY ? EVERY_MS : LONG_MS,
  ).unref();
  return {
    end() {
      clearTimeout(timer);
      if (shown) stream.write(CLEAR);
    },
  };
}
