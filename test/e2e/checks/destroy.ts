import { isDeepStrictEqual } from "node:util";
import { requestsOf } from "../../../functions/local/api-counts.ts";
import { logsOf } from "../logs.ts";
import { storedMessages, streamNames } from "../messages.ts";
import type { Check } from "../witness.ts";

export const destroyed: Check = {
  name: "cdk destroy leaves every stream, bucket, object store and message where it is",
  async run({ stack, broker, stored }, { expect }) {
    const before = await streamNames(broker.nc);
    const group = await stack.output("LogGroupName");
    const requests = await requestsOf(broker.server);
    const { code, status, seconds } = await stack.destroy();
    expect("cdk destroy", code === 0 && status === "DELETE_COMPLETE", `${status} after ${seconds.toFixed(1)} s`);
    const asked = (await requestsOf(broker.server)) - requests;
    expect("the broker was not asked for anything meanwhile", asked === 0, `${asked} API requests`);
    const after = await streamNames(broker.nc);
    expect(
      "all streams are there: the 22, and the one that was added",
      after.length === 23 && isDeepStrictEqual(after, before),
      `${after.length}`,
    );
    const now = await storedMessages(broker.nc);
    const isSame = stored !== undefined && stored.count > 0 && isDeepStrictEqual(now, stored);
    expect(
      "each message of the beginning is there, byte by byte",
      isSame,
      `${now.count} messages, ${now.digest.slice(0, 12)}…`,
    );
    const { length } = await logsOf(group).text();
    expect("the function's log, which is the history of drift, stays too", length > 0, `${length} lines in ${group}`);
    return `${status}; ${after.length} streams, ${now.count} of ${stored?.count} messages, ${asked} requests`;
  },
};
