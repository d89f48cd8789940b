import { describe, expect, it } from "vitest";
import { type ExportVerbOptions, formatOf, nameOf } from "../../../functions/cli/export-options.ts";

describe("the format of an export", () => {
  it.each<[Pick<ExportVerbOptions, "format" | "output">, string]>([
    [{}, "yaml"],
    [{ format: "ts" }, "ts"],
    [{ output: "a.json" }, "json"],
    [{ output: "x/a.yml" }, "yaml"],
    [{ output: "a.mts" }, "ts"],
    [{ output: "a.yaml", format: "yaml" }, "yaml"],
  ])("of %j is %s", (options, format) => {
    expect(formatOf(options)).toBe(format);
  });

  it.each<[Pick<ExportVerbOptions, "format" | "output">, string]>([
    [{ output: "a.txt" }, "its name must end in one of .yaml, .yml, .json, .ts, .mts"],
    [{ output: "a" }, "its name must end in one of"],
    [{ output: "a.json", format: "yaml" }, "is a name of json, and --format says yaml"],
  ])("of %j is refused: no plan would read it", (options, sentence) => {
    expect(() => formatOf(options)).toThrow(sentence);
  });
});

describe("the name of an exported topology", () => {
  it.each([
    [{}, "exported"],
    [{ name: "orders", output: "x.yaml" }, "orders"],
    [{ output: "deep/orders.topology.yaml" }, "orders"],
    [{ output: ".hidden.yaml" }, ".hidden"],
  ])("of %j is %s", (options, name) => {
    expect(nameOf(options)).toBe(name);
  });

  it("is not empty", () => {
    expect(() => nameOf({ name: "" })).toThrow("--name is empty");
  });
});
