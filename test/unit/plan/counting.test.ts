import { expect, it } from "vitest";
import type { StreamConfig } from "../../../lib/jetstream/types.ts";
import { countingOf } from "../../../lib/plan/preflight/quota/counting.ts";

const stream = (max_bytes: number | undefined, num_replicas: number): StreamConfig => ({
  name: "S",
  num_replicas,
  ...(max_bytes === undefined ? {} : { max_bytes }),
});

/** What a server counts: another stream of 100 seen by one of 5 replicas, an update from 200 to 300, creates. */
function counted(version: string, cluster: string | null, isTiered: boolean): string {
  const counting = countingOf({ version, apiLevel: null, cluster }, isTiered);
  const [small, large] = [stream(200, 2), stream(300, 3)];
  return [
    `other ${counting.other(stream(100, 3), 5)} ${counting.other(stream(undefined, 3), 5)}`,
    `before ${counting.before(small, large)} ${counting.before(large, small)} ${counting.before(stream(undefined, 3), large)}`,
    `update ${counting.adds(large, small)} ${counting.adds(small, large)} ${counting.adds(stream(200, 3), stream(undefined, 1))}`,
    `create ${counting.adds(large, undefined)} ${counting.adds(stream(undefined, 3), undefined)} ${counting.adds(stream(1, 1), undefined)}`,
    ...(counting.mixesStorages ? ["mixes"] : []),
  ].join(", ");
}

it("what a server counts of its storage, on both sides of each release that changed it", async () => {
  const releases = [
    "2.9.10",
    "2.10.7",
    "2.10.8",
    "2.11.14",
    "2.11.15",
    "2.12.4",
    "2.12.5",
    "2.12.8",
    "2.12.9",
    "2.13.0",
  ];
  const lines = [...releases, "2.14.0", "2.14.1", "2.15.2"].flatMap((version) =>
    [null, "c"].flatMap((cluster) =>
      [false, true].map((tiered) => {
        const where = `${cluster ? "clustered" : "alone"}${tiered ? ", tiered" : ""}`;
        return `${version} ${where}: ${counted(version, cluster, tiered)}`;
      }),
    ),
  );

  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/counting.txt");
});
