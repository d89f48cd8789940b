import type { ErrorClass } from "./broker-error.ts";

/**
 * What each class of error means, and what a person can do about it. docs/reference/errors.md is made from this table.
 */
export const ERROR_CLASS_HELP: Readonly<Record<ErrorClass, { meaning: string; advice: string }>> = {
  auth: {
    meaning: "Credentials are refused or unreadable, or a permission is missing. The sentence names the subject.",
    advice: "Correct the user, the secret or the permission.",
  },
  network: {
    meaning: "The broker cannot be reached, its name or TLS is wrong, or the connection broke.",
    advice: "Check the address, the route and the CA.",
  },
  storage: {
    meaning: "The reservation of memory or disk does not fit. The sentence has the numbers.",
    advice: "Lower a `maxBytes`, or raise the limit.",
  },
  limits: {
    meaning: "Another limit of the account or the server is reached: streams, consumers, replicas, placement.",
    advice: "Raise the limit, or declare less.",
  },
  config: {
    meaning: "The server refuses this config, or the settings or the event are wrong. The sentence has the reason.",
    advice: "Change the declaration, the settings or the event.",
  },
  conflict: {
    meaning: "Another stream or consumer is in the way, or an approved plan has moved.",
    advice: "Rename, or plan again.",
  },
  unavailable: {
    meaning: "JetStream is off, has no leader, or gave no answer in time.",
    advice: "Run again.",
  },
  unknown: {
    meaning:
      "An answer is not what was asked for, which a proxy or a stream that stores JetStream's own requests may cause; " +
      "or anything else.",
    advice: "See the sentence.",
  },
};
