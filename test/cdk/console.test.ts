import { describe, expect, test } from "vitest";
import { parseEvent } from "../../functions/ensure/event/parse-event.ts";
import { only, template } from "./synth.ts";

const QUERY = "AWS::Logs::QueryDefinition";
const SCHEMA = "AWS::EventSchemas::Schema";
const REGISTRY = "AWS::EventSchemas::Registry";

describe("saved queries", () => {
  const queries = () =>
    Object.values(template().findResources(QUERY)).map(({ Properties }) => Properties as Record<string, unknown>);

  test("are of the latest drift, one resource's history, what flips, and how long each has drifted", () => {
    expect(queries().map(({ Name }) => Name)).toEqual([
      "Stack/Ensure/Latest drift",
      "Stack/Ensure/History of one resource",
      "Stack/Ensure/What flips most often",
      "Stack/Ensure/How long each has drifted",
    ]);
  });

  test("look at the function's log, with a resource of this topology as the example", () => {
    for (const { LogGroupNames, QueryString } of queries()) {
      expect(LogGroupNames).toEqual([{ Ref: expect.stringMatching(/^EnsureLogs/) }]);
      expect(QueryString).toContain('filter event = "resource"');
    }
    expect(queries()[1]?.QueryString).toContain('filter id = "stream/ORDERS"');
  });

  test.each([
    [['OR"DERS'], "stream/NAME"],
    [['OR"DERS', "PLAIN"], "stream/PLAIN"],
  ])("are whole where a stream's name has a quote: %j", (names, example) => {
    const topology = { name: "orders", streams: names.map((name) => ({ name, subjects: [`${name}.>`] })) };
    const texts = Object.values(template({ topology }).findResources(QUERY)).map(({ Properties }) => Properties);
    expect(texts.find(({ Name }) => /History/.test(Name))?.QueryString).toContain(`filter id = "${example}"\n`);
  });

  test("are not there where an emulator would not know them", () => {
    template({ observability: false }).resourceCountIs(QUERY, 0);
  });
});

describe("the console's test events", () => {
  test("are asked for", () => {
    template().resourceCountIs(SCHEMA, 0);
  });

  test("lie where the console looks for them, and are what the function understands", () => {
    const made = template({ testEvents: true });
    const { SchemaName, RegistryName, Type, Content } = only(made, SCHEMA).Properties;
    expect({ RegistryName, Type }).toEqual({ RegistryName: "lambda-testevent-schemas", Type: "OpenApi3" });
    expect(SchemaName).toEqual({
      "Fn::Join": ["", ["_", { Ref: expect.stringMatching(/^EnsureFunction/) }, "-schema"]],
    });
    const { examples } = JSON.parse(String(Content)).components;
    const requests = Object.entries<{ value: unknown }>(examples).map(([name, { value }]) => [name, parseEvent(value)]);
    expect(Object.fromEntries(requests)).toEqual({
      plan: { mode: "plan", trigger: "manual" },
      ensure: { mode: "ensure", trigger: "manual" },
      "one-resource": { mode: "plan", trigger: "manual", only: ["stream/ORDERS"] },
      approve: { mode: "ensure", trigger: "manual", approve: expect.any(String) },
    });
    made.resourceCountIs(REGISTRY, 0);
  });

  test("come with their registry where the account has none, and leave it there", () => {
    const made = template({ testEvents: true, createTestEventRegistry: true });
    // A deployment that fails and is undone takes it along: the next one would otherwise find it there.
    expect(only(made, REGISTRY)).toMatchObject({
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
    });
    expect(only(made, SCHEMA).DependsOn).toEqual(Object.keys(made.findResources(REGISTRY)));
  });
});
