import { html } from "ghtml";
import { isPartial } from "../../../../lib/report/next-steps.ts";
import type { BrokerFacts, Result } from "../../../../lib/report/result.ts";
import {
  costText,
  orphanText,
  outcomesText,
  partText,
  storageText,
  summaryText,
  whereText,
} from "../../../../lib/report/sentences.ts";
import { isOnlySettling } from "../../../../lib/report/summary.ts";
import { count, visible } from "../../../../lib/text/text.ts";
import { buttons } from "./actions.ts";
import { agoText, clockText } from "./clock.ts";
import { differencesTable } from "./differences.ts";
import type { LastRunResult } from "./last-run.ts";
import { page } from "./page.ts";
import type { Viewer } from "./widget-event.ts";

/** What a page shows in addition to the result. */
export interface View {
  viewer: Viewer;
  /** The function that a button calls to plan: this function, by the ARN that the console invoked. */
  functionArn: string;
  /** The alias that a button calls to write. */
  aliasArn: string;
  /** Patterns of the resources that the widget and its buttons are about; `undefined`: all resources. */
  only: string[] | undefined;
  now: Date;
  /** `null` if the page itself shows a run. */
  lastRun: LastRunResult | null;
}

/** How many ids of unmanaged, other or orphaned resources the page lists at most. */
const MOST_IDS = 20;

/** Renders the result of a plan or an ensure. */
export function resultView(result: Result, view: View): string {
  const { broker, resources, warnings, error } = result;
  return page(
    [
      state(result),
      html`<p class="jse-quiet">${broker ? `${whereText(broker)}. ` : ""}${costText(result)} ${clockText(view.now, view.viewer)}.</p>`,
      lastRunLine(view),
      error ? html`<p class="jse-bad">${visible(error.message)}</p>` : "",
      ...warnings.map((warning) => html`<p class="jse-attention">${visible(warning)}</p>`),
      broker ? differencesTable(resources) : "",
      buttons(result, view),
      broker ? storage(broker, result) : "",
      unmanagedLine(result.unmanaged),
      othersLine(result.others),
      orphansLine(result.orphans),
    ],
    view.viewer,
  );
}

/** Renders a plan or a button's run that failed without a result. */
export function failureView(sentence: string, view: View): string {
  return page(
    [
      html`<p class="jse-state jse-bad">${visible(sentence)}</p>`,
      html`<p class="jse-quiet">${clockText(view.now, view.viewer)}.</p>`,
      lastRunLine(view),
      buttons(undefined, view),
    ],
    view.viewer,
  );
}

/** Renders the state in large words and a colour, so that a user can read it from a distance. */
function state(result: Result): string {
  const { topology, mode, broker, summary, converged } = result;
  const text = outcomesText(result);
  if (!broker) return html`<p class="jse-state jse-bad">${topology}: no answer from the broker</p>`;
  const settling = isOnlySettling(result.resources);
  const tone = summary.failed ? "bad" : summary.held || settling ? "attention" : converged ? "good" : "change";
  const good = isPartial(result) ? "what was looked at is as declared" : "the broker is as declared";
  const words = converged ? good : settling ? "settling" : mode === "plan" ? "drift" : "ensured";
  return html`<p class="jse-state jse-${tone}">${topology}: ${words}</p><p>${text}</p>`;
}

function lastRunLine({ lastRun, now, viewer }: View): string {
  if (lastRun === null) return "";
  if (lastRun === undefined) return html`<p>Last run: none in the last 7 days.</p>`;
  if (typeof lastRun === "string") return html`<p>Last run: unknown (${lastRun.replace(/\.$/, "")}).</p>`;
  const { at, mode, trigger, lookedAt, summary, answered } = lastRun;
  const part = lookedAt && partText({ lookedAt });
  const counts = part === undefined ? summaryText(summary) : `${part}: ${summaryText(summary)}`;
  const what = answered ? counts : "the broker was not asked";
  const when = `${agoText(at, now)} (${clockText(at, viewer)})`;
  return html`<p>Last run: ${mode} by ${visible(trigger)}, ${when}: ${what}.</p>`;
}

/** Renders how much of the account's storage the topology declares, with a bar if the account has a limit. */
function storage(broker: BrokerFacts, { requests }: Result): string {
  const { declared, limit } = broker.storage;
  const text = html`<p>${storageText(broker, requests)}</p>`;
  if (limit === null || limit === 0) return text;
  const share = Math.min(100, Math.round((declared / limit) * 100));
  const tone = declared > limit ? "bad" : share >= 80 ? "attention" : "good";
  return html`!${text}<div class="jse-bar jse-${tone}" title="${share} % declared"><span style="width:${share}%"></span></div>`;
}

function othersLine(others: Result["others"]): string {
  if (others.length === 0) return "";
  const ids = listText(others.map(({ id, topology }) => `${id} (${topology})`));
  return html`<p class="jse-quiet">${others.length} of other topologies (left alone): ${ids}</p>`;
}

function orphansLine(orphans: Result["orphans"]): string {
  if (orphans.length === 0) return "";
  const ids = listText(orphans.map((orphan) => orphanText(orphan)));
  return html`<p class="jse-attention">${count(orphans.length, "orphan")} (of this topology, not declared in it any more; left alone): ${ids}</p>`;
}

function listText(items: string[]): string {
  const more = items.length > MOST_IDS ? ` and ${items.length - MOST_IDS} more` : "";
  return items.slice(0, MOST_IDS).map(visible).join("; ") + more;
}

function unmanagedLine(unmanaged: string[]): string {
  if (unmanaged.length === 0) return "";
  const ids = unmanaged.slice(0, MOST_IDS).map(visible).join(", ");
  const more = unmanaged.length > MOST_IDS ? ` and ${unmanaged.length - MOST_IDS} more` : "";
  return html`<p class="jse-quiet">${unmanaged.length} unmanaged (on the broker, not in the topology; left alone): ${ids}${more}</p>`;
}
