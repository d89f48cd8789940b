import { describe, expect, it } from "vitest";
import type {
  ClusterInfo,
  ConsumerInfo,
  PeerInfo,
  StreamInfo,
  StreamSourceInfo,
} from "../../../lib/jetstream/types.ts";
import { consumerSettling, streamSettling } from "../../../lib/observe/settling.ts";
import { EMPTY } from "./question.ts";

const SECOND = 1_000_000_000;

const reasons = (info: Partial<StreamInfo>, replicas = 3) =>
  streamSettling({ config: { name: "ORDERS", num_replicas: replicas }, created: "", state: EMPTY, ...info }).map(
    ({ reason }) => reason,
  );

const peer = (more: Partial<PeerInfo> = {}): PeerInfo => ({ name: "n2", current: true, active: SECOND, ...more });
const cluster = (...replicas: PeerInfo[]): ClusterInfo => ({ name: "east", leader: "n1", replicas });
const origin = (more: Partial<StreamSourceInfo> = {}): StreamSourceInfo => ({
  name: "SALES",
  lag: 0,
  active: SECOND,
  ...more,
});

describe("a stream is settling where", () => {
  it.each<[string, PeerInfo, string[]]>([
    ["never: a healthy replica", peer(), []],
    ["never: a busy replica is a little behind", peer({ current: false, lag: 999 }), []],
    ["a replica is far behind", peer({ current: false, lag: 1204 }), ["replica n2 is 1,204 operations behind"]],
    [
      "the first operation too many is missing",
      peer({ current: false, lag: 1000 }),
      ["replica n2 is 1,000 operations behind"],
    ],
    ["a replica is offline, which is current for a while still", peer({ offline: true }), ["replica n2 is offline"]],
    [
      "a replica is offline, and misses little",
      peer({ offline: true, current: false, lag: 1 }),
      ["replica n2 is offline, 1 operation behind"],
    ],
    [
      "a replica has not been heard from",
      peer({ current: false, active: 12 * SECOND }),
      ["replica n2 has not been heard from for 12 s"],
    ],
    [
      "a replica is no member yet",
      peer({ current: false, pending: true }),
      ["replica n2 is not a member of its group"],
    ],
  ])("%s", (_, member, expected) => {
    expect(reasons({ cluster: cluster(member, peer({ name: "n3" })) })).toEqual(expected);
  });

  it("a few large messages are missing", () => {
    const state = { ...EMPTY, messages: 100, bytes: 100 * 1024 ** 2 };
    const far = cluster(peer({ current: false, lag: 16 }), peer({ name: "n3", current: false, lag: 15 }));

    expect(reasons({ cluster: far, state })).toEqual(["replica n2 is 16 operations behind"]);
  });

  it("it has no leader, whatever servers before 2.12 say of its replicas then", () => {
    const leaderless = { name: "east", replicas: [peer({ name: "n1" }), peer(), peer({ name: "n3" })] };

    expect(reasons({ cluster: leaderless })).toEqual(["it has no leader yet"]);
  });

  it("it has fewer members than replicas", () => {
    expect(reasons({ cluster: cluster(peer()) })).toEqual(["2 of 3 replicas exist"]);
  });

  it("it has more members than replicas: it moves to other servers (before 2.15)", () => {
    expect(reasons({ cluster: cluster(peer()) }, 1)).toEqual(["2 servers have it, of which 1 will keep it"]);
  });

  it("the cluster says what it works towards (2.15)", () => {
    const desired = { origin: { replicas: 1 }, status: { description: "adding peer n3", type: "membership" } };
    const scaling = { ...cluster(peer({ current: false, pending: true })), desired };

    expect(reasons({ cluster: scaling })).toEqual([
      "the cluster is still reconfiguring it from 1 to 3 replicas: adding peer n3",
      "replica n2 is not a member of its group",
    ]);
  });

  it.each<[string, StreamSourceInfo, string[]]>([
    ["never: a busy origin is a little ahead", origin({ lag: 67 }), []],
    ["its origin is far ahead", origin({ lag: 5000 }), ["mirror of SALES: 5,000 messages behind"]],
    [
      "its origin does not exist",
      origin({ active: -1, error: { err_code: 10059, description: "stream not found" } }),
      ["mirror of SALES: stream not found (10059)"],
    ],
    ["its origin never answered", origin({ active: -1 }), ["mirror of SALES: nothing has been heard from it yet"]],
    [
      "its origin is silent",
      origin({ active: 90 * SECOND }),
      ["mirror of SALES: nothing has been heard from it for 90 s"],
    ],
  ])("it is a mirror and %s", (_, mirror, expected) => {
    expect(reasons({ mirror }, 1)).toEqual(expected);
    const asSource = expected.map((reason) => reason.replace("mirror", "source"));
    expect(reasons({ sources: [origin({ name: "HEALTHY" }), mirror] }, 1)).toEqual(asSource);
  });

  it("it was just created, and the answer of 2.9 says nothing of its mirror yet", () => {
    const config = { name: "ORDERS", mirror: { name: "SALES" } };
    expect(reasons({ config }, 1)).toEqual(["mirror of SALES: nothing has been heard from it yet"]);
  });

  it("never: the server is not clustered, with a leader and no name (2.10 and newer)", () => {
    expect(reasons({ cluster: { leader: "NBA3" } })).toEqual([]);
    expect(reasons({}, 3)).toEqual([]);
  });
});

it("a consumer is settling where a replica of it is offline, and has as many as its stream where it does not say", () => {
  const info = (group: ClusterInfo): ConsumerInfo => ({
    stream_name: "ORDERS",
    name: "billing",
    config: { num_replicas: 0 },
    cluster: group,
  });

  expect(consumerSettling(info(cluster()))).toEqual([]);
  expect(consumerSettling(info(cluster(peer({ offline: true }))))).toEqual([
    { what: "replica", name: "n2", reason: "replica n2 is offline" },
  ]);
});

it("an error that the server reports of a mirror is told apart, so that nobody waits for it to pass", () => {
  const mirror = origin({ active: -1, error: { err_code: 10059, description: "stream not found" } });

  expect(streamSettling({ config: { name: "COPY" }, created: "", state: EMPTY, mirror })).toEqual([
    {
      what: "mirror",
      name: "SALES",
      error: "stream not found (10059)",
      reason: "mirror of SALES: stream not found (10059)",
    },
  ]);
});
