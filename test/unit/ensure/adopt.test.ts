import { describe, expect, it } from "vitest";
import { updateResource } from "../../../lib/ensure/write-resource.ts";
import type { JetStreamApi } from "../../../lib/jetstream/api.ts";
import { BrokerError } from "../../../lib/jetstream/errors/broker-error.ts";
import type { StreamConfig, StreamInfo } from "../../../lib/jetstream/types.ts";
import type { Action } from "../../../lib/plan/action.ts";
import { decide } from "../../../lib/plan/decide.ts";
import { STREAM_TABLE } from "../../../lib/plan/fields/tables.ts";
import { resolveTopology } from "../../../lib/topology/index.ts";
import { OWNER_KEY } from "../../../lib/topology/owner.ts";
import { NEWEST, question } from "../plan/question.ts";

const ownership = { topology: "shop", marks: true, adopts: true, takesOver: false };
const lost = new BrokerError("No answer.", { class: "unavailable", answerLost: true });
const refusal = new BrokerError("maximum age is odd", { class: "config", code: 10052 });

/** A broker with one stream, which handles each update as it is told to, the first one first. */
function broker(...handlers: ((config: StreamConfig, store: () => void) => void)[]) {
  let stored: StreamConfig = { name: "S", subjects: ["s"] };
  const sent: StreamConfig[] = [];
  const info = () => ({ config: stored }) as StreamInfo;
  const api = {
    streamInfo: async () => info(),
    updateStream: async (config: StreamConfig) => {
      sent.push(config);
      const store = () => {
        stored = config;
      };
      const handle = handlers.shift();
      if (handle) handle(config, store);
      else store();
      return info();
    },
  } as unknown as JetStreamApi;
  return { api, sent };
}

function adopting(enforced: Partial<StreamConfig>): Extract<Action, { does: "update" }> {
  const [resource] = resolveTopology({ name: "shop", streams: [{ name: "S", subjects: ["s"] }] }).resources;
  if (!resource) throw new Error("no resource");
  const asked = question({}, enforced, { ownership });
  return { resource, table: STREAM_TABLE, does: "update", decision: decide(STREAM_TABLE, asked), question: asked };
}

describe("an update that lays on the owner alone", () => {
  it("is sent again where its answer is lost and it was not carried out", async () => {
    const { api, sent } = broker(() => {
      throw lost;
    });

    const written = await updateResource(api, adopting({}), NEWEST);

    expect(sent.map(({ metadata }) => metadata)).toEqual([{ [OWNER_KEY]: "shop" }, { [OWNER_KEY]: "shop" }]);
    expect(written).toMatchObject({ applied: [{ field: "metadata" }], held: [] });
  });

  it("is not sent again where its answer is lost and it was carried out", async () => {
    const { api, sent } = broker((_config, store) => {
      store();
      throw lost;
    });

    const written = await updateResource(api, adopting({}), NEWEST);

    expect(sent).toHaveLength(1);
    expect(written).toMatchObject({ applied: [{ field: "metadata" }], held: [] });
  });

  it("is held where the server took it and left the metadata as they were", async () => {
    const { api } = broker(() => undefined);

    const written = await updateResource(api, adopting({}), NEWEST);

    expect(written).toMatchObject({ applied: [], held: [{ field: "metadata" }] });
  });
});

describe("an update that is refused as a whole, of a resource that is adopted", () => {
  it("is sent field by field, and the owner comes along with the first that is taken", async () => {
    const refuse = (config: StreamConfig, store: () => void) => {
      if (config.max_age) throw refusal;
      store();
    };
    const { api } = broker(refuse, refuse, refuse, refuse);

    const written = await updateResource(api, adopting({ description: "new", max_age: 600_000_000_000 }), NEWEST);

    expect(written.applied.map(({ field }) => field).sort()).toEqual(["description", "metadata"]);
    expect(written.held.map(({ field }) => field)).toEqual(["max_age"]);
  });
});
