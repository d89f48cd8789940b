import type { BadCase, Fields } from "./cases.ts";

const over = (bytes: number) => "x".repeat(bytes + 1);

/** Streams that the server refuses (nats-server 2.15), each for one reason. */
export const refusedStreams: BadCase[] = [
  ["a description too long", { description: over(4096) }, "description", "4097 bytes, and the server takes 4096"],
  ["metadata too large", { metadata: { k: over(131_071) } }, "metadata", "131073 bytes, and the server takes 131072"],
  ["an age below 100ms", { maxAge: "99ms" }, "maxAge", "99ms is too short: at least 100ms"],
  ["a window below 100ms", { duplicateWindow: "99ms" }, "duplicateWindow", "99ms is too short: at least 100ms"],
  [
    "a window longer than the age",
    { maxAge: "1m", duplicateWindow: "2m" },
    "duplicateWindow",
    "2m is longer than maxAge (1m)",
  ],
  [
    "per subject without discard new",
    { discardNewPerSubject: true, maxMsgsPerSubject: 1 },
    "discardNewPerSubject",
    'It needs discard: "new"',
  ],
  [
    "per subject without a limit",
    { discardNewPerSubject: true, discard: "new" },
    "discardNewPerSubject",
    "It needs maxMsgsPerSubject",
  ],
  [
    "markers below 1s",
    { subjectDeleteMarkerTtl: "999ms" },
    "subjectDeleteMarkerTtl",
    "999ms is too short: at least 1s",
  ],
  [
    "roll-ups that may not purge",
    { denyPurge: true, allowRollupHdrs: true },
    "denyPurge",
    "beside allowRollupHdrs: a roll-up purges",
  ],
  ["counters with discard new", { allowMsgCounter: true, discard: "new" }, "allowMsgCounter", 'discard "new"'],
  ["counters with TTLs", { allowMsgCounter: true, allowMsgTtl: true }, "allowMsgCounter", "cannot have allowMsgTtl"],
  [
    "counters with schedules",
    { allowMsgCounter: true, allowMsgSchedules: true },
    "allowMsgCounter",
    "cannot have allowMsgSchedules",
  ],
  [
    "counters with interest",
    { allowMsgCounter: true, retention: "interest" },
    "allowMsgCounter",
    'retention "interest", only "limits"',
  ],
  ["schedules with discard new", { allowMsgSchedules: true, discard: "new" }, "allowMsgSchedules", 'discard "new"'],
  [
    "schedules with sources",
    { allowMsgSchedules: true, sources: [{ name: "B" }] },
    "allowMsgSchedules",
    "cannot go with sources",
  ],
  [
    "async in memory",
    { persistMode: "async", storage: "memory" },
    "persistMode",
    '"async" cannot go with storage "memory"',
  ],
  ["async with replicas", { persistMode: "async", numReplicas: 3 }, "persistMode", "3 replicas, only with one"],
  ["async with batches", { persistMode: "async", allowAtomic: true }, "persistMode", "cannot go with allowAtomic"],
  ["mirrorDirect without a mirror", { mirrorDirect: true }, "mirrorDirect", "Only a mirror can have it"],
  ["a subject twice", { subjects: ["a", "a"] }, "subjects[1]", '"a" is there twice'],
  ["subjects that overlap", { subjects: ["a.>", "b", "a.*"] }, "subjects[2]", '"a.*" overlaps "a.>"'],
  ["no subject", { subjects: ["a..b"] }, "subjects[0]", '"a..b" is no subject: it has an empty token'],
  ["every subject, acknowledged", { subjects: [">"] }, "subjects[0]", "needs noAck: true"],
  [
    "every subject, replicated",
    { subjects: [">"], noAck: true, numReplicas: 3 },
    "subjects[0]",
    "works with one replica only",
  ],
  ["the API's subjects", { subjects: ["$JS.API.>"] }, "subjects[0]", 'reaches into the server\'s own "$JS.>"'],
  ["the system's subjects", { subjects: ["$SYS.REQ.>"] }, "subjects[0]", 'reaches into the server\'s own "$SYS.>"'],
  ["the API through a wildcard", { subjects: ["*.API.x"] }, "subjects[0]", 'reaches into the server\'s own "$JS.>"'],
  [
    "a transform to nowhere",
    { subjectTransform: { src: "a.*", dest: "b.{{wildcard(2)}}" } },
    "subjectTransform",
    "the source has 1",
  ],
  [
    "republishing to itself",
    { subjects: ["a.>"], republish: { src: "a.>", dest: "a.copy.>" } },
    "republish.dest",
    '"a.copy.>" overlaps "a.>"',
  ],
  [
    "republishing all beside a transform with a function",
    {
      subjects: ["a.*"],
      subjectTransform: { src: "a.*", dest: "b.{{wildcard(1)}}" },
      republish: { src: ">", dest: ">" },
    },
    "republish",
    "the source has 0",
  ],
  [
    "a transform with a partition of what is not there",
    { subjectTransform: { src: "a.*", dest: "b.{{partition(3,2)}}" } },
    "subjectTransform",
    "the source has 1",
  ],
  [
    "republishing all beside a transform to its own subjects",
    { subjects: ["a.>"], subjectTransform: { src: "a.>", dest: "a.b.>" }, republish: { src: ">", dest: ">" } },
    "republish.dest",
    '"a.b.>" overlaps "a.>"',
  ],
  ["republishing nonsense", { republish: { src: "S.*", dest: "b.{{wildcard(2)}}" } }, "republish", "the source has 1"],
];

