import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PAGES } from "../../../functions/reference/pages.ts";
// The generator reads these as texts: imported, so that `vitest --changed` knows of them.
import "../../../cdk/construct/options/props.ts";
import "../../../cdk/construct/options/alarm-options.ts";
import "../../../cdk/construct/options/broker-credentials.ts";
import "../../../cdk/construct/options/dashboard-options.ts";
import "../../../cdk/construct/options/deploy-options.ts";
import "../../../functions/cli/exit-code.ts";
import "../../../functions/ensure/event/fail-on.ts";
import "../../../functions/ensure/event/event-types.ts";
import "../../../functions/ensure/telemetry/log-lines.ts";
import "../../../lib/observe/settling.ts";
import "../../../lib/report/result.ts";

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
