import { expect, it } from "vitest";
import { run } from "../../../lib/ensure/run.ts";
import { resolveTopology } from "../../../lib/topology/index.ts";
import { FakeBroker, type Trouble } from "../../support/fake-broker.ts";

/** Creates a stream on a server that stores another age than it was asked for, and then answers nothing but this. */
async function createdWithAnotherAge(afterwards: Trouble | undefined) {
  const broker = new FakeBroker();
  broker.stores = (config) => ({ ...config, max_age: 7_000_000_000 });
  let isWritten = false;
  broker.troubles.push(({ verb }) => {
    isWritten ||= verb === "STREAM.CREATE.S";
    return verb === "STREAM.INFO.S" && isWritten ? afterwards : undefined;
  });
  const result = await run({
    topology: resolveTopology({ name: "t", streams: [{ name: "S", subjects: ["s"], maxAge: "5s" }] }),
    connect: async () => broker.connection(),
    mode: "ensure",
    trigger: "test",
  });
  expect(broker.requests.filter((verb) => verb === "STREAM.INFO.S")).toHaveLength(2);
  return result;
}

it.each<[string, Trouble | undefined]>([
  ["as it was answered", undefined],
  ["by nobody: the answer counts", "denied"],
])("what was not stored as asked is looked at once more, and told %s", async (_, afterwards) => {
  const { resources } = await createdWithAnotherAge(afterwards);

  expect(resources).toMatchObject([
    { id: "stream/S", outcome: "held", differences: [{ field: "maxAge", live: "7s" }] },
  ]);
});
