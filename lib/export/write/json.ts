import type { Topology } from "../../topology/schema/topology.ts";
import type { Preface } from "./preface.ts";

export function writeJson(topology: Topology, { schema }: Preface): string {
  const whole = schema === undefined ? topology : { $schema: schema, ...topology };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
