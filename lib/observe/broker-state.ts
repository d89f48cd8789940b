import type { ServerFacts } from "../jetstream/server.ts";
import type { StreamEvidence } from "./evidence.ts";
import type { ExtraReads } from "./extra-reads.ts";
import type { Live } from "./live.ts";
import type { UndeclaredConsumer } from "./undeclared-consumers.ts";
import type { UndeclaredStream } from "./undeclared-streams.ts";

/** All that a plan rests on. */
export interface BrokerState {
  live: Live;
  server: ServerFacts;
  undeclaredConsumers: UndeclaredConsumer[];
  /** Of those live streams that are not declared, keyed by stream; not of all of them. */
  undeclaredStreams: ReadonlyMap<string, UndeclaredStream>;
  /** Keyed by stream. */
  evidence: ReadonlyMap<string, StreamEvidence>;
  /** What is live beside what is declared, as far as a write may not work because of it. */
  extra: ExtraReads;
  /**
   * Whether the user may write a stream, where that is known and matters: in a run that writes. A plan is the same for
   * every user.
   */
  mayWrite?: (verb: "create" | "update", stream: string) => boolean;
}
