import * as z from "zod";
import { flag } from "./values.ts";

/** What a run may do to one resource. All kinds have the same fields. */
export const policyShape = {
  /**
   * Apply differences that discard stored messages: `true` for all fields, or a list of fields (the topology's own
   * names). Default: none. A run holds such a difference until its plan is approved.
   */
  allowLoss: z.union([z.boolean(), z.array(z.string())]).optional(),
  /**
   * Apply differences that lose no stored message but stop something that is in use (a subject with publishers, a
   * consumer that is bound): `true` for all fields, or a list of fields. Default: none. A run holds such a difference
   * until its plan is approved.
   */
  allowDisruption: z.union([z.boolean(), z.array(z.string())]).optional(),
  /**
   * Apply differences that the server never lets a user undo (`sealed`, `denyDelete`, `allowMsgTtl` …): `true` for all
   * fields, or a list of fields. Default: none.
   */
  allowOneWay: z.union([z.boolean(), z.array(z.string())]).optional(),
  /**
   * `ensure` (default): a run applies the declaration. `observe`: a run never writes it, and still reports its drift.
   */
  manage: z.enum(["ensure", "observe"]).optional(),
  /**
   * Write it although its metadata names another topology as its owner. The write then makes this topology the owner.
   * Default: the topology's `takeOver`, which is `false` by default: its differences are held.
   */
  takeOver: flag(),
  /**
   * Write the topology's name into its metadata with each write (`jetstream-ensure.topology`, since 2.10). Set `false`
   * if an application creates the same resource at each start: the server refuses that if the metadata differ. Default:
   * the topology's `ownerMetadata`, which is `true` by default.
   */
  ownerMetadata: flag(),
  /** Reset undeclared fields to the server's defaults. Default: the topology's `exact`, which is `false` by default. */
  exact: flag(),
};
