import type { ServerFacts } from "../jetstream/server.ts";
import type { StreamEvidence } from "./evidence.ts";
import type { ExtraReads } from "./extra-reads.ts";
import type { Live } from "./live.ts";
import type { UndeclaredConsumer } from "./undeclared-consumers.ts";
import type { UndeclaredStream } from "./undeclared-streams.ts";

/** Everything that a plan rests on. */
export interface BrokerState {
  live: Live;
  server: ServerFacts;
  undeclaredConsumers: UndeclaredConsumer[];
  /** Undeclared live streams, keyed by stream name; some may be missing. */
  undeclaredStreams: ReadonlyMap<string, UndeclaredStream>;
  /** Evidence about streams, keyed by stream name. */
  evidence: ReadonlyMap<string, StreamEvidence>;
  /** What is live and not declared, if a write may fail because of it. */
  extra: ExtraReads;
  /**
   * Whether the user may write a stream. Present only in a run that writes, if it is known: a plan is the same for
   * every user.
   */
  mayWrite?: (verb: "create" | "update", stream: string) => boolean;
}
