import { styleText } from "node:util";
import type { RenderOptions } from "../../../lib/report/render-result.ts";

/** The options to render for stdout. Without a terminal, the width is 80 columns. */
export function renderOptions(wanted: { color: boolean }): Required<RenderOptions> {
  return { width: process.stdout.columns ?? 80, colour: wanted.color && hasColour() };
}

/**
 * Lets Node decide about colour, from the stream and from NO_COLOR, FORCE_COLOR and TERM. It styles a text to find out.
 */
function hasColour(): boolean {
  return styleText("bold", "x", { stream: process.stdout }) !== "x";
}
