import type { Permission } from "../topology/resolve/resolved.ts";
import type { Impact } from "./result.ts";

/** What in the topology lets a run apply a difference of each impact; `undefined` where it needs nothing, or nothing does. */
export const PERMISSION_OF: Readonly<Record<Impact, Permission | undefined>> = {
  safe: undefined,
  disruptive: "allowDisruption",
  lossy: "allowLoss",
  "one-way": "allowOneWay",
  immutable: undefined,
  unsupported: undefined,
};
