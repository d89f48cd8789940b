import type { BadCase, Fields } from "./cases.ts";

const push = { deliverSubject: "d" };

/** Consumers that the server refuses (nats-server 2.15), each for one reason. */
export const refusedConsumers: BadCase[] = [
  ["a description too long", { description: "x".repeat(4097) }, "description", "the server takes 4096"],
  ["by sequence without one", { deliverPolicy: "by_start_sequence" }, "deliverPolicy", "needs optStartSeq"],
  ["by time without one", { deliverPolicy: "by_start_time" }, "deliverPolicy", "needs optStartTime"],
  [
    "a sequence with all",
    { optStartSeq: 5 },
    "optStartSeq",
    'needs deliverPolicy: "by_start_sequence", and that is "all"',
  ],
  ["a time with new", { deliverPolicy: "new", optStartTime: "2026-01-01T00:00:00Z" }, "optStartTime", 'that is "new"'],
  [
    "the last of each subject, unfiltered",
    { deliverPolicy: "last_per_subject" },
    "deliverPolicy",
    "needs filterSubject",
  ],
  [
    "both kinds of filter",
    { filterSubject: "a", filterSubjects: ["b"] },
    "filterSubject",
    "cannot go with filterSubjects",
  ],
  ["no subject to filter by", { filterSubject: "a..b" }, "filterSubject", '"a..b" is no subject'],
  ["an empty filter in the list", { filterSubjects: ["a", ""] }, "filterSubjects[1]", "it is empty"],
  ["filters that overlap", { filterSubjects: ["a.b", "a.*"] }, "filterSubjects[1]", '"a.*" overlaps "a.b"'],
  ["a rate limit on pull", { rateLimitBps: 1024 }, "rateLimitBps", "Only a push consumer has it"],
  ["heartbeats on pull", { idleHeartbeat: "1s" }, "idleHeartbeat", "Only a push consumer has it"],
  ["waiting pulls on push", { ...push, maxWaiting: 5 }, "maxWaiting", "Only a pull consumer has it"],
  [
    "pending without acknowledgement",
    { ...push, ackPolicy: "none", maxAckPending: 5 },
    "maxAckPending",
    "nothing is ever pending",
  ],
  ["delivery to a wildcard", { deliverSubject: "d.*" }, "deliverSubject", "it has a wildcard"],
  ["delivery to no subject", { deliverSubject: "d..e" }, "deliverSubject", "empty token"],
  ["heartbeats below 100ms", { ...push, idleHeartbeat: "99ms" }, "idleHeartbeat", "99ms is too short: at least 100ms"],
  ["pulls below 1ms", { maxExpires: "999us" }, "maxExpires", "999us is too short: at least 1ms"],
  ["flow control without heartbeats", { ...push, flowControl: true }, "flowControl", "needs idleHeartbeat"],
  ["flow control acks on pull", { ackPolicy: "flow_control" }, "ackPolicy", "needs deliverSubject"],
  [
    "flow control acks with a wait",
    { ...push, ackPolicy: "flow_control", ackWait: "5s" },
    "ackPolicy",
    "cannot go with ackWait",
  ],
  [
    "flow control acks, limited",
    { ...push, ackPolicy: "flow_control", maxDeliver: 5 },
    "ackPolicy",
    "cannot go with maxDeliver",
  ],
  [
    "flow control acks, unlimited pending",
    { ...push, ackPolicy: "flow_control", maxAckPending: -1 },
    "ackPolicy",
    "needs a limit in maxAckPending",
  ],
  [
    "more waits than deliveries",
    { backoff: ["1s", "2s", "3s"], maxDeliver: 2 },
    "backoff",
    "3 waits, more than maxDeliver (2)",
  ],
  ["sampling of no number", { sampleFreq: "often" }, "sampleFreq", '"often" is no percentage'],
  ["groups without a policy", { priorityGroups: ["a"] }, "priorityGroups", "needs priorityPolicy"],
  ["a timeout without a policy", { priorityTimeout: "1m" }, "priorityTimeout", "needs priorityPolicy"],
  ["a policy without groups", { priorityPolicy: "overflow" }, "priorityPolicy", "needs priorityGroups"],
  [
    "a policy on push",
    { ...push, priorityPolicy: "overflow", priorityGroups: ["a"] },
    "priorityPolicy",
    "Only a pull consumer",
  ],
  [
    "a group of no name",
    { priorityPolicy: "overflow", priorityGroups: ["a b"] },
    "priorityGroups[0]",
    '"a b" is no group',
  ],
];

/** Consumers that the server would take, and turn into something else: drift at every run, for ever. */
export const neverEqualConsumers: BadCase[] = [
  ["no wait at all", { ackWait: "0s" }, "ackWait", "the default, 30s"],
  [
    "flow control acks with another heartbeat",
    { ...push, ackPolicy: "flow_control", idleHeartbeat: "5s" },
    "ackPolicy",
    'has idleHeartbeat "1s"',
  ],
  [
    "flow control acks without it",
    { ...push, ackPolicy: "flow_control", flowControl: false },
    "ackPolicy",
    "cannot go with flowControl: false",
  ],
];

export const acceptedConsumers: [string, Fields][] = [
  ["nothing but its names", {}],
  ["from a sequence", { deliverPolicy: "by_start_sequence", optStartSeq: 5 }],
  ["from an instant with an offset", { deliverPolicy: "by_start_time", optStartTime: "2026-01-01T02:00:00+02:00" }],
  ["the last of each subject", { deliverPolicy: "last_per_subject", filterSubject: ">" }],
  ["filters that only partly overlap", { filterSubjects: ["a.*", "*.b"] }],
  ["as many waits as deliveries", { backoff: ["1s", "2s"], maxDeliver: 2 }],
  ["waits without end", { backoff: ["1s", "2s"], maxDeliver: "unlimited", ackWait: "1s" }],
  ["a wait that backoff replaces", { ackWait: "1m", backoff: ["1s", "5s"] }],
  ["push with everything", { ...push, deliverGroup: "g", flowControl: true, idleHeartbeat: "5s", rateLimitBps: 1024 }],
  ["pinned clients", { priorityPolicy: "pinned_client", priorityGroups: ["a/b=1"], priorityTimeout: "1m" }],
  ["acknowledging nothing", { ackPolicy: "none" }],
  ["sampling in percent", { sampleFreq: "50%" }],
  [
    "flow control acks",
    { ...push, ackPolicy: "flow_control", flowControl: true, idleHeartbeat: "1s", maxAckPending: 100 },
  ],
];
