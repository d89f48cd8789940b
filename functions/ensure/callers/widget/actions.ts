import { html } from "ghtml";
import { approvable, hasWork, isPartial } from "../../../../lib/report/next-steps.ts";
import type { ReportedDifference, Result } from "../../../../lib/report/result.ts";
import { ofResources } from "../../../../lib/report/sentences.ts";
import { count } from "../../../../lib/text/text.ts";

/** An event of the contract, sent by the console as the person who presses. */
interface Button {
  text: string;
  event: { mode: "plan" | "ensure"; approve?: string };
  /** What the person is asked first. */
  confirmation?: string;
  primary?: boolean;
}

/** What a button calls, for the same resources. */
export interface Target {
  /** To plan. */
  functionArn: string;
  /** To write: who may look may not write. */
  aliasArn: string;
  only: string[] | undefined;
}

/** Buttons for what can be done next; each that would write asks first. */
export function buttons(result: Result | undefined, target: Target): string {
  return html`<p class="jse-actions">!${buttonsFor(result).map((button) => buttonHtml(button, target))}</p>`;
}

function buttonsFor(result: Result | undefined): Button[] {
  const again: Button = { text: "Plan again", event: { mode: "plan" } };
  // Only a plan that was just made: an ensure has moved what its own plan rested on.
  if (result?.mode !== "plan" || result.planId === null) return [again];
  const losses = approvable(result);
  return [
    ...(hasWork(result) ? [ensureButton(result)] : []),
    ...(losses.length > 0 ? [approveButton(result, result.planId, losses)] : []),
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

/** `kanade`; of a part of it `1 of 22 resources of kanade`. */
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

/** What approving does beside discarding messages. */
function impactSentences(held: ReportedDifference[]): string[] {
  const [disruptive, oneWay] = (["disruptive", "one-way"] as const).map((of) => {
    return held.filter(({ impact }) => impact === of).length;
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
  // Two fields of one stream may be about the same messages.
  const atMost = forecasts.length > 1 || forecasts.some(({ certainty }) => certainty === "at most") ? "at most " : "";
  return `It discards ${atMost}${count(messages, "message")}, for good.`;
}

/** `cwdb-action` acts on the element before it. The console shows `confirmation`, and goes on when it is accepted. */
function buttonHtml({ text, event, confirmation, primary }: Button, target: Target): string {
  const { only } = target;
  const endpoint = event.mode === "plan" ? target.functionArn : target.aliasArn;
  const asks = confirmation === undefined ? "" : html` confirmation="${confirmation}"`;
  // In an element's text quotes need no escape, and a parser of JSON would stumble over one.
  const json = JSON.stringify({ ...event, ...(only ? { only } : {}), trigger: "dashboard" }).replaceAll("<", "\\u003c");
  return html`<a class="${primary ? "btn btn-primary" : "btn"}">${text}</a
    ><cwdb-action action="call" display="widget" endpoint="${endpoint}" !${asks}>!${json}</cwdb-action> `;
}
