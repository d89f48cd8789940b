import { describe, expect, it } from "vitest";
import { run } from "../../../lib/ensure/run.ts";
import { resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import { covers } from "../../../lib/topology/subjects.ts";
import { FakeBroker, type Trouble } from "../../support/fake-broker.ts";

/** What streams have, and what they are declared to have. */
interface Handover {
  live: Record<string, string[]>;
  declared: Record<string, string[]>;
}

const HANDOVERS: Record<string, Handover> = {
  "a move to a stream that exists": {
    live: { OLD: ["kept", "moved"], NEW: ["own"] },
    declared: { NEW: ["own", "moved"], OLD: ["kept"] },
  },
  "a move to a stream yet to be created": {
    live: { OLD: ["kept", "moved.>"] },
    declared: { NEW: ["moved.>"], OLD: ["kept"] },
  },
  "a move to two streams": {
    live: { OLD: ["kept", "moved.*"] },
    declared: { OLD: ["kept"], ONE: ["moved.one"], TWO: ["moved.two"] },
  },
  "a swap": {
    live: { A: ["a", "S1"], B: ["b", "S2"] },
    declared: { A: ["a", "S2"], B: ["b", "S1"] },
  },
  "a chain of three": {
    live: { A: ["a", "S1"], B: ["b", "S2"], C: ["c"] },
    declared: { A: ["a"], B: ["b", "S1"], C: ["c", "S2"] },
  },
  "a circle of three": {
    live: { A: ["a", "S1"], B: ["b", "S2"], C: ["c", "S3"] },
    declared: { A: ["a", "S3"], B: ["b", "S1"], C: ["c", "S2"] },
  },
};

const TROUBLES: Record<string, Trouble> = {
  refused: { code: 10052, description: "stream configuration is refused" },
  denied: "denied",
  unanswered: "silence",
  "answered into the void": "lost",
  cut: "cut",
};

// A broker that breaks each connection at one stream's write is given up on after the second.
const LASTING = Object.entries(TROUBLES).filter(([name]) => name !== "cut");

describe.each(Object.entries(HANDOVERS))("a subject is always somebody's: %s", (_name, { live, declared }) => {
  const topology: Topology = {
    name: "t",
    streams: Object.entries(declared).map(([name, subjects]) => ({ name, subjects, description: "new" })),
  };
  const atBroker = () => {
    const broker = new FakeBroker();
    for (const [name, subjects] of Object.entries(live)) broker.add({ name, subjects });
    return broker;
  };
  const stored = (broker: FakeBroker) => [...broker.streams.values()].flatMap(({ config }) => config.subjects ?? []);
  // What a wide subject held beside the parts that move is given up by the declaration.
  const promised = Object.values(live)
    .flat()
    .flatMap((subject) => {
      const parts = Object.values(declared).flat();
      return parts.includes(subject) ? [subject] : parts.filter((part) => covers(subject, part));
    });
  const ensure = (broker: FakeBroker, deadline?: number) =>
    run({
      topology: resolveTopology(topology),
      connect: async () => {
        broker.closed = false;
        return broker.connection();
      },
      mode: "ensure",
      trigger: "manual",
      api: { timeoutMs: 20 },
      ...(deadline === undefined ? {} : { deadline }),
    });

  const expectNothingLost = async (broker: FakeBroker, deadline?: number) => {
    const result = await ensure(broker, deadline);
    for (const subject of promised) {
      expect(
        stored(broker).some((each) => covers(each, subject)),
        `${subject} is stored`,
      ).toBe(true);
    }
    for (const { id, outcome, differences } of result.resources) {
      const name = id.replace("stream/", "");
      const has = broker.streams.get(name)?.config.subjects;
      if (outcome === "updated" || outcome === "created")
        expect(has?.toSorted(), id).toEqual(declared[name]?.toSorted());
      const subjects = differences.find(({ field }) => field === "subjects");
      if (subjects?.outcome === "applied") expect(has?.toSorted(), id).toEqual(declared[name]?.toSorted());
    }
    broker.troubles = [];
    expect(await ensure(broker)).toMatchObject({ converged: true });
    for (const [name, subjects] of Object.entries(declared)) {
      expect(broker.stream(name).config.subjects?.toSorted()).toEqual(subjects.toSorted());
    }
  };

  const writes = async () => {
    const broker = atBroker();
    expect(await ensure(broker)).toMatchObject({ converged: true });
    return broker.writes.length;
  };

  describe.each(Object.entries(TROUBLES))("a write %s", (_, trouble) => {
    it("once, at each write in turn", async () => {
      for (let at = 1; at <= (await writes()); at += 1) {
        const broker = atBroker();
        let count = 0;
        broker.troubles.push(({ verb }) => {
          if (!/^STREAM\.(CREATE|UPDATE)/.test(verb)) return undefined;
          count += 1;
          return count === at ? trouble : undefined;
        });
        await expectNothingLost(broker);
      }
    });
  });

  it.each(LASTING)("every write of one stream %s, each stream in turn", async (_, trouble) => {
    for (const name of Object.keys(declared)) {
      const broker = atBroker();
      broker.troubles.push(({ verb }) =>
        verb === `STREAM.UPDATE.${name}` || verb === `STREAM.CREATE.${name}` ? trouble : undefined,
      );
      await expectNothingLost(broker);
    }
  });

  it("the time for writes ends after each write in turn", async () => {
    for (let at = 1; at <= (await writes()); at += 1) {
      const broker = atBroker();
      const deadline = Date.now() + 60_000;
      const now = Date.now;
      let [count, late] = [0, 0];
      broker.troubles.push(({ verb }) => {
        if (/^STREAM\.(CREATE|UPDATE)/.test(verb)) count += 1;
        // A second before the run's end: too late to write, and early enough to give back.
        if (count === at) late = 59_000;
        return undefined;
      });
      Date.now = () => now() + late;
      try {
        await expectNothingLost(broker, deadline);
      } finally {
        Date.now = now;
      }
    }
  });
});
