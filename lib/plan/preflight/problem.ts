import { BrokerError, type ErrorClass } from "../../jetstream/errors/broker-error.ts";
import { classOfCode } from "../../jetstream/errors/error-codes.ts";

/** Why the server would refuse a write. */
export interface Problem {
  /** The err_code that the server would answer with; absent if the server would not answer. */
  code?: number;
  /** The class of the error. Default: the class of the code. */
  class?: ErrorClass;
  /** A clause about "it", the resource, with the two values. */
  what: string;
  /** What the user can do about it, also as a clause. */
  remedy: string;
  /** Names of fields on the wire. An update that leaves these fields as they are may work. */
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
