import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { api } from "../../support/raw.ts";
import { counted } from "../function.ts";
import type { Check } from "../witness.ts";
import { SCHEDULE } from "./first-deployment.ts";

/** Two intervals, and what the emulator's clock may be late. */
const FIRED_WITHIN_MS = 150_000;

export const scheduled: Check = {
  name: "The schedule fires by itself and mends a drift made meanwhile",
  async run({ broker, logs }, { expect, see }) {
    const { nc, hand, counts } = broker;
    const maxBytes = async () => Number((await api(nc, "STREAM.INFO.RESULTS")).config.max_bytes);
    await hand.edit("RESULTS", { max_bytes: 1024 ** 3 });
    await counts.forget();
    const began = new Date();
    see(
      `Drift, by the raw API: max_bytes of RESULTS is ${await maxBytes()}. Nobody invokes anything; ${SCHEDULE} it is.`,
    );
    const end = performance.now() + FIRED_WITHIN_MS;
    while ((await maxBytes()) !== 2 * 1024 ** 3 && performance.now() < end) await sleep(500);
    const waited = (Date.now() - began.getTime()) / 1000;
    expect(
      "it is what is declared again",
      (await maxBytes()) === 2 * 1024 ** 3,
      `${await maxBytes()}, after ${waited.toFixed(0)} s`,
    );
    const run = await (await logs()).awaitRun("schedule", began, 5000);
    const [line] = run?.resources ?? [];
    const difference = line?.differences?.[0];
    const isSo = run?.summary.updated === 1 && difference?.live === "1GiB" && difference.declared === "2GiB";
    expect("the schedule's run did it", isSo, run && `trigger ${run.trigger}: ${counted(run)}; log: ${line?.message}`);
    const writes = await counts.writes();
    expect("with one write", isDeepStrictEqual(writes, ["$JS.API.STREAM.UPDATE.RESULTS"]), writes.join(", "));
    return `${waited.toFixed(0)} s after the drift; log, trigger schedule: ${line?.message}`;
  },
};
