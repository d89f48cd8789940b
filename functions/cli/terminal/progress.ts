/** What progress needs of stderr. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** Takes the line away; nothing is shown afterwards. */
  end(): void;
}

/** With so many resources it is worth a line from the start. */
const MANY = 200;
/** And however few, once it takes this long. */
const LONG_MS = 2000;
const EVERY_MS = 100;

const CLEAR = "\r\u001b[K";

/**
 * One line on a terminal that says how far a long run is, written over again and gone at the end. Nothing at all where
 * nobody looks: in a pipe, a log, a dumb terminal.
 *
 * @param resources how many are known of beforehand
 * @param text asked for each time the line is written
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
