import type { Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import { checkBundle } from "../../../functions/build/check-bundle.ts";

/** What esbuild tells of a bundle: the bytes that each file has in it, and what each imports. */
function bundleOf(files: Record<string, { bytes: number; imports?: string[] }>): Metafile {
  const entries = Object.entries(files);
  const inputs = entries.map(([path, { bytes, imports = [] }]) => {
    return [path, { bytes, imports: imports.map((path) => ({ path, kind: "import-statement" as const })) }];
  });
  const output = {
    bytes: entries.reduce((sum, [, { bytes }]) => sum + bytes, 0),
    inputs: Object.fromEntries(entries.map(([path, { bytes }]) => [path, { bytesInOutput: bytes }])),
    imports: [],
    exports: ["handler"],
  };
  return { inputs: Object.fromEntries(inputs), outputs: { "index.mjs": output } };
}

const handler = "functions/ensure/handler.ts";

describe("the check of the Lambda's bundle", () => {
  it("tells its size, and the packages in it, without those that are imported and left out again", () => {
    const bundle = bundleOf({
      [handler]: { bytes: 100 },
      "node_modules/nats/lib/mod.js": { bytes: 600_000 },
      "node_modules/@middy/core/index.js": { bytes: 200 },
      "node_modules/zod/index.js": { bytes: 0 },
    });

    expect(checkBundle(bundle)).toEqual({ bytes: 600_300, folders: ["node_modules/@middy/core", "node_modules/nats"] });
  });

  it.each([
    ["zod", "node_modules/zod/v4/core/schemas.js"],
    ["yaml", "node_modules/yaml/dist/index.js"],
    ["@aws-sdk/nested-clients", "node_modules/@aws-sdk/nested-clients/dist-es/submodules/sts/index.js"],
    ["aws-cdk-lib", "../elsewhere/node_modules/aws-cdk-lib/core/index.js"],
  ])("refuses %s in it, and says who imports it", (name, path) => {
    const bundle = bundleOf({
      [handler]: { bytes: 100, imports: ["lib/topology/load/parse.ts"] },
      "lib/topology/load/parse.ts": { bytes: 10, imports: [path] },
      [path]: { bytes: 300, imports: [path] },
    });

    expect(() => checkBundle(bundle)).toThrow(
      `has ${name} in it (300 bytes), which it must not need: lib/topology/load/parse.ts imports it.`,
    );
  });

  it("refuses more than 800,000 bytes, and says what is largest", () => {
    const sdk = "node_modules/@aws-sdk/client-ssm/dist-es/index.js";
    const within = bundleOf({ [handler]: { bytes: 1000 }, [sdk]: { bytes: 799_000 } });
    const beyond = bundleOf({ [handler]: { bytes: 1001 }, [sdk]: { bytes: 799_000 } });

    expect(checkBundle(within).bytes).toBe(800_000);
    expect(() => checkBundle(beyond)).toThrow(
      "has 800001 bytes, more than the 800000 it may have. The largest in it: @aws-sdk/client-ssm 799000.",
    );
  });
});
