import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PAGES } from "../../../functions/reference/pages.ts";

describe("docs/reference and the schemas of the package", () => {
  it.each(Object.entries(PAGES))("%s is what the generator writes (else: npm run -s reference)", (path, write) => {
    const message = `${path} is not what its tables say. Run "npm run -s reference", read the difference, and commit it.`;
    expect(readFileSync(path, "utf8"), message).toBe(write());
  });

  it("has no page that nothing writes", () => {
    const written = Object.keys(PAGES).filter((path) => path.startsWith("docs/reference/"));
    expect(globSync("docs/reference/*.md").toSorted()).toEqual(written.toSorted());
  });
});
