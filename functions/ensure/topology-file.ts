import { readFile } from "node:fs/promises";
import { messageOf } from "../../lib/jetstream/errors/broker-error.ts";
import type { ResolvedTopology } from "../../lib/topology/resolve/resolved.ts";
import { readResolved } from "../../lib/topology/resolve/resolved-json.ts";
import { PlainError } from "./plain-error.ts";

/** The function cannot read the resolved topology: the file is missing or invalid. */
export class TopologyFileError extends PlainError {
  override readonly name = "TopologyFileError";
  readonly class = "config";
}

/**
 * Reads the topology, which the construct validated and resolved at synth.
 *
 * @throws TopologyFileError
 */
export async function readTopologyFile(path: string): Promise<ResolvedTopology> {
  try {
    return readResolved(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new TopologyFileError(
      `The topology cannot be read from ${path}: ${messageOf(cause).replace(/\.$/, "")}. A deployment puts it beside ` +
        "the function's code as topology.json; TOPOLOGY_FILE names another place.",
      { cause },
    );
  }
}
