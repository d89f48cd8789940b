import { expect } from "vitest";
import { readAccount } from "../../../lib/export/account.ts";
import { type Exported, exportTopology } from "../../../lib/export/export.ts";
import { jetStreamApi } from "../../../lib/jetstream/api.ts";
import { connectBroker } from "../../../lib/jetstream/connect.ts";
import { serverFacts } from "../../../lib/jetstream/server.ts";
import type { Result } from "../../../lib/report/result.ts";
import { runOn } from "../../support/run.ts";

/** What the broker has, as the command line exports it. */
export async function exportOf(server: { url: string }): Promise<Exported> {
  const connection = await connectBroker({ servers: [server.url] });
  try {
    const api = jetStreamApi(connection);
    const facts = serverFacts(connection, await api.accountInfo());
    const exported = exportTopology(await readAccount(api), { name: "exported", server: facts });
    expect(api.requests.write).toBe(0);
    return exported;
  } finally {
    await connection.close();
  }
}

/** A plan of the exported topology on the broker it came from: no difference, nothing undeclared, nothing unmanaged. */
export async function expectNothingToDo(server: { url: string }, { topology }: Exported): Promise<Result> {
  const planned = await runOn(server, topology, { mode: "plan" });
  const notAsLive = planned.resources.filter(
    ({ outcome, differences, undeclared }) =>
      outcome !== "unchanged" || differences.length > 0 || undeclared.length > 0,
  );
  expect(notAsLive).toEqual([]);
  expect(planned.unmanaged).toEqual([]);
  expect(planned.requests.write).toBe(0);
  return planned;
}
