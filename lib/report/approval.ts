import type { Permission } from "../topology/resolve/resolved.ts";
import type { Impact } from "./result.ts";

/**
 * The field of a topology that lets a run apply differences of each impact. `undefined` for `safe`, which needs no
 * permission, and for impacts that no permission allows.
 */
export const PERMISSION_OF: Readonly<Record<Impact, Permission | undefined>> = {
  safe: undefined,
  disruptive: "allowDisruption",
  lossy: "allowLoss",
  "one-way": "allowOneWay",
  immutable: undefined,
  unsupported: undefined,
};
