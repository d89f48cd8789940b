import { BrokerError } from "../jetstream/errors/broker-error.ts";
import { isAtLeast, type ServerFacts } from "../jetstream/server.ts";
import { OWNER_KEY, ownerOf } from "../topology/owner.ts";
import type { Policy, ResolvedTopology } from "../topology/resolve/resolved.ts";
import { safe, type Verdict } from "./fields/field.ts";
import type { Fields } from "./fields/tables.ts";

/** What a run may do about the topology's name in a resource's metadata. */
export interface Ownership {
  /** The name of this run's topology. */
  topology: string;
  /** Each write sets the topology's name. */
  marks: boolean;
  /** The run sets the name even if it has nothing else to write. */
  adopts: boolean;
  /** The run also writes a resource that carries another topology's name. */
  takesOver: boolean;
}

export function ownershipOf(topology: ResolvedTopology, policy: Policy): Ownership {
  return {
    topology: topology.name,
    marks: policy.ownerMetadata ?? topology.ownerMetadata ?? true,
    adopts: topology.adopt ?? false,
    takesOver: policy.takeOver ?? topology.takeOver ?? false,
  };
}

/** The other topology that a live resource belongs to; `undefined` if this run may take the resource over. */
export function otherOwner(live: Fields, ownership: Ownership | undefined): string | undefined {
  const owner = ownerOf(live);
  return ownership === undefined || ownership.takesOver || owner === ownership.topology ? undefined : owner;
}

/**
 * The owner that a write leaves. A resource that is taken over without being marked loses the other topology's name.
 */
export function ownerAfter(live: Fields, ownership: Ownership | undefined, server: ServerFacts): string | undefined {
  const owner = ownerOf(live);
  if (ownership === undefined || !isAtLeast(server, "2.10.0")) return owner;
  if (ownership.marks) return ownership.topology;
  return owner === ownership.topology ? owner : undefined;
}

/** The config with this owner in its metadata, or with none. */
export function withOwner({ metadata, ...rest }: Fields, owner: string | undefined): Fields {
  const { [OWNER_KEY]: _, ...others } = (metadata ?? {}) as Record<string, string>;
  const all = owner === undefined ? others : { ...others, [OWNER_KEY]: owner };
  return Object.keys(all).length > 0 ? { ...rest, metadata: all } : rest;
}

/** The error of a resource that belongs to another topology and is left as it is. */
export function otherOwnerError(owner: string): BrokerError {
  const message =
    `It belongs to the topology "${owner}", whose name is in its metadata, and is left as it is: declare it in one ` +
    "topology only, or declare takeOver: true to write it from this one.";
  return new BrokerError(message, { class: "conflict" });
}

/** The verdict of a write that sets the topology's name and changes nothing else. */
export function adoption(live: Fields): Verdict {
  const owner = ownerOf(live);
  return owner === undefined ? safe("the topology's name is laid on it") : safe(`it is taken over from "${owner}"`);
}
