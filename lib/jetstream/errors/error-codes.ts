import type { ErrorClass } from "./broker-error.ts";

/**
 * What is known about one of the server's err_codes: its class, and whether the same request may succeed later. A code
 * without a row has class `config`: the server has checked the request's content, and explains the mistake in its text.
 *
 * The `code` in the server's answer cannot replace this table: a refused config (10052) has 500, like a real failure.
 * Sources: nats-server, server/errors.json at 2.15, and jetstream_api.go for the errors that pass by themselves.
 */
export interface ErrorCode {
  class: ErrorClass;
  /** The server's error, in a few words. */
  meaning: string;
  /** The same request may succeed later. */
  retry?: true;
  /** What to do, if the server's text does not say it. One sentence. */
  advice?: string;
}

/** The highest code that was reviewed. `npm run server:fields` lists the higher codes of a newer server. */
export const LAST_REVIEWED_CODE = 10228;

export const CONSUMER_NOT_FOUND = 10014;
export const NO_MESSAGE_FOUND = 10037;
export const NOT_ENABLED_FOR_ACCOUNT = 10039;
export const STREAM_NAME_IN_USE = 10058;
export const STREAM_NOT_FOUND = 10059;
export const CONSUMER_ALREADY_EXISTS = 10148;

export const ERROR_CODES: Readonly<Record<number, ErrorCode>> = {
  10002: { class: "limits", meaning: "resource limits exceeded for account" },
  10004: { class: "unavailable", meaning: "incomplete results", retry: true },
  10005: {
    class: "limits",
    meaning: "no suitable peers",
    advice: "Declare fewer replicas or another placement, or add servers.",
  },
  10007: { class: "unavailable", meaning: "not assigned to this server", retry: true },
  10008: { class: "unavailable", meaning: "temporarily unavailable: no meta leader", retry: true },
  10009: { class: "unavailable", meaning: "not the leader", retry: true },
  10013: { class: "conflict", meaning: "consumer name in use" },
  [CONSUMER_NOT_FOUND]: { class: "conflict", meaning: "consumer not found" },
  10023: { class: "limits", meaning: "insufficient resources", retry: true },
  10026: {
    class: "limits",
    meaning: "maximum consumers",
    advice:
      "The limit is the stream's maxConsumers or the account's; where neither is set, a server from 2.15 on allows " +
      "1,000 consumers on a stream (default_max_consumers in its configuration). Declare maxConsumers, raise the " +
      "limit, or declare fewer consumers.",
  },
  10027: {
    class: "limits",
    meaning: "maximum streams",
    advice: "Raise the account's limit, or declare fewer streams and buckets.",
  },
  10028: { class: "storage", meaning: "insufficient memory" },
  10035: { class: "unavailable", meaning: "account not found" },
  [NOT_ENABLED_FOR_ACCOUNT]: {
    class: "unavailable",
    meaning: "JetStream not enabled for the account",
    advice: "Enable JetStream for the account of these credentials, or use those of another account.",
  },
  10047: { class: "storage", meaning: "insufficient storage" },
  [STREAM_NAME_IN_USE]: { class: "conflict", meaning: "stream name in use" },
  [STREAM_NOT_FOUND]: { class: "conflict", meaning: "stream not found" },
  // Measured on 2.10.27 and 2.15.1: the first create in a new account sometimes fails with it. So does a create right
  // after the account's last stream was deleted, while the server still removes its folder (stream.go, stop).
  10049: { class: "config", meaning: "stream create failed", retry: true },
  10065: {
    class: "conflict",
    meaning: "subjects overlap",
    advice: "A subject belongs to one stream: take it from one of the two.",
  },
  10074: {
    class: "limits",
    meaning: "replicas > 1 without a cluster",
    advice: "Declare one replica, or use a cluster.",
  },
  10075: { class: "unavailable", meaning: "peer remap failed", retry: true },
  10076: { class: "unavailable", meaning: "JetStream not enabled" },
  10077: { class: "storage", meaning: "a message could not be stored" },
  10105: { class: "conflict", meaning: "consumer exists and is active" },
  10113: { class: "limits", meaning: "the account demands max bytes", advice: "Declare maxBytes." },
  10118: { class: "unavailable", meaning: "stream offline", retry: true },
  10119: { class: "unavailable", meaning: "consumer offline", retry: true },
  10120: { class: "limits", meaning: "no limits for this tier" },
  10121: { class: "limits", meaning: "max ack pending above the system's" },
  10122: { class: "limits", meaning: "max bytes above the account's per stream" },
  10124: { class: "conflict", meaning: "move in progress" },
  10125: { class: "limits", meaning: "max batch above the server's" },
  [CONSUMER_ALREADY_EXISTS]: { class: "conflict", meaning: "consumer already exists" },
  10149: { class: "conflict", meaning: "consumer to update does not exist" },
  10153: { class: "limits", meaning: "inactive threshold above the system's" },
  10194: { class: "unavailable", meaning: "stream offline: this server cannot run it" },
  10195: { class: "unavailable", meaning: "consumer offline: this server cannot run it" },
  10202: { class: "unavailable", meaning: "cluster member change in progress", retry: true },
  // The answer to a system user who lowers the quorum of a cluster that lost servers. This project sends no such
  // request.
  10224: {
    class: "unavailable",
    meaning: "system rescue not applied",
    advice: "The cluster has lost servers: its operator has to bring them back.",
  },
  10225: {
    class: "conflict",
    meaning: "the stream is another one than the consumer's",
    advice: "The stream was deleted and created again meanwhile: run again.",
  },
  10226: {
    class: "conflict",
    meaning: "stream reconfiguration already in progress",
    advice: "The cluster is still scaling the stream or changing its retention: run again when that is done.",
  },
  10227: {
    class: "config",
    meaning: "message source header not allowed",
    advice: "A publisher sent the header that only sourced messages may have.",
  },
  // The server does not answer a request with it. INFO shows it as the error of a mirror or source.
  10228: {
    class: "unavailable",
    meaning: "source consumer stalled on flow control",
    advice: "Flow control does not get back to the origin: check what the two accounts export and import.",
  },
};

export function classOfCode(code: number): ErrorClass {
  return ERROR_CODES[code]?.class ?? "config";
}

export function adviceOn(code: number): string | undefined {
  return ERROR_CODES[code]?.advice;
}

/** Whether the same request may succeed a moment later, although nobody changes anything. */
export function isRetryable(code: number): boolean {
  return ERROR_CODES[code]?.retry === true;
}
