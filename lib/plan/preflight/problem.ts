import { BrokerError, type ErrorClass } from "../../jetstream/errors/broker-error.ts";
import { classOfCode } from "../../jetstream/errors/error-codes.ts";

/** Why the server would refuse a write. */
export interface Problem {
  /** The err_code that it would answer with; absent where it would not answer. */
  code?: number;
  /** Default: the code's. */
  class?: ErrorClass;
  /** A clause about "it", the resource, with the two values. */
  what: string;
  /** What to do about it, also a clause. */
  remedy: string;
  /** Fields on the wire: an update that leaves them as they are may work. */
  fields: string[];
}

/** A problem of one action, by resource id. */
export interface Finding {
  id: string;
  problem: Problem;
}

export function errorOf({ code, class: given, what, remedy }: Problem): BrokerError {
  const message = `${what.charAt(0).toUpperCase()}${what.slice(1)}: ${remedy}.`;
  return new BrokerError(message, { class: given ?? (code === undefined ? "unknown" : classOfCode(code)), code });
}
