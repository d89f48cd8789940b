import { html } from "ghtml";
import type { Viewer } from "./widget-event.ts";

/** Text colours for the console's light and dark background. Each has a contrast of at least 4.5 to 1. */
const LIGHT = { good: "#037f0c", change: "#0a5cad", attention: "#8d4d00", bad: "#c7162b", quiet: "#5f6b7a" };
const DARK = { good: "#29ad32", change: "#6aaef5", attention: "#e59700", bad: "#ff7a7a", quiet: "#a3adba" };

/** Joins the parts to one page in the console's style. The console itself styles tables and buttons. */
export function page(parts: string[], { dark }: Viewer): string {
  const tones = Object.entries(dark ? DARK : LIGHT).map(([tone, colour]) => `.jse-${tone}{color:${colour}}`);
  const style = `${tones.join("")}${SHAPES}`;
  return html`<style>!${style}</style><div class="jse">!${parts.filter(Boolean).join("\n")}</div>`;
}

// A long word from the broker (a subject, an id) breaks, so that the table fits into the widget. Each column is wide
// enough for the table's own words.
const SHAPES =
  ".jse p{margin:4px 0;overflow-wrap:anywhere}.jse-state{font-size:18px;font-weight:700}" +
  ".jse-table{width:100%;border-collapse:collapse;margin:8px 0}" +
  ".jse-table td,.jse-table th{vertical-align:top;text-align:left;padding:4px 8px;overflow-wrap:anywhere}" +
  ".jse-table th:nth-child(1){width:20%;min-width:120px}.jse-table th:nth-child(2){width:12%;min-width:88px}" +
  ".jse-table th:nth-child(4){width:30%;min-width:110px}.jse-table th:nth-child(5){width:64px;min-width:56px}" +
  ".jse-actions .btn{margin-right:8px}" +
  ".jse-bar{height:8px;border-radius:4px;background:#8884;overflow:hidden;max-width:480px}" +
  ".jse-bar>span{display:block;height:100%;background:currentColor}";
