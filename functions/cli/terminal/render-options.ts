import { styleText } from "node:util";
import type { RenderOptions } from "../../../lib/report/render-result.ts";

/** How to render for where stdout goes; 80 columns where it is no terminal. */
export function renderOptions(wanted: { color: boolean }): Required<RenderOptions> {
  return { width: process.stdout.columns ?? 80, colour: wanted.color && hasColour() };
}

/** Node's own judgement of the stream and of NO_COLOR, FORCE_COLOR and TERM, asked for by using it. */
function hasColour(): boolean {
  return styleText("bold", "x", { stream: process.stdout }) !== "x";
}
