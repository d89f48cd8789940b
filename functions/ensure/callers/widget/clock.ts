import type { Viewer } from "./widget-event.ts";

/** Renders a time in the viewer's time zone: `2026-11-23 15:04:05 UTC+01:00`. */
export function clockText(at: Date, { utcOffset }: Viewer): string {
  const local = new Date(at.getTime() + utcOffset * 60_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)} UTC${offsetText(utcOffset)}`;
}

function offsetText(offset: number): string {
  if (offset === 0) return "";
  const minutes = Math.abs(offset);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

/** Renders how long ago a time was: `3 minutes ago`. */
export function agoText(at: Date, now: Date): string {
  const passed = now.getTime() - at.getTime();
  const [unit, length] = UNITS.find(([, each]) => passed >= each) ?? (["second", 1000] as const);
  return relative.format(-Math.max(0, Math.floor(passed / length)), unit);
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
