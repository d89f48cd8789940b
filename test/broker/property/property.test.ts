import fc from "fast-check";
import type { NatsConnection } from "nats";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eachVersion, startServer, type TestServer } from "../../support/nats-server.ts";
import { SEED } from "../../support/property-seed.ts";
import { newest } from "../../support/versions.ts";
import { pairs, unique } from "./pair.ts";
import { type Expected, tryPairs } from "./properties.ts";
import { messagesIn } from "./world.ts";

/** Together more than 2000; the server's part takes the time. */
const PAIRS = { newest: 1300, older: 360 };

/** They share a topology and a run. */
const BATCH = 100;

/** Batches tried again to find the smallest that fails. */
const SHRINKS = 60;

eachVersion(`pairs of live and declared, seed ${SEED}`, (version) => {
  const wanted = version === newest ? PAIRS.newest : PAIRS.older;
  const expected: Expected[] = [];
  let server: TestServer;
  let nc: NatsConnection;

  beforeAll(async () => {
    server = await startServer(version);
    nc = await server.connect();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("a plan is what ensure does, then empty but for what is held; nothing is lost beyond it; exact is the defaults", {
    timeout: 300_000,
  }, async () => {
    let [batches, tried, refused, failed] = [0, 0, 0, 0];
    const some = fc.noBias(fc.array(pairs(version), { minLength: 1, maxLength: BATCH, size: "max" }));

    await fc.assert(
      fc.asyncProperty(some, fc.boolean(), async (batch, approving) => {
        if (tried >= wanted || failed > SHRINKS) return;
        batches += 1;
        const named = batch.map((pair, at) => unique(pair, `P${batches}x${at}x`));
        const trial = await tryPairs(server.url, nc, named, approving);
        tried += trial.tried;
        refused += trial.refused.length;
        if (trial.broken.length > 0) {
          failed += 1;
          throw new Error(trial.broken.join("\n"));
        }
        expected.push(...trial.expected);
      }),
      { numRuns: Math.ceil((wanted / BATCH) * 5) },
    );

    expect(tried).toBeGreaterThanOrEqual(wanted);
    // What the server does not take as live says nothing of this project; it must be the exception.
    expect(refused).toBeLessThan(tried / 10);
  });

  it("nor is anything lost at the next restart", { timeout: 120_000 }, async () => {
    const stored = expected.filter(({ pair }) => pair.live.stream.storage !== "memory");
    expect(stored.length).toBeGreaterThan(wanted / 2);

    await server.restart();

    const left = await messagesIn(
      await server.connect(),
      stored.map(({ pair }) => pair),
    );
    const broken = stored.flatMap(({ pair, messages, mayLose, exactly }, at) => {
      const lost = messages - (left[at] ?? -1);
      if (lost <= mayLose && left[at] !== -1 && (!exactly || lost === mayLose)) return [];
      const may = `${exactly ? "just" : "at most"} ${mayLose} may be lost`;
      return [`${pair.id}: ${messages} messages, then ${left[at]}, and ${may}\n${JSON.stringify(pair)}`];
    });
    expect(broken.join("\n")).toBe("");
  });
});
