import { isDeepStrictEqual } from "node:util";
import { eventsOf } from "../../../cdk/observability/test-events.ts";
import { resolveTopology } from "../../../lib/topology/index.ts";
import { counted } from "../function.ts";
import { changed } from "../topologies.ts";
import type { Check } from "../witness.ts";

/** As the stack writes them for the console's Test button. */
export const events = eventsOf(resolveTopology(changed));

const MIB = 1024 ** 2;

export const plan: Check = {
  name: "Test event plan: finds what somebody changed, and writes nothing",
  async run({ broker, fn }, { expect, see }) {
    await broker.hand.edit("INVENTORY", { max_bytes: 512 * MIB });
    await broker.hand.edit("NOTIFICATIONS", { max_bytes: 256 * MIB });
    await broker.counts.forget();
    see(`Drift in INVENTORY and NOTIFICATIONS. The event: ${JSON.stringify(events.plan)}`);
    const result = await (await fn()).run(events.plan);
    expect("the answer", counted(result) === "unchanged 21, toUpdate 2", `${counted(result)}, plan ${result.planId}`);
    const writes = await broker.counts.writes();
    expect("the broker counted no write", writes.length === 0, writes.join(", ") || "0");
    return `${counted(result)}; 0 writes`;
  },
};

export const oneResource: Check = {
  name: "Test event one-resource: looks at that one alone",
  async run({ broker, fn }, { expect, see }) {
    await broker.counts.forget();
    see(`The event: ${JSON.stringify(events["one-resource"])}`);
    const { resources, summary } = await (await fn()).run(events["one-resource"]);
    const told = resources.map(({ id, outcome, differences: [first] }) => {
      return `${id} ${outcome}: ${first?.field} ${first?.live} → ${first?.declared}`;
    });
    const expected = ["stream/INVENTORY toUpdate: maxBytes 512MiB → 1GiB"];
    expect("the answer", isDeepStrictEqual(told, expected), told.join("; "));
    expect("of no other resource a word", summary.unchanged + (summary.toUpdate ?? 0) === 1, counted({ summary }));
    expect("the broker counted no write", (await broker.counts.writes()).length === 0);
    return told.join("; ");
  },
};

export const ensure: Check = {
  name: "Test event ensure: mends it; once more, and nothing is written",
  async run({ broker, fn }, { expect, see }) {
    await broker.counts.forget();
    see(`The event: ${JSON.stringify(events.ensure)}`);
    const result = await (await fn()).run(events.ensure);
    expect("the answer", counted(result) === "unchanged 21, updated 2" && result.converged, counted(result));
    const writes = await broker.counts.writes();
    const expected = ["INVENTORY", "NOTIFICATIONS"].map((name) => `$JS.API.STREAM.UPDATE.${name}`);
    expect("the broker counted two writes", isDeepStrictEqual(writes.toSorted(), expected), writes.join(", "));
    await broker.counts.forget();
    const again = await (await fn()).run(events.ensure);
    const { length } = await broker.counts.writes();
    expect("once more", counted(again) === "unchanged 23" && length === 0, `${counted(again)}, ${length} writes`);
    return `${counted(result)}, 2 writes; then ${counted(again)}, 0 writes`;
  },
};

/** Revisions of one job that the declared history has no room for. */
const [REVISIONS, DECLARED] = [8, 5];

export const approve: Check = {
  name: "Test event approve: what would lose messages waits for an approval of that very plan",
  async run({ broker, fn }, { expect, see }) {
    const { hand, counts } = broker;
    const deployed = await fn();
    const stored = async () => (await hand.stored("KV_jobs"))[0];
    await hand.edit("KV_jobs", { max_msgs_per_subject: 100 });
    for (let i = 1; i <= REVISIONS; i++) await hand.putKey("jobs", "nightly", `revision ${i}`);
    await counts.forget();
    see(`Somebody gave bucket jobs a history of 100, and a job has ${REVISIONS} revisions; ${DECLARED} are declared.`);

    const ensured = await deployed.run(events.ensure);
    const held = ensured.resources.find(({ id }) => id === "kv/jobs")?.differences[0];
    const atStake = `${held?.forecast?.messages} messages, ${held?.forecast?.certainty}`;
    expect(
      "ensure holds it",
      counted(ensured) === "unchanged 22, held 1" && atStake === "3 messages, exact",
      `${held?.field} ${held?.live} → ${held?.declared}, ${held?.impact}: ${atStake}`,
    );
    const asItIs = await deployed.invoke(events.approve);
    expect(
      "the event as the console lists it approves nothing",
      /^Nothing was done.*must be the id of a plan/.test(asItIs.failure ?? ""),
      asItIs.failure,
    );

    const { planId: stale } = await deployed.run(events.plan);
    await hand.putKey("jobs", "nightly", `revision ${REVISIONS + 1}`);
    see(`The plan ${stale} was read; then one revision more was stored.`);
    const late = await deployed.invoke({ ...events.approve, approve: stale });
    const { length: none } = await counts.writes();
    const refused =
      /^The plan \S+ was approved, but the broker or the topology has moved since, and nothing was changed\./;
    expect("approving it now is refused", refused.test(late.failure ?? ""), late.failure);
    expect(
      "and nothing is written",
      none === 0 && (await stored()) === REVISIONS + 1,
      `${await stored()} revisions, ${none} writes`,
    );

    const { planId } = await deployed.run(events.plan);
    const approved = await deployed.run({ ...events.approve, approve: planId });
    const writes = await counts.writes();
    expect(
      "approving the plan as it is now applies it",
      counted(approved) === "unchanged 22, updated 1",
      `plan ${planId}: ${counted(approved)}`,
    );
    expect("with one write", isDeepStrictEqual(writes, ["$JS.API.STREAM.UPDATE.KV_jobs"]), writes.join(", "));
    expect("which discards what was said", (await stored()) === DECLARED, `${await stored()} revisions are left`);
    return `stale: “${late.failure}”; then plan ${planId}: ${counted(approved)}`;
  },
};
