import { expect, it } from "vitest";
import { run } from "../../../lib/ensure/run.ts";
import type { Result } from "../../../lib/report/result.ts";
import { covers } from "../../../lib/subjects/subjects.ts";
import { resolveTopology } from "../../../lib/topology/index.ts";
import { FakeBroker, type FakeRequest, type Trouble } from "../../support/fake-broker.ts";
import { HANDOVERS, type HandoverCase } from "../../support/handovers.ts";
import { resourceLines } from "../../support/resource-lines.ts";

/*
 * What a run says of a handover of subjects that broke, by what broke it. After an intended change `npx vitest run
 * --project unit -u handover-reports` writes the file anew; read the difference as the user who gets that report.
 */

const TROUBLES: Record<string, Trouble> = {
  refused: { code: 10052, description: "no good" },
  denied: "denied",
  unanswered: "silence",
  "carried out and unanswered": "lost",
};

/** What meets the trouble: one write of the run, or each write of one stream. */
interface Broken {
  what: string;
  meets(request: FakeRequest, nth: number): boolean;
}

function brokenWrites({ writes }: HandoverCase): Broken[] {
  const names = [...new Set(writes.map((verb) => verb.split(".")[1]))];
  return [
    ...writes.map((verb, at) => ({
      what: `write ${at + 1} (${verb})`,
      meets: (_: unknown, nth: number) => nth === at + 1,
    })),
    ...names.map((name) => ({
      what: `each write of ${name}`,
      meets: ({ verb }: FakeRequest) => verb.split(".")[2] === name,
    })),
  ];
}

function brokerOf({ live }: HandoverCase): FakeBroker {
  const broker = new FakeBroker();
  for (const config of live) broker.add(config);
  return broker;
}

function ensure(broker: FakeBroker, { topology }: HandoverCase): Promise<Result> {
  // Each stream has another change too, which is applied whatever becomes of the subjects.
  const streams = (topology.streams ?? []).map((stream) => ({ ...stream, description: "new" }));
  const connect = async () => {
    broker.closed = false;
    return broker.connection();
  };
  const resolved = resolveTopology({ ...topology, streams });
  return run({ topology: resolved, connect, mode: "ensure", trigger: "test", api: { timeoutMs: 60 } });
}

const isStored = (broker: FakeBroker, subject: string) =>
  [...broker.streams.values()].some(({ config }) => config.subjects?.some((each) => covers(each, subject)));

it("a subject is always somebody's: what a run says of each handover that broke", { timeout: 120_000 }, async () => {
  const texts: string[] = [];
  for (const handover of HANDOVERS) {
    for (const { what, meets } of brokenWrites(handover)) {
      for (const [how, trouble] of Object.entries(TROUBLES)) {
        const broker = brokerOf(handover);
        let nth = 0;
        broker.troubles.push((request) => {
          if (!/^STREAM\.(CREATE|UPDATE)/.test(request.verb)) return undefined;
          nth += 1;
          return meets(request, nth) ? trouble : undefined;
        });
        const title = `${handover.title}: ${what} is ${how}`;
        const { resources } = await ensure(broker, handover);
        const subjects = [...broker.streams.values()].map(({ config }) => `${config.name} [${config.subjects}]`);
        texts.push([`## ${title}`, ...resources.flatMap(resourceLines), `live ${subjects.join(" ")}`].join("\n"));

        // What can be told at all is told: nobody is left who could store it.
        const lost = handover.subjects.filter((subject) => !isStored(broker, subject));
        const told = resources.some(({ error }) => error?.message.startsWith("NO STREAM MAY STORE"));
        expect(lost.length === 0 || told, `${title}: ${lost}`).toBe(true);

        broker.troubles = [];
        expect((await ensure(broker, handover)).converged, title).toBe(true);
        expect(
          handover.subjects.filter((subject) => !isStored(broker, subject)),
          title,
        ).toEqual([]);
      }
    }
  }

  await expect(`${texts.join("\n\n")}\n`).toMatchFileSnapshot("golden/handovers.txt");
});
