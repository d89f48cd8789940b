import type { Browser, Page } from "puppeteer-core";
import puppeteer from "puppeteer-core";
import { obtainChromium } from "../support/chromium.ts";

/** CSS pixels of a widget's content: all 24 columns of the console's grid, and half of them. */
export const WIDTHS = { whole: 1188, half: 588 };

export async function openBrowser(): Promise<Browser> {
  const { executablePath, env } = await obtainChromium();
  return await puppeteer.launch({
    executablePath,
    headless: "shell",
    // A bare machine runs this as root, where Chromium's own sandbox does not start. It opens what this test wrote.
    args: ["--no-sandbox", "--disable-gpu"],
    env: { ...process.env, ...env },
  });
}

/**
 * A widget's HTML as the console shows it: in a box of the widget's width, with the console's own style of text, tables
 * and buttons. The console removes scripts before; here they would run, and be seen to.
 */
export async function openWidget(
  browser: Browser,
  html: string,
  { width, dark = false }: { width: number; dark?: boolean },
): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewport({ width: width + 32, height: 600 });
  await page.setContent(`<!doctype html><html lang="en"><head><title>Dashboard</title><style>${CONSOLE}
    body{background:${dark ? "#161d26" : "#fff"};color:${dark ? "#d1d5db" : "#16191f"}}
    td,th{border-bottom:1px solid ${dark ? "#414d5c" : "#eaeded"}}</style></head>
    <body><div id="widget" style="width:${width}px">${html}</div></body></html>`);
  return page;
}

/** An approximation of the console's, which is not published: its font, sizes, and the classes that it documents. */
const CONSOLE = `
  body{margin:16px;font:14px/20px "Amazon Ember","Open Sans",sans-serif}
  table{border-collapse:collapse}
  .btn{display:inline-block;padding:4px 20px;border:2px solid #0972d3;border-radius:20px;color:#0972d3;
    font-weight:700;text-decoration:none;cursor:pointer}
  .btn-primary{background:#ff9900;border-color:#ff9900;color:#000}
  cwdb-action{display:none}`;
