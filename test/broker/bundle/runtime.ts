import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { lambdaContext } from "../../../functions/local/lambda/lambda-context.ts";

/** A process of its own, as Lambda's runtime is: loads an asset's handler, and invokes it with one event after another. */
const [asset = "", ...events] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(join(asset, "index.mjs")).href);
for (const event of events) process.send?.(await handler(JSON.parse(event), lambdaContext()));
process.disconnect();
