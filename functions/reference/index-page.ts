import { page } from "./markdown.ts";

/** The page that lists the others, by their titles. */
export function indexPage(pages: Readonly<Record<string, () => string>>): string {
  const rows = Object.entries(pages).map(([path, write]) => {
    const [, title = ""] = /^# (.+)$/m.exec(write()) ?? [];
    const file = path.slice(path.lastIndexOf("/") + 1);
    return [`- [${title}](${file})`];
  });
  return page(
    "# Reference",
    "<!-- Written by `npm run -s reference`. -->",
    "These pages are written from the code's own tables, and a test fails where one is out of date.",
    rows.join("\n"),
  );
}
