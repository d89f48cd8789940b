import stringWidth from "string-width";
import { visible } from "../text/text.ts";

export type Style = (text: string) => string;

export interface Cell {
  text: string;
  style?: Style;
}

/** One row of a table, with an optional sentence below it. */
export interface Row {
  cells: Cell[];
  note?: Cell;
}

/** How many spaces there are between two columns. */
const GAP = 2;

/**
 * Wraps a text into lines of at most `width` columns. A longer word stays whole, so that a user can copy it: the
 * terminal folds it. Japanese has no spaces, so a line may break between any two wide characters. Libraries either do
 * not break such texts, or break every word.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of visible(text).split(/( )/).flatMap(unbreakablePieces)) {
    if (stringWidth(line + piece) <= width || line.trim() === "") {
      line += piece;
    } else {
      lines.push(line.trimEnd());
      line = piece === " " ? "" : piece;
    }
  }
  return [...lines, line.trimEnd()];
}

/** Splits a word into pieces that must not be broken: each wide character, and each run of narrow ones. */
function unbreakablePieces(word: string): string[] {
  if (stringWidth(word) === word.length) return [word];
  const pieces: string[] = [];
  let isAfterNarrow = false;
  for (const { segment } of graphemes.segment(word)) {
    const isWide = stringWidth(segment) > 1;
    if (isAfterNarrow && !isWide) pieces.push((pieces.pop() ?? "") + segment);
    else pieces.push(segment);
    isAfterNarrow = !isWide;
  }
  return pieces;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Wraps one paragraph, with `first` before its first line and as many spaces before the others. */
export function paragraph(text: string, width: number, first = "", style: Style = plain): string[] {
  const indent = stringWidth(first);
  return wrap(text, width - indent).map((line, index) => style((index === 0 ? first : " ".repeat(indent)) + line));
}

/**
 * Lays rows out in columns, without cutting any text. A cell wraps inside its column. A cell with a word that is too
 * long for its column goes below its row. (cli-table3 wraps too, but cuts such a word with an ellipsis, or breaks it.)
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

/**
 * The widths of the columns. If they do not fit in `room`, the widest column gets narrower, down to a third of the
 * room.
 */
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
      // Padding is only added before a text, so that no line ends in spaces.
      if (text !== "") line += padding + style(text);
      padding = (text === "" ? padding : "") + " ".repeat(Math.max(width - stringWidth(text), 0) + GAP);
    }
    return line;
  });
}

function plain(text: string): string {
  return text;
}
