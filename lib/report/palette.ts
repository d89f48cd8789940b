import { styleText } from "node:util";
import type { Style } from "./layout.ts";

/** The styles, by their meaning. Signs and words say the same as the colours, which some readers cannot see. */
export interface Palette {
  title: Style;
  good: Style;
  change: Style;
  attention: Style;
  bad: Style;
  quiet: Style;
}

const unstyled: Style = (text) => text;

export const colourless: Palette = {
  title: unstyled,
  good: unstyled,
  change: unstyled,
  attention: unstyled,
  bad: unstyled,
  quiet: unstyled,
};

// The caller decides whether there is a terminal, so `validateStream` is false.
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
