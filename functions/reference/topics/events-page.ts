import { type JsonSchema, schemaOfInterface } from "../declarations/json-schema.ts";
import { commentAbove } from "../declarations/source-comments.ts";
import { page } from "../markdown.ts";
import { schemaTable } from "./results-page.ts";

const PATH = "functions/ensure/event/event-types.ts";

/** The function's own event has no keys but these; services add others to theirs. */
const OWN = "EnsureEvent";

const EVENTS: [name: string, title: string][] = [
  [OWN, "The function's own event"],
  ["ScheduledEvent", "EventBridge schedule"],
  ["ParameterStoreEvent", "Parameter Store change"],
  ["SecretLabelEvent", "Secrets Manager label"],
  ["CustomResourceEvent", "CloudFormation custom resource"],
  ["CodePipelineEvent", "CodePipeline job"],
  ["CodeDeployEvent", "CodeDeploy hook"],
  ["WidgetLookEvent", "Dashboard widget"],
];

/** The JSON Schema of every event that the function understands. */
export function eventSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Event",
    description: "What the jetstream-ensure function understands. Any other event is a plan.",
    anyOf: EVENTS.map(([name, title]) => ({ title, ...schemaOf(name) })),
  };
}

function schemaOf(name: string): JsonSchema {
  const schema = schemaOfInterface(PATH, name);
  return name === OWN ? schema : opened(schema);
}

/** The same, with any other keys beside those that are known. */
function opened(schema: JsonSchema): JsonSchema {
  const { additionalProperties: _, properties, ...rest } = schema;
  if (properties === undefined) return schema;
  const entries = Object.entries(properties as Record<string, JsonSchema>);
  return { ...rest, properties: Object.fromEntries(entries.map(([name, each]) => [name, opened(each)])) };
}

export function eventsPage(): string {
  return page(
    "# Events",
    "<!-- Written by `npm run -s reference` from functions/ensure/event/event-types.ts. -->",
    "What the function understands. Any other event is a plan, so pressing Test in the console changes nothing. An event with a wrong value is an error that names it. The package exports the JSON Schema: `jetstream-ensure/schema/event.json`.",
    ...EVENTS.flatMap(([name, title]) => [`## ${title}`, commentAbove(PATH, name), schemaTable(schemaOf(name))]),
  );
}
