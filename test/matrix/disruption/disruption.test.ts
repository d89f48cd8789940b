import { describe, expect, it } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { startServer } from "../../support/nats-server.ts";
import { versions } from "../../support/versions.ts";
import { CONSUMER_DISRUPTIONS } from "./consumer-disruptions.ts";
import { type Disruption, impactOfRun } from "./disruption.ts";
import { SERVER_CONFIG, STREAM_DISRUPTIONS } from "./stream-disruptions.ts";

/*
 * What the plan calls disruptive does stop something. Each case does what it says stops: before the change, while the
 * change is held, and after it was allowed.
 */

const WITHIN_MS = 120_000;

describe.each(versions)("what a disruptive change stops, on nats-server %s", (version) => {
  const isKnown = ({ since = "2.9.0" }: Disruption) => isAtLeast({ version }, since);
  const cases = [...STREAM_DISRUPTIONS, ...CONSUMER_DISRUPTIONS].filter(isKnown);

  it.concurrent.each(cases)(
    "$kind, $field: $stops",
    async (disruption) => {
      await using server = await startServer(version, { config: SERVER_CONFIG });
      const place = { nc: await server.connect(), name: "S" };
      const works = await disruption.prepare(place);

      const seen = [await works()];
      const cautious = await impactOfRun(server, disruption, place, false);
      seen.push(await works());
      const allowed = await impactOfRun(server, disruption, place, true);
      if (disruption.atRestart?.(version)) await server.restart();
      seen.push(await works());

      expect({ cautious, allowed, seen }).toEqual({
        cautious: "disruptive, held",
        allowed: "disruptive, applied",
        seen: [true, true, false],
      });
    },
    WITHIN_MS,
  );
});
