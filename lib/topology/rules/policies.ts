import { closest } from "../../text/closest.ts";
import { consumerUnits, streamUnits } from "../fields/fields.ts";
import { declaredName } from "../fields/names.ts";
import { PERMISSIONS, type ResourceKind } from "../resolve/resolved.ts";
import type { TopologyRule } from "./rule.ts";

/** An approval of a field that does not exist would approve nothing, and nobody would notice. */
export const policiesNameFields: TopologyRule = function* ({ streams, consumers }) {
  for (const { place, resource } of [...streams, ...consumers]) {
    const fields = fieldsOf(resource.kind);
    for (const policy of PERMISSIONS) {
      const listed = resource.policy[policy];
      if (!Array.isArray(listed)) continue;
      for (const [at, field] of listed.entries()) {
        if (fields.includes(field)) continue;
        const meant = closest(field, fields);
        const hint = meant ? `did you mean "${meant}"?` : `write the topology's own names, like "maxAge".`;
        yield { path: `${place}.${policy}[${at}]`, message: `"${field}" is no field of it: ${hint}` };
      }
    }
  }
};

function fieldsOf(kind: ResourceKind): string[] {
  const wire = Object.keys(kind === "consumer" ? consumerUnits : streamUnits).filter((field) => field !== "name");
  return wire.map((field) => declaredName(kind, field));
}
