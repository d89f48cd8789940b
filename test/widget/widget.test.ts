import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOSTILE } from "../support/drifted-orders.ts";
import { openBrowser, openWidget, WIDTHS } from "./console.ts";
import { contrast } from "./contrast.ts";
import { brokenWords, colours, foreign, misfits } from "./in-page.js";
import { lookAtDrift } from "./stage.ts";

/** The one in the README, made anew by `SCREENSHOT=1 npm run test:widget`. */
const SCREENSHOT = fileURLToPath(new URL("widget.png", import.meta.url));

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 600_000);
afterAll(() => browser?.close());

describe.each(Object.entries(WIDTHS))("the widget in Chromium, %s of the console's grid (%i px)", (_, width) => {
  const open = async () => await openWidget(browser, await lookAtDrift(), { width });

  it("fits: nothing goes beyond its width, is cut off, or stands upon another", async () => {
    const page = await open();
    expect(await page.evaluate(misfits)).toEqual({ beyond: [], cutOff: 0, overlaps: 0 });
  });

  it("is readable: no word stands in pieces", async () => {
    const page = await open();
    expect(await page.evaluate(brokenWords)).toEqual([]);
  });

  it("shows what the broker said as text, and runs nothing of it", async () => {
    const page = await open();
    const found = await page.evaluate(foreign);
    expect(found).toMatchObject({ title: "Dashboard", elements: 0 });
    expect(found.text.replace(/\s+/g, " ")).toContain(HOSTILE.replaceAll('"', '\\"'));
  });

  it("has buttons with names, each with the console's element right behind it", async () => {
    const page = await open();
    const buttons = await page.$$eval("#widget a.btn", (links) =>
      links.map((link) => ({ name: link.textContent, behind: link.nextElementSibling?.tagName })),
    );
    expect(buttons.map(({ name }) => name)).toEqual(["Ensure", expect.stringMatching(/^Approve plan/), "Plan again"]);
    expect(new Set(buttons.map(({ behind }) => behind))).toEqual(new Set(["CWDB-ACTION"]));
  });
});

describe("the widget's colours", () => {
  it.each([{ theme: "light" }, { theme: "dark" }])(
    "stand out from the console's ground, $theme: at least 4.5 to 1, WCAG's AA",
    async ({ theme }) => {
      const html = await lookAtDrift({ theme });
      const page = await openWidget(browser, html, { width: WIDTHS.whole, dark: theme === "dark" });
      const { ground, texts } = await page.evaluate(colours);
      expect(texts.length).toBeGreaterThan(3);
      for (const text of texts) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
    },
  );
});

it.runIf(process.env.SCREENSHOT)("writes the README's picture", async () => {
  const html = await lookAtDrift({}, "Every order since 2019");
  const page = await openWidget(browser, html, { width: WIDTHS.whole });
  await writeFile(SCREENSHOT, await page.screenshot({ fullPage: true, type: "png" }));
});
