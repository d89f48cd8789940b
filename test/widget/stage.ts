import { startLambda } from "../broker/function/invoke.ts";
import { startAwsEndpoint } from "../support/aws-endpoint.ts";
import { drifted, orders } from "../support/drifted-orders.ts";
import { withServer } from "../support/nats-server.ts";
import { newest } from "../support/versions.ts";
import { widgetContext } from "../support/widget-html.ts";
import { captureLines } from "../unit/ensure-function/captured-lines.ts";

/** An account with limits, whom everybody is who says nothing else. */
const ACCOUNT = `
  accounts { ORDERS {
    jetstream { max_file: ${2 * 1024 ** 3}, max_mem: ${1024 ** 3} }
    users: [{ user: "orders", password: "orders" }]
  } }
  no_auth_user: "orders"`;

/** What the function answers to a look: HTML, beside a broker that has drifted and a log with a run in it. */
export async function lookAtDrift(context: Record<string, unknown> = {}, description?: string): Promise<string> {
  return await withServer(newest, { config: ACCOUNT }, async (server) => {
    await drifted(await server.connect(), description);
    await using logs = await startAwsEndpoint(() => ({ events: [lastRun()] }));
    // A run's lines are for CloudWatch, and would stand among the test's.
    captureLines();
    await using lambda = await startLambda({
      topology: orders,
      servers: server.url,
      environment: { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url },
    });
    return (await lambda.invoke({ widgetContext: widgetContext(context) })) as unknown as string;
  });
}

function lastRun(): object {
  const summary = { unchanged: 7, created: 0, updated: 0, held: 0, failed: 0, unmanaged: 1 };
  const run = { event: "run", mode: "ensure", trigger: "schedule", converged: true, summary, broker: {} };
  return { timestamp: Date.now() - 4 * 60_000, message: JSON.stringify(run) };
}
