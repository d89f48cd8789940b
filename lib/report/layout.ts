import stringWidth from "string-width";
import { visible } from "../text/text.ts";

export type Style = (text: string) => string;

export interface Cell {
  text: string;
  style?: Style;
}

/** One line of a table, and a sentence that belongs below it. */
export interface Row {
  cells: Cell[];
  note?: Cell;
}

const GAP = 2;

/**
 * Lines of at most `width`. A longer word stays whole, for copying: the terminal folds it. Japanese has no spaces to
 * wrap at, so wide characters may be parted anywhere; libraries either leave them in one line or part every word.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of visible(text).split(/( )/).flatMap(unbreakable)) {
    if (stringWidth(line + piece) <= width || line.trim() === "") {
      line += piece;
    } else {
      lines.push(line.trimEnd());
      line = piece === " " ? "" : piece;
    }
  }
  return [...lines, line.trimEnd()];
}

function unbreakable(word: string): string[] {
  if (stringWidth(word) === word.length) return [word];
  const pieces: string[] = [];
  let narrow = false;
  for (const { segment } of graphemes.segment(word)) {
    const wide = stringWidth(segment) > 1;
    if (narrow && !wide) pieces.push((pieces.pop() ?? "") + segment);
    else pieces.push(segment);
    narrow = !wide;
  }
  return pieces;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** One paragraph: `first` before its first line, as many spaces before the others. */
export function paragraph(text: string, width: number, first = "", style: Style = plain): string[] {
  const indent = stringWidth(first);
  return wrap(text, width - indent).map((line, index) => style((index === 0 ? first : " ".repeat(indent)) + line));
}

/**
 * Rows aligned with each other, nothing cut: a cell wraps inside its column, and one whose single word is too long for
 * it goes below its row. (cli-table3 wraps too, but cuts such a word with an ellipsis, or breaks it.)
 */
export function columns(rows: Row[], width: number, indent: number): string[] {
  const left = " ".repeat(indent);
  const { widths, widest, tooNarrow } = columnWidths(rows, width - indent);
  return rows.flatMap(({ cells, note }) => {
    const parts = cells.map((cell, index) => {
      const column = widths[index] ?? 0;
      const lines = wrap(cell.text, column);
      const fits = tooNarrow ? index !== widest : lines.every((line) => stringWidth(line) <= column);
      return { ...cell, lines, width: column, fits };
    });
    const below = parts.filter((part) => !part.fits);
    const beside = parts.filter((part) => part.fits);
    const oneLine = beside.map((part) => part.text).join(" ".repeat(GAP));
    return [
      ...(below.length === 0
        ? sideBySide(parts).map((line) => left + line)
        : paragraph(oneLine, width, left, beside.at(-1)?.style)),
      ...[...below, ...(note ? [note] : [])].flatMap(({ text, style }) => paragraph(text, width, `${left}  `, style)),
    ];
  });
}

/** Natural widths where they fit; else the widest column gives up what is missing, down to a third of the room. */
function columnWidths(rows: Row[], room: number): { widths: number[]; widest: number; tooNarrow: boolean } {
  const natural: number[] = [];
  for (const { cells } of rows) {
    for (const [index, { text }] of cells.entries()) {
      natural[index] = Math.max(natural[index] ?? 0, stringWidth(visible(text)));
    }
  }
  const missing = natural.reduce((sum, column) => sum + column + GAP, -GAP) - room;
  const most = Math.max(0, ...natural);
  const widest = natural.indexOf(most);
  const least = Math.min(most, Math.floor(room / 3));
  return {
    widths: natural.map((column, index) =>
      index === widest ? Math.max(Math.min(most, most - missing), least) : column,
    ),
    widest,
    tooNarrow: most - missing < least,
  };
}

function sideBySide(parts: { lines: string[]; width: number; style?: Style }[]): string[] {
  const height = Math.max(0, ...parts.map((part) => part.lines.length));
  return Array.from({ length: height }, (_, row) => {
    let line = "";
    let padding = "";
    for (const { lines, width, style = plain } of parts) {
      const text = lines[row] ?? "";
      // Spaces only before a text, so that no line ends in them.
      if (text !== "") line += padding + style(text);
      padding = (text === "" ? padding : "") + " ".repeat(Math.max(width - stringWidth(text), 0) + GAP);
    }
    return line;
  });
}

function plain(text: string): string {
  return text;
}
