import { expect, it } from "vitest";
import { eachVersion, startTestCluster } from "../../support/nats-server.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";

const sentence =
  "The server answered: no suitable peers for placement (10005). Declare fewer replicas or another placement, or add servers.";

/** No answer that an account gets tells how many servers a cluster has, so a plan cannot know. */
eachVersion("more replicas than the cluster has servers", (version) => {
  it("are refused by the server, and the report explains that and makes the rest", { timeout: 120_000 }, async () => {
    await using cluster = await startTestCluster({ version });
    const server = { url: cluster.urls[0] ?? "" };
    await runOn(server, { name: "shop", streams: [{ name: "GROWS" }] });
    const streams = [
      { name: "GROWS", description: "more", numReplicas: 5 },
      { name: "NEW", numReplicas: 5 },
      { name: "FITS", numReplicas: 1 },
    ];

    const run = await runOn(server, { name: "shop", streams });

    expect(reported(run, "stream/FITS").error).toBeUndefined();
    expect(run.summary).toMatchObject({ created: 1, held: 1, failed: 1 });
    expect(differencesOf(run, "stream/GROWS")).toEqual([
      'description: "" → "more", safe, applied',
      "numReplicas: 1 → 5, safe, held",
    ]);
    expect(reported(run, "stream/GROWS").error).toEqual({ class: "limits", code: 10005, message: sentence });
    expect(reported(run, "stream/NEW").error).toMatchObject({ class: "limits", code: 10005 });
    expect(reported(run, "stream/NEW").error?.message).toContain(sentence);
  });
});
