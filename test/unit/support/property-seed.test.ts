import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replayCommand, SEED } from "../../support/property-seed.ts";

describe("random cases", () => {
  it("are the same at every run: the seed is fixed unless PROPERTY_SEED sets it", () => {
    const seeds = [fc.readConfigureGlobal().seed, fc.check(fc.property(fc.nat(), () => true)).seed];

    expect(seeds).toEqual([SEED, SEED]);
    expect(SEED).toBe(Number(process.env.PROPERTY_SEED ?? 20_260_801));
  });

  it("of a property that fails come with the command that tries the smallest again", () => {
    const failing = () => fc.assert(fc.property(fc.nat(), (value) => value < 10));

    expect(failing).toThrow(
      new RegExp(
        `Counterexample: \\[10\\].*To try this case again:\\n {2}PROPERTY_SEED=${SEED} PROPERTY_PATH=[\\d:]+ npx vitest run ` +
          "--project unit test/unit/support/property-seed.test.ts -t 'of a property that fails",
        "s",
      ),
    );
  });

  it("are named in that command by a title whose quotes and brackets stand for themselves", () => {
    const command = replayCommand({ seed: 7, path: "", file: "test/broker/a.test.ts", title: "it's (a) test" });

    expect(command).toBe(
      "PROPERTY_SEED=7 npx vitest run --project broker test/broker/a.test.ts -t 'it'\\''s \\(a\\) test'",
    );
  });
});
