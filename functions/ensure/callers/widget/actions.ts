import { html } from "ghtml";
import { approvable, hasWork, isPartial } from "../../../../lib/report/next-steps.ts";
import type { ReportedDifference, Result } from "../../../../lib/report/result.ts";
import { ofResources } from "../../../../lib/report/sentences.ts";
import { count } from "../../../../lib/text/text.ts";

/** A button of the widget. The console sends its event, with the permissions of the user who presses it. */
interface Button {
  text: string;
  event: { mode: "plan" | "ensure"; approve?: string };
  /** The question that the console asks first. */
  confirmation?: string;
  primary?: boolean;
}

/** The functions that the buttons call, and the resources that they are about. */
export interface Target {
  /** The function that a button calls to plan. */
  functionArn: string;
  /** The alias that a button calls to write. A user who may view the dashboard is not necessarily allowed to write. */
  aliasArn: string;
  /** The widget's own patterns of resource ids; `undefined`: all resources. */
  only: string[] | undefined;
}

/** Renders the buttons for the possible next steps. A button that writes asks for a confirmation first. */
export function buttons(result: Result | undefined, target: Target): string {
  return html`<p class="jse-actions">!${buttonsFor(result).map((button) => buttonHtml(button, target))}</p>`;
}

function buttonsFor(result: Result | undefined): Button[] {
  const again: Button = { text: "Plan again", event: { mode: "plan" } };
  // Only a new plan can be applied. After an ensure, the values that its plan rested on have changed.
  if (result?.mode !== "plan" || result.planId === null) return [again];
  const held = approvable(result);
  return [
    ...(hasWork(result) ? [ensureButton(result)] : []),
    ...(held.length > 0 ? [approveButton(result, result.planId, held)] : []),
    again,
  ];
}

function ensureButton(result: Result): Button {
  return {
    text: "Ensure",
    event: { mode: "ensure" },
    primary: true,
    confirmation:
      `Ensure ${whatOf(result)} on nats-server ${result.broker?.server ?? ""}? What is missing is created, and what is safe is ` +
      "applied. What is held stays as it is.",
  };
}

/** Names the resources of the run: `kanade` for a whole topology, `1 of 22 resources of kanade` for a part of it. */
function whatOf(result: Result): string {
  const { resources, declared } = result.lookedAt;
  return isPartial(result) ? `${ofResources(resources, declared)} of ${result.topology}` : result.topology;
}

function approveButton(result: Result, planId: string, held: ReportedDifference[]): Button {
  return {
    text: `Approve plan ${planId}`,
    event: { mode: "ensure", approve: planId },
    confirmation:
      `Apply the plan ${planId} of ${whatOf(result)} with its ${count(held.length, "held difference")}? ` +
      [lossText(held), ...impactSentences(held)].join(" ") +
      " If the broker has moved since, nothing is changed.",
  };
}

/** Says what an approval does in addition to discarding messages. */
function impactSentences(held: ReportedDifference[]): string[] {
  const [disruptive, oneWay] = (["disruptive", "one-way"] as const).map((impact) => {
    return held.filter((difference) => difference.impact === impact).length;
  });
  return [
    ...(disruptive ? [`${count(disruptive, "change")} ${disruptive === 1 ? "stops" : "stop"} something in use.`] : []),
    ...(oneWay ? [`${count(oneWay, "change")} cannot be undone.`] : []),
  ];
}

function lossText(held: ReportedDifference[]): string {
  const forecasts = held.flatMap(({ forecast }) => forecast ?? []);
  if (forecasts.some(({ certainty }) => certainty === "unknown")) return "An unknown number of messages is discarded.";
  const messages = forecasts.reduce((sum, forecast) => sum + forecast.messages, 0);
  if (messages === 0) return "No message is discarded now.";
  // Two fields of one stream may discard the same messages, so the sum is an upper limit.
  const atMost = forecasts.length > 1 || forecasts.some(({ certainty }) => certainty === "at most") ? "at most " : "";
  return `It discards ${atMost}${count(messages, "message")}, for good.`;
}

/**
 * Renders a button. `cwdb-action` belongs to the element before it. The console shows `confirmation`, and sends the
 * event when the user accepts it.
 */
function buttonHtml({ text, event, confirmation, primary }: Button, target: Target): string {
  const { only } = target;
  const endpoint = event.mode === "plan" ? target.functionArn : target.aliasArn;
  const confirmationHtml = confirmation === undefined ? "" : html` confirmation="${confirmation}"`;
  // Quotes must not be escaped in an element's text, because the console would fail to parse the JSON.
  const json = JSON.stringify({ ...event, ...(only ? { only } : {}), trigger: "dashboard" }).replaceAll("<", "\\u003c");
  return html`<a class="${primary ? "btn btn-primary" : "btn"}">${text}</a
    ><cwdb-action action="call" display="widget" endpoint="${endpoint}" !${confirmationHtml}>!${json}</cwdb-action> `;
}
