import { bucketPage } from "./fields/bucket-page.ts";
import { fieldsPage } from "./fields/fields-page.ts";
import { topologyPage } from "./fields/topology-page.ts";
import { indexPage } from "./index-page.ts";

const TOPICS: Readonly<Record<string, () => string>> = {
  "docs/reference/fields-topology.md": topologyPage,
  "docs/reference/fields-stream.md": () => fieldsPage("stream"),
  "docs/reference/fields-kv.md": () => bucketPage("kv"),
  "docs/reference/fields-object.md": () => bucketPage("object"),
  "docs/reference/fields-consumer.md": () => fieldsPage("consumer"),
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

/** Every page of docs/reference by its path, with what writes it. */
export const PAGES: Readonly<Record<string, () => string>> = {
  "docs/reference/README.md": () => indexPage(WRITTEN),
  ...WRITTEN,
};
