import { bucketPage } from "./fields/bucket-page.ts";
import { fieldsPage } from "./fields/fields-page.ts";
import { topologyPage } from "./fields/topology-page.ts";
import { indexPage } from "./index-page.ts";
import { cliPage } from "./topics/cli-page.ts";
import { errorsPage } from "./topics/errors-page.ts";
import { eventSchema, eventsPage } from "./topics/events-page.ts";
import { logKeysPage } from "./topics/log-keys-page.ts";
import { metricsPage } from "./topics/metrics-page.ts";
import { resultSchema, resultsPage } from "./topics/results-page.ts";
import { settingsPage } from "./topics/settings-page.ts";

const TOPICS: Readonly<Record<string, () => string>> = {
  "docs/reference/fields-topology.md": topologyPage,
  "docs/reference/fields-stream.md": () => fieldsPage("stream"),
  "docs/reference/fields-kv.md": () => bucketPage("kv"),
  "docs/reference/fields-object.md": () => bucketPage("object"),
  "docs/reference/fields-consumer.md": () => fieldsPage("consumer"),
  "docs/reference/events.md": eventsPage,
  "docs/reference/results.md": resultsPage,
  "docs/reference/errors.md": errorsPage,
  "docs/reference/metrics.md": metricsPage,
  "docs/reference/log-keys.md": logKeysPage,
  "docs/reference/settings.md": settingsPage,
  "docs/reference/cli.md": cliPage,
};

/** Each text is made once: asking every row takes seconds. */
function memoized(write: () => string): () => string {
  let text: string | undefined;
  return () => {
    text ??= write();
    return text;
  };
}

const WRITTEN = Object.fromEntries(Object.entries(TOPICS).map(([path, write]) => [path, memoized(write)]));

const json = (schema: object) => `${JSON.stringify(schema, null, 2)}\n`;

/** The JSON Schemas that the package exports. */
const SCHEMAS: Readonly<Record<string, () => string>> = {
  "functions/ensure/event/event.schema.json": () => json(eventSchema()),
  "lib/report/result.schema.json": () => json(resultSchema()),
};

/** Every page of docs/reference and every schema by its path, with what writes it. */
export const PAGES: Readonly<Record<string, () => string>> = {
  ...SCHEMAS,
  "docs/reference/README.md": () => indexPage(WRITTEN),
  ...WRITTEN,
};
