import { describe, expect, it } from "vitest";
import { EXPORT_FORMATS, writeTopology } from "../../../lib/export/write/write-topology.ts";
import { parseTopology, resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import { everyField } from "../topology/every-field.ts";

const orders: Topology = {
  name: "orders",
  streams: [{ name: "ORDERS", subjects: ["orders.>"], maxAge: "30d", metadata: { on: "yes" } }],
  consumers: [{ stream: "ORDERS", name: "billing", ackPolicy: "explicit" }],
};
const preface = { schema: "node_modules/jetstream-ensure/s.json", remarks: ["stream/A: it is\nodd."] };

describe("an exported topology", () => {
  it("as YAML names its schema, and says what is left out", () => {
    expect(writeTopology(orders, "yaml", preface)).toBe(`\
# yaml-language-server: $schema=node_modules/jetstream-ensure/s.json
# not exported: stream/A: it is\\nodd.
name: orders
streams:
  - name: ORDERS
    subjects:
      - orders.>
    maxAge: 30d
    metadata:
      "on": "yes"
consumers:
  - stream: ORDERS
    name: billing
    ackPolicy: explicit
`);
  });

  it("as TypeScript is a module of the package", () => {
    expect(writeTopology(orders, "ts", preface)).toBe(`\
import { defineTopology } from "jetstream-ensure/lib";

// not exported: stream/A: it is\\nodd.
export default defineTopology({
  name: "orders",
  streams: [{ name: "ORDERS", subjects: ["orders.>"], maxAge: "30d", metadata: { on: "yes" } }],
  consumers: [{ stream: "ORDERS", name: "billing", ackPolicy: "explicit" }],
});
`);
  });

  it("as JSON has its schema as a key", () => {
    const json = JSON.parse(writeTopology(orders, "json", preface));

    expect(json).toEqual({ $schema: preface.schema, ...orders });
  });

  it.each(["yaml", "json"] as const)("is read back from %s as it was, whatever field it has", (format) => {
    const text = writeTopology(everyField, format, preface);

    expect(parseTopology(text, format)).toEqual(resolveTopology(everyField));
  });

  it.each(EXPORT_FORMATS)("of nothing is a topology still, as %s", (format) => {
    expect(writeTopology({ name: "nothing" }, format, { remarks: [] })).toContain("nothing");
  });
});
