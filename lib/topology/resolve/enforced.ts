import { consumerUnits, streamUnits, type Unit } from "../fields/fields.ts";
import { wireName } from "../fields/names.ts";
import { toWire } from "../fields/to-wire.ts";
import type { Policy, ResourceKind } from "./resolved.ts";

/** The declared fields of a resource in the wire's names and units; what is no field of the config is left out. */
export function declaredFields(kind: ResourceKind, declaration: object): Record<string, unknown> {
  const units: Readonly<Record<string, Unit>> = kind === "consumer" ? consumerUnits : streamUnits;
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(declaration)) {
    const wire = wireName(kind, name);
    const unit = units[wire];
    if (unit !== undefined && value !== undefined) fields[wire] = toWire(unit, value);
  }
  return fields;
}

type DeclaredPolicy = { [Key in keyof Policy]?: Policy[Key] | undefined };

export function policyOf(declaration: DeclaredPolicy, exactByDefault: boolean): Policy {
  return {
    manage: declaration.manage ?? "ensure",
    exact: declaration.exact ?? exactByDefault,
    allowLoss: declaration.allowLoss ?? false,
    allowDisruption: declaration.allowDisruption ?? false,
    allowOneWay: declaration.allowOneWay ?? false,
    ...(declaration.takeOver === undefined ? {} : { takeOver: declaration.takeOver }),
    ...(declaration.ownerMetadata === undefined ? {} : { ownerMetadata: declaration.ownerMetadata }),
  };
}
