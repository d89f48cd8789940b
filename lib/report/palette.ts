import { styleText } from "node:util";
import type { Style } from "./layout.ts";

/** What each style is for. Signs and words say the same: colour is never the only carrier. */
export interface Palette {
  title: Style;
  good: Style;
  change: Style;
  attention: Style;
  bad: Style;
  quiet: Style;
}

const same: Style = (text) => text;

export const colourless: Palette = {
  title: same,
  good: same,
  change: same,
  attention: same,
  bad: same,
  quiet: same,
};

// `validateStream: false`: whether there is a terminal is the caller's knowledge, not this module's.
const styled =
  (format: Parameters<typeof styleText>[0]): Style =>
  (text) =>
    styleText(format, text, { validateStream: false });

export const coloured: Palette = {
  title: styled("bold"),
  good: styled("green"),
  change: styled("cyan"),
  attention: styled("yellow"),
  bad: styled("red"),
  quiet: styled("dim"),
};
