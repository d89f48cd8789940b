import { expect, it } from "vitest";
import { waitForSettling } from "../../../lib/ensure/result/wait-for-settling.ts";
import type { JetStreamApi } from "../../../lib/jetstream/api.ts";
import { infoMemory } from "../../../lib/jetstream/latest-info.ts";
import type { StreamInfo } from "../../../lib/jetstream/types.ts";
import { resolveTopology } from "../../../lib/topology/index.ts";
import { EMPTY } from "../plan/question.ts";

const config = { name: "ORDERS", num_replicas: 3 };
const about = { config, created: "", state: EMPTY };
const members = ["n2", "n3"].map((name) => ({ name, current: true, active: 1 }));
const leaderless: StreamInfo = { ...about, cluster: { name: "east", replicas: members } };
const settled: StreamInfo = { ...about, cluster: { name: "east", leader: "n1", replicas: members } };
const failing: StreamInfo = {
  ...about,
  mirror: { name: "SALES", lag: 0, active: -1, error: { err_code: 10059, description: "stream not found" } },
};

/** Waits after a create that was answered with the first of these; each later look is answered with the next. */
async function looksAfterCreate(answers: StreamInfo[], deadline?: number) {
  let looks = 0;
  const answer = async () => answers[Math.min(looks, answers.length - 1)] as StreamInfo;
  const { remember, latest } = infoMemory();
  const api = remember({
    createStream: answer,
    streamInfo: () => {
      looks += 1;
      return answer();
    },
  } as unknown as JetStreamApi);
  await api.createStream(config);
  const { resources } = resolveTopology({ name: "t", streams: [{ name: "ORDERS" }] });
  await waitForSettling(api, resources, latest, deadline);
  return { looks, leader: latest.stream("ORDERS")?.cluster?.leader };
}

it("a run asks nothing more where the answer to a write shows it settled", async () => {
  expect(await looksAfterCreate([settled])).toEqual({ looks: 0, leader: "n1" });
});

it("a run looks again until what it wrote has settled", async () => {
  expect(await looksAfterCreate([leaderless, leaderless, settled])).toEqual({ looks: 2, leader: "n1" });
});

it("a run does not look for ever", async () => {
  expect(await looksAfterCreate([leaderless])).toEqual({ looks: 4, leader: undefined });
});

it("a run does not wait for an error to pass, nor beyond its deadline", async () => {
  expect(await looksAfterCreate([failing])).toMatchObject({ looks: 0 });
  expect(await looksAfterCreate([leaderless], Date.now() + 50)).toMatchObject({ looks: 0 });
});
