import * as z from "zod";
import { flag } from "./values.ts";

/** What a run may do to one resource: the same for each kind. */
export const policyShape = {
  /**
   * Apply differences that discard stored messages: `true` for any, or the list of fields (the topology's own names)
   * for which that is accepted. Default: none, such a difference is held until its plan is approved.
   */
  allowLoss: z.union([z.boolean(), z.array(z.string())]).optional(),
  /**
   * Apply differences that lose nothing stored but stop something in use (a subject that is published to, a consumer
   * that is bound): `true` for any, or a list of fields. Default: none, such a difference is held until its plan is
   * approved.
   */
  allowDisruption: z.union([z.boolean(), z.array(z.string())]).optional(),
  /**
   * Apply differences that the server would never let be undone (`sealed`, `denyDelete`, `allowMsgTtl` …): `true` for
   * any, or a list of fields. Default: none.
   */
  allowOneWay: z.union([z.boolean(), z.array(z.string())]).optional(),
  /** `ensure` (default): brought to the declaration. `observe`: never written, its drift is still reported. */
  manage: z.enum(["ensure", "observe"]).optional(),
  /**
   * Write it although its metadata names another topology as its owner; the write then names this one. Default: what the
   * topology says, which is `false`: its differences are held.
   */
  takeOver: flag(),
  /**
   * Lay the topology's name on it with each write (metadata `jetstream-ensure.topology`, since 2.10). `false` where an
   * application creates the same thing itself at each start: the server refuses that where the metadata differ. Default:
   * what the topology says, which is `true`.
   */
  ownerMetadata: flag(),
  /** Bring undeclared fields back to the server's defaults. Default: what the topology says, which is `false`. */
  exact: flag(),
};
