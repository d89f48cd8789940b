import { TopologyError } from "../topology-error.ts";
import type { ResolvedTopology } from "./resolved.ts";

/**
 * The resolved topology as a file: what the construct puts beside the Lambda's bundle. It knows no zod and no unit,
 * so that this is all the Lambda carries. The marker tells it from a declared topology, and one version from another.
 */
const marker = "resolvedTopology";
const version = 1;

export function writeResolved(topology: ResolvedTopology): string {
  return `${JSON.stringify({ [marker]: version, ...topology }, null, 2)}\n`;
}

/** Whether parsed JSON is a resolved topology, of whatever version. */
export function isResolved(json: unknown): json is Record<string, unknown> {
  return typeof json === "object" && json !== null && marker in json;
}

/**
 * A resolved topology out of parsed JSON.
 * @throws TopologyError with a sentence, where it is none or was written by a version that this one does not read.
 */
export function readResolved(json: unknown): ResolvedTopology {
  if (!isResolved(json)) throw damaged(`This is no resolved topology: it lacks the field "${marker}".`);
  if (json[marker] !== version) {
    throw damaged(
      `The resolved topology has version ${JSON.stringify(json[marker])}, and this program reads version ${version}: ` +
        "write it again with the same version of jetstream-ensure that reads it.",
    );
  }
  const { name, ignore, resources, adopt, takeOver, ownerMetadata } = json;
  if (typeof name !== "string" || !isList(ignore, isText) || !isList(resources, isResource)) {
    throw damaged("The resolved topology is damaged: it needs a name, ignore and resources. Write it again.");
  }
  const flags = Object.entries({ adopt, takeOver, ownerMetadata }).filter(([, value]) => typeof value === "boolean");
  return { name, ignore, ...Object.fromEntries(flags), resources };
}

const damaged = (message: string) => new TopologyError([{ path: "", message }]);

const isText = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function isList<T>(value: unknown, is: (each: unknown) => each is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

function isResource(value: unknown): value is ResolvedTopology["resources"][number] {
  if (!isObject(value)) return false;
  const texts = [value.id, value.kind, value.name, value.stream];
  return texts.every(isText) && isObject(value.enforced) && isObject(value.createDefaults) && isObject(value.policy);
}
