import type { ErrorClass } from "./errors.ts";

/**
 * What is known of the server's err_codes: their class, and whether the same request may succeed when it is sent
 * again. A code without a row is a check of the request's content, which the server explains in its text: `config`.
 *
 * `code` in the server's answer is of no use for either: a refused config (10052) carries 500 like a real failure.
 * Source: nats-server, server/errors.json at 2.15; which ones pass by themselves: jetstream_api.go.
 */
interface ErrorCode {
  class: ErrorClass;
  retry?: true;
  /** What to do, where the server's text does not tell. One sentence. */
  advice?: string;
}

/** Every code up to this one was looked at; `npm run server:fields` lists the codes of a newer server beyond it. */
export const LAST_REVIEWED_CODE = 10228;

export const CONSUMER_NOT_FOUND = 10014;
export const NO_MESSAGE_FOUND = 10037;
export const NOT_ENABLED_FOR_ACCOUNT = 10039;
export const STREAM_NAME_IN_USE = 10058;
export const STREAM_NOT_FOUND = 10059;
export const CONSUMER_ALREADY_EXISTS = 10148;

const CODES: Record<number, ErrorCode> = {
  10002: { class: "limits" }, // resource limits exceeded for account
  10004: { class: "unavailable", retry: true }, // incomplete results
  10005: { class: "limits", advice: "Declare fewer replicas or another placement, or add servers." }, // no suitable peers
  10007: { class: "unavailable", retry: true }, // not assigned to this server
  10008: { class: "unavailable", retry: true }, // temporarily unavailable: no meta leader
  10009: { class: "unavailable", retry: true }, // not the leader
  10013: { class: "conflict" }, // consumer name in use
  [CONSUMER_NOT_FOUND]: { class: "conflict" },
  10023: { class: "limits", retry: true }, // insufficient resources
  10026: {
    class: "limits",
    advice:
      "The limit is the stream's maxConsumers or the account's; where neither is set, a server from 2.15 on allows " +
      "1,000 consumers on a stream (default_max_consumers in its configuration). Declare maxConsumers, raise the " +
      "limit, or declare fewer consumers.",
  }, // maximum consumers
  10027: { class: "limits", advice: "Raise the account's limit, or declare fewer streams and buckets." }, // maximum streams
  10028: { class: "storage" }, // insufficient memory
  10035: { class: "unavailable" }, // account not found
  [NOT_ENABLED_FOR_ACCOUNT]: {
    class: "unavailable",
    advice: "Enable JetStream for the account of these credentials, or use those of another account.",
  },
  10047: { class: "storage" }, // insufficient storage
  [STREAM_NAME_IN_USE]: { class: "conflict" },
  [STREAM_NOT_FOUND]: { class: "conflict" },
  // Stream create failed. Measured on 2.10.27 and 2.15.1: the first create of a new account now and then, and one right
  // after the account's last stream was deleted, whose folder the server then still takes away (stream.go, stop).
  10049: { class: "config", retry: true },
  10065: { class: "conflict", advice: "A subject belongs to one stream: take it from one of the two." }, // subjects overlap
  10074: { class: "limits", advice: "Declare one replica, or use a cluster." }, // replicas > 1 without a cluster
  10075: { class: "unavailable", retry: true }, // peer remap failed
  10076: { class: "unavailable" }, // JetStream not enabled
  10077: { class: "storage" }, // a message could not be stored
  10105: { class: "conflict" }, // consumer exists and is active
  10113: { class: "limits", advice: "Declare maxBytes." }, // the account demands max bytes
  10118: { class: "unavailable", retry: true }, // stream offline
  10119: { class: "unavailable", retry: true }, // consumer offline
  10120: { class: "limits" }, // no limits for this tier
  10121: { class: "limits" }, // max ack pending above the system's
  10122: { class: "limits" }, // max bytes above the account's per stream
  10124: { class: "conflict" }, // move in progress
  10125: { class: "limits" }, // max batch above the server's
  [CONSUMER_ALREADY_EXISTS]: { class: "conflict" },
  10149: { class: "conflict" }, // consumer to update does not exist
  10153: { class: "limits" }, // inactive threshold above the system's
  10194: { class: "unavailable" }, // stream offline: this server cannot run it
  10195: { class: "unavailable" }, // consumer offline: this server cannot run it
  10202: { class: "unavailable", retry: true }, // cluster member change in progress
  // Answers a system user who lowers the quorum of a cluster that lost servers; no request of ours asks for it.
  10224: { class: "unavailable", advice: "The cluster has lost servers: its operator has to bring them back." },
  10225: { class: "conflict", advice: "The stream was deleted and created again meanwhile: run again." },
  10226: {
    class: "conflict",
    advice: "The cluster is still scaling the stream or changing its retention: run again when that is done.",
  },
  10227: { class: "config", advice: "A publisher sent the header that only sourced messages may have." },
  // Not an answer to a request: INFO shows it as the error of a mirror or source.
  10228: {
    class: "unavailable",
    advice: "Flow control does not get back to the origin: check what the two accounts export and import.",
  },
};

export function classOfCode(code: number): ErrorClass {
  return CODES[code]?.class ?? "config";
}

export function adviceOn(code: number): string | undefined {
  return CODES[code]?.advice;
}

/** Whether the same request may succeed a moment later, with nothing changed by anybody. */
export function isRetryable(code: number): boolean {
  return CODES[code]?.retry === true;
}
