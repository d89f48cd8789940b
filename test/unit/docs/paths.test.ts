import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * The pages name files, tests, commands and headings of this repository. Whoever renames one of them finds here which
 * pages to change.
 */
const pages = globSync(["*.md", "docs/**/*.md"]).toSorted();
const sources = globSync("{cdk,functions,lib,test}/**/*.ts");
const scripts = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).scripts);

const textOf = (page: string) => readFileSync(page, "utf8");

describe.each(pages)("%s", (page) => {
  it("names only paths that exist", () => {
    const paths = textOf(page).match(
      /(?<![\w./$-])(?:\.ci|cdk|docs|examples|functions|lib|test)\/(?:[\w./*-]*[\w*/])?/g,
    );
    expect((paths ?? []).filter((path) => globSync(path).length === 0)).toEqual([]);
  });

  it("names only source files that exist, where it leaves out their folder", () => {
    const names = [...textOf(page).matchAll(/`([\w-]+(?:\.[\w-]+)*\.ts)`/g)].map(([, name = ""]) => name);
    expect(names.filter((name) => !sources.some((path) => path.endsWith(`/${name}`)))).toEqual([]);
  });

  it("links only to pages and headings that exist", () => {
    const targets = [...textOf(page).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, target = ""]) => target);
    expect(targets.filter((target) => !isThere(page, target))).toEqual([]);
  });

  it("names only npm scripts that exist", () => {
    const named = [...textOf(page).matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, script = ""]) => script);
    expect(named.filter((script) => !scripts.includes(script))).toEqual([]);
  });

  it("quotes only test titles that exist", () => {
    // After the path of a test file: a colon, and one or more quoted titles.
    const quoted = textOf(page)
      .replaceAll(/\s+/g, " ")
      .matchAll(/`(test\/[^`]+\.ts)`: ("[^"]+"(?:, "[^"]+")*)/g);
    const missing = [...quoted].flatMap(([, file = "", titles = ""]) => {
      const source = existsSync(file) ? readFileSync(file, "utf8") : "";
      return [...titles.matchAll(/"([^"]+)"/g)].flatMap(([, title = ""]) =>
        source.includes(`"${title}"`) ? [] : `${file}: ${title}`,
      );
    });
    expect(missing).toEqual([]);
  });
});

/** Whether the target of a link in a page, a path with or without a heading, exists. */
function isThere(page: string, target: string): boolean {
  const [path = "", heading] = target.split("#");
  const file = path === "" ? page : join(dirname(page), path);
  if (!existsSync(file)) return false;
  return heading === undefined || headingsOf(file).includes(heading);
}

/** The headings of a page, as GitHub spells them in links. */
function headingsOf(page: string): string[] {
  const headings = [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("the decisions", () => {
  const decisions = globSync("docs/decisions/[0-9]*.md").toSorted();

  it("are numbered from 001 on, each once", () => {
    const numbers = decisions.map((path) => path.slice("docs/decisions/".length).slice(0, 3));
    expect(numbers).toEqual(decisions.map((_, at) => String(at + 1).padStart(3, "0")));
  });

  it.each(decisions)("%s is in the index under its title, and names a test", (path) => {
    const [, number, title] = /^# (\d{3}): (.+)$/m.exec(textOf(path)) ?? [];
    expect(path).toContain(`/${number}-`);
    expect(textOf("docs/decisions/README.md")).toContain(`[${title}](${path.slice("docs/decisions/".length)})`);
    const headings = [...textOf(path).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(["Context", "Decision", "Consequences", "Evidence"]);
    expect(textOf(path).split("## Evidence")[1]).toMatch(/`test\/.+\.ts`: "/);
  });
});