/** Streams that the server would take, and turn into something else: drift at every run, for ever. */
export const neverEqualStreams: BadCase[] = [
  ["reserved metadata", { metadata: { "_nats.ver": "x" } }, "metadata", "_nats.ver: names starting with"],
  [
    "the owner in its metadata",
    { metadata: { "jetstream-ensure.topology": "x" } },
    "metadata",
    "names the topology that owns a resource: leave it out",
  ],
  ["no window at all", { duplicateWindow: "0s" }, "duplicateWindow", "cannot be turned off"],
  ["an empty list of subjects", { subjects: [] }, "subjects", 'leave it out for "S"'],
  ["0 messages", { maxMsgs: 0 }, "maxMsgs", 'write "unlimited" if that is meant'],
  ["0 bytes", { maxBytes: 0 }, "maxBytes", 'write "unlimited"'],
  ["messages of 0 bytes", { maxMsgSize: "0B" }, "maxMsgSize", 'write "unlimited"'],
  ["messages of 2GiB", { maxMsgSize: "2GiB" }, "maxMsgSize", "more than the server can hold"],
  [
    "counters with markers",
    { allowMsgCounter: true, subjectDeleteMarkerTtl: "1m" },
    "allowMsgCounter",
    "cannot have subjectDeleteMarkerTtl",
  ],
  [
    "markers that may not purge",
    { subjectDeleteMarkerTtl: "1m", denyPurge: true },
    "denyPurge",
    "cannot be true beside subjectDeleteMarkerTtl",
  ],
  ["sealed, with an age", { sealed: true, maxAge: "1d" }, "maxAge", 'Beside sealed the server makes it "unlimited"'],
  ["sealed, discarding old", { sealed: true, discard: "old" }, "discard", 'makes it "new"'],
  ["sealed, with deletes", { sealed: true, denyDelete: false }, "denyDelete", "makes it true"],
  ["sealed, with purges", { sealed: true, denyPurge: false }, "denyPurge", "makes it true"],
  ["sealed, with roll-ups", { sealed: true, allowRollupHdrs: true }, "allowRollupHdrs", "makes it false"],
];

/** What looks much like the above and is fine. */
export const acceptedStreams: [string, Fields][] = [
  ["nothing but a name", {}],
  ["markers without TTLs", { subjectDeleteMarkerTtl: "1m", allowMsgTtl: false }],
  ["schedules without roll-ups", { allowMsgSchedules: true, allowRollupHdrs: false }],
  ["an age below the default window of 2m", { maxAge: "1m" }],
  ["a window as long as the age", { maxAge: "2m", duplicateWindow: "2m" }],
  ["per subject with its limits", { discardNewPerSubject: true, discard: "new", maxMsgsPerSubject: 1 }],
  ["every subject, not acknowledged", { subjects: [">"], noAck: true }],
  ["the API's events", { subjects: ["$JS.EVENT.>"] }],
  ["the account's events", { subjects: ["$SYS.ACCOUNT.*.CONNECT"] }],
  ["limits lifted", { maxMsgs: -1, maxBytes: "unlimited", maxAge: "unlimited", maxMsgsPerSubject: "unlimited" }],
  ["republishing elsewhere", { subjects: ["a.>"], republish: { src: "a.>", dest: "copy.>" } }],
  [
    "republishing what its transform made",
    { subjects: ["a.>"], subjectTransform: { src: "a.>", dest: "b.>" }, republish: { src: ">", dest: ">" } },
  ],
  ["a mirror with a filter", { mirror: { name: "B", filterSubject: "a.>", optStartSeq: 7 }, mirrorDirect: true }],
  [
    "two parts of one source",
    {
      sources: [
        { name: "B", filterSubject: "a" },
        { name: "B", filterSubject: "b" },
      ],
    },
  ],
  ["subjects beside sources", { subjects: ["a"], sources: [{ name: "B" }] }],
  [
    "markers with what they need",
    { subjectDeleteMarkerTtl: "1s", allowMsgTtl: true, allowRollupHdrs: true, denyPurge: false },
  ],
  ["markers beside roll-ups that the server turns on", { subjectDeleteMarkerTtl: "1m", allowRollupHdrs: false }],
  ["schedules", { allowMsgSchedules: true }],
  ["async with its limits", { persistMode: "async", storage: "file", numReplicas: 1 }],
];
