import { expect, it } from "vitest";
import { eachVersion } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { isAsDeclared, runOn } from "../../support/run.ts";
import { sharedServer } from "../../support/shared-server.ts";
import { exportOf } from "./exported.ts";

const MINUTE = 60_000_000_000;
const DIRECT = { name: "DIRECT", subjects: ["d.>"], allow_direct: true };
const PLAIN = { name: "PLAIN", subjects: ["p.>"] };
const OUTSIDE = { name: "DIRECT", external: { api: "$JS.elsewhere.API", deliver: "" } };

/** Requests one after the other; a second one about the same stream is an update. A config without a name is of COPY. */
const MIRRORS: [string, object[]][] = [
  ["of an origin with direct reads", [DIRECT, { mirror: { name: "DIRECT" }, mirror_direct: true }]],
  ["of such an origin, without a word of direct reads", [DIRECT, { mirror: { name: "DIRECT" } }]],
  ["of an origin without direct reads", [PLAIN, { mirror: { name: "PLAIN" }, mirror_direct: true }]],
  [
    "of an origin that got direct reads later",
    [PLAIN, { mirror: { name: "PLAIN" } }, { ...PLAIN, allow_direct: true }],
  ],
  ["of an origin that lost them later", [DIRECT, { mirror: { name: "DIRECT" } }, { ...DIRECT, allow_direct: false }]],
  ["made before its origin", [{ mirror: { name: "PLAIN" }, mirror_direct: true }, PLAIN]],
  ["of a stream that is not there", [{ mirror: { name: "NOWHERE" }, mirror_direct: true }]],
  ["of a stream elsewhere", [{ mirror: OUTSIDE, mirror_direct: true }]],
  ["with a window, as Go clients make it", [PLAIN, { mirror: { name: "PLAIN" }, duplicate_window: 2 * MINUTE }]],
  [
    "with a window as short as its age",
    [PLAIN, { mirror: { name: "PLAIN" }, duplicate_window: MINUTE, max_age: MINUTE }],
  ],
  ["of a mirror", [DIRECT, { name: "FIRST", mirror: { name: "DIRECT" } }, { mirror: { name: "FIRST" } }]],
];

eachVersion("a mirror that is exported and ensured elsewhere", (version) => {
  const here = sharedServer(version);
  const elsewhere = sharedServer(version);

  it.each(MIRRORS)(
    "%s, differs in nothing on either broker, whatever mirrorDirect and duplicateWindow the server shows",
    async (_, configs) => {
      const made = new Set<string>();
      for (const config of configs) {
        const whole = { name: "COPY", ...config };
        await api(here.nc, `STREAM.${made.has(whole.name) ? "UPDATE" : "CREATE"}.${whole.name}`, whole);
        made.add(whole.name);
      }

      const { topology } = await exportOf(here);
      expect(await runOn(elsewhere, topology)).toMatchObject({ summary: { created: made.size, held: 0, failed: 0 } });

      for (const server of [here, elsewhere]) {
        for (const exact of [false, true]) {
          const plan = await runOn(server, { ...topology, exact }, { mode: "plan" });
          expect(plan.resources.flatMap(({ differences, undeclared }) => [...differences, ...undeclared])).toEqual([]);
          const run = await runOn(server, { ...topology, exact });
          expect([isAsDeclared(run), run.requests.write]).toEqual([true, 0]);
        }
      }
    },
  );
});
