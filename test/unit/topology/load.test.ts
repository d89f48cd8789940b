import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  loadTopology,
  parseTopology,
  readTopology,
  TopologyError,
  writeResolved,
} from "../../../lib/topology/index.ts";

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "topology-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("a topology file", () => {
  test.each(["orders.json", "orders.yaml"])("%s says the same as TypeScript", async (name) => {
    const typed = await loadTopology(fixture("orders.ts"));

    expect(await loadTopology(fixture(name))).toEqual(typed);
    expect(readTopology(fixture(name))).toEqual(typed);
    expect(typed.resources.map(({ id }) => id)).toEqual([
      ...["stream/ORDERS", "stream/ORDERS_EU", "kv/carts", "object/invoices", "consumer/ORDERS/billing"],
    ]);
  });

  test("may be one that is resolved already", async () => {
    const topology = await loadTopology(fixture("orders.ts"));
    const file = join(folder, "resolved.json");
    await writeFile(file, writeResolved(topology));

    expect(await loadTopology(file)).toEqual(topology);
  });

  test("with a mistake tells it, also where the file itself found it", async () => {
    const mistake = 'streams[0] "A".maxAge: "90 days" is not a duration: write it "90d".';
    await expect(loadTopology(fixture("mistaken.ts"))).rejects.toThrow(mistake);
    await expect(loadTopology(fixture("mistaken.ts"))).rejects.toThrow(TopologyError);
  });

  test.each([
    ["missing.json", "missing.json cannot be read: there is no such file."],
    ["missing.yaml", "missing.yaml cannot be read: there is no such file."],
    ["no-default.mjs", "no-default.mjs cannot be read: it has no default export"],
    ["orders.toml", "orders.toml cannot be read: its name ends in none of .json, .yaml, .yml, .ts"],
  ])("%s is refused in a sentence", async (name, sentence) => {
    await expect(loadTopology(fixture(name))).rejects.toThrow(sentence);
    await expect(loadTopology(fixture(name))).rejects.toThrow(TopologyError);
  });

  test("that does not run is refused in a sentence", async () => {
    const file = join(folder, "broken.mjs");
    await writeFile(file, "throw new Error('no luck');");
    await expect(loadTopology(file)).rejects.toThrow("broken.mjs cannot be read: no luck.");
  });

  test.each([
    ["null", "null"],
    ["undefined", "undefined"],
    ["a-text", "'no luck'"],
    ["no-string-form", "Object.create(null, { again: { enumerable: true, value: 5n } })"],
  ])("that throws no error is refused in a sentence: %s", async (name, thrown) => {
    const file = join(folder, `throws-${name}.mjs`);
    await writeFile(file, `throw ${thrown};`);
    await expect(loadTopology(file)).rejects.toThrow(new RegExp(`throws-${name}.mjs cannot be read: .+\\.$`));
    await expect(loadTopology(file)).rejects.toThrow(TopologyError);
  });

  test("that is a folder is refused in a sentence", async () => {
    const file = await mkdtemp(join(folder, "x-"));
    expect(() => readTopology(`${file}.json`)).toThrow("there is no such file");
    await expect(loadTopology(folder)).rejects.toThrow("its name ends in none of");
  });
});

describe("a YAML text with aliases", () => {
  test("in a circle is told as what it is not", () => {
    expect(() => parseTopology("&a\nname: t\nstreams: [*a]\n", "yaml")).toThrow(TopologyError);
    expect(() => parseTopology("name: t\nstreams: &a [*a]\n", "yaml")).toThrow(TopologyError);
  });

  test("of aliases, without end, is refused in a sentence", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let at = 1; at < 10; at += 1)
      lines.push(
        `a${at}: &a${at} [${Array(9)
          .fill(`*a${at - 1}`)
          .join(", ")}]`,
      );

    const parse = () => parseTopology(`name: t\n${lines.join("\n")}\n`, "yaml");

    expect(parse).toThrow(TopologyError);
    expect(parse).toThrow("The text, line 1, column 1 is not YAML: Excessive alias count");
  });
});

describe("a text", () => {
  test.each([
    ['{"name": "t", "streams": [}', "json", "The text, line 1, column 27 is not JSON: Unexpected token '}'."],
    [
      '{\n  "name": "t"\n  "streams": []\n}',
      "json",
      "The text, line 3, column 3 is not JSON: Expected ',' or '}' after property value.",
    ],
    ['{"name": "t"', "json", "The text, line 1, column 13 is not JSON: Expected ',' or '}' after property value."],
    ["", "json", 'The text is empty: a topology has at least a name, as in {"name":"orders"}.'],
    ['{"name": "a", "name": "b"}', "json", "The text, line 1, column 15 is not JSON: a key is there twice."],
    ["name: t\nstreams:\n  - name: A\n    maxAge: [1d", "yaml", "The text, line 4, column"],
    ["name: a\nname: b", "yaml", "The text, line 2, column 1 is not YAML: Map keys must be unique."],
    ["\n", "yaml", 'The text is empty: a topology has at least a name, as in {"name":"orders"}.'],
    ["---\n# kanade\n", "yaml", "The text is empty: a topology has at least a name"],
    ["null", "yaml", "This is no topology: null is not an object with fields."],
    ["- name: A", "yaml", 'This is no topology: [{"name":"A"}] is not an object with fields.'],
    ["name: t\n---\nname: u", "yaml", "The text, line 2 begins a second YAML document: a topology is one."],
    ["name: t\nstreams: [{ name: A, maxMsgs: .nan }]", "yaml", 'streams[0] "A".maxMsgs: NaN is not a limit'],
    ["name: t\nstreams: [{ name: A, maxMsgs: [.nan] }]", "yaml", 'streams[0] "A".maxMsgs: ["NaN"] is not a limit'],
    ["name: t\nstreams: [{ name: A, maxMsgs: .inf }]", "yaml", 'streams[0] "A".maxMsgs: Infinity is not a limit'],
    [
      '{"name":"t","streams":[{"name":"A","maxMsgs":1e400}]}',
      "json",
      'streams[0] "A".maxMsgs: Infinity is not a limit',
    ],
  ] as const)("that cannot be read says where: %j as %s", (text, format, sentence) => {
    expect(() => parseTopology(text, format)).toThrow(TopologyError);
    expect(() => parseTopology(text, format)).toThrow(sentence);
  });

  test("that can be read, with mistakes, tells them", () => {
    expect(() => parseTopology("name: t\nstreams: [{ name: A, maxBytes: 1GB }]", "yaml")).toThrow(
      'streams[0] "A".maxBytes: "1GB" is not a size',
    );
  });

  test("is called what the caller calls it", () => {
    expect(() => parseTopology("{", "json", "orders.json")).toThrow("orders.json, line 1, column 2 is not JSON");
  });
});
