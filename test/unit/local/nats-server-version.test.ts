import { describe, expect, it } from "vitest";
import { isAtLeast, versionIn } from "../../../functions/local/nats-server/version.ts";
import { compareVersions } from "../../../lib/jetstream/version.ts";

describe("the version of a nats-server", () => {
  it.each([
    ["nats-server: v2.10.27\n", "2.10.27"],
    ["nats-server: v2.15.0-RC.1\n", "2.15.0-RC.1"],
    ["nats-server: 2.9.10", "2.9.10"],
  ])("is read from %j", (output, version) => {
    expect(versionIn(output)).toBe(version);
  });

  it.each(["", "v2.10", "GNU coreutils 9.1.0", "nats-server: devel"])("is not read from %j", (output) => {
    expect(versionIn(output)).toBeUndefined();
  });

  it("is ordered by number, not by letter, and a pre-release comes before its release", () => {
    const unordered = ["2.10.3", "2.9.10", "2.15.0", "2.15.0-RC.10", "2.10.27", "2.15.0-RC.9"];

    const ordered = unordered.toSorted(compareVersions);

    expect(ordered).toEqual(["2.9.10", "2.10.3", "2.10.27", "2.15.0-RC.9", "2.15.0-RC.10", "2.15.0"]);
  });

  it("is new enough from the very version that is asked for", () => {
    expect(isAtLeast("2.10.0", "2.10.0")).toBe(true);
    expect(isAtLeast("2.9.25", "2.10.0")).toBe(false);
  });
});
