import { OWNER_KEY } from "../owner.ts";
import type { Finding } from "./rule.ts";

const maxDescription = 4 * 1024;
const maxMetadata = 128 * 1024;
const bytes = (text: string) => new TextEncoder().encode(text).length;

/** The server's limits for what is there for people; the same for streams and consumers. */
export function* labelsFit({
  config: { description = "", metadata = {} },
}: {
  config: { description?: string; metadata?: Record<string, string> };
}): Generator<Finding<{ description?: string; metadata?: Record<string, string> }>> {
  if (bytes(description) > maxDescription) {
    yield {
      field: "description",
      message: `It has ${bytes(description)} bytes, and the server takes ${maxDescription}.`,
    };
  }
  const size = Object.entries(metadata).reduce((sum, [key, value]) => sum + bytes(key) + bytes(value), 0);
  if (size > maxMetadata) {
    yield {
      field: "metadata",
      message: `Its names and values have ${size} bytes, and the server takes ${maxMetadata}.`,
    };
  }
  const reserved = Object.keys(metadata).filter((key) => key.startsWith("_nats."));
  if (reserved.length > 0) {
    const message = `${reserved.join(", ")}: names starting with "_nats." belong to the server, which overwrites them.`;
    yield { field: "metadata", message };
  }
  if (OWNER_KEY in metadata) {
    yield { field: "metadata", message: `"${OWNER_KEY}" names the topology that owns a resource: leave it out.` };
  }
}
