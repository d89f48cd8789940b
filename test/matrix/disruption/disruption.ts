import type { NatsConnection } from "nats";
import { declaredName } from "../../../lib/topology/fields/names.ts";
import type { ConsumerDeclaration, StreamDeclaration } from "../../../lib/topology/index.ts";
import { reported, runOn } from "../../support/run.ts";

/** What one case has on the broker: a stream of this name. */
export interface Place {
  nc: NatsConnection;
  name: string;
}

/** One change of one field that stops something, and the thing that it stops. */
export type Disruption = StreamDisruption | ConsumerDisruption;

interface Shared {
  /** The field on the wire. */
  field: string;
  /** The thing that works before the change, and not after it. */
  stops: string;
  /** The first server release that has the field and takes the change. Default: all. */
  since?: string;
  /** Whether it stops no sooner than at the server's next restart. Default: no. */
  atRestart?: (version: string) => boolean;
  /** Makes what is live, and gives what somebody does with it: true where that works. */
  prepare(place: Place): Promise<() => Promise<boolean>>;
}

export interface StreamDisruption extends Shared {
  kind: "stream";
  /** What is declared, by what is stored now. */
  declared(place: Place): Declared<StreamDeclaration, "name"> | Promise<Declared<StreamDeclaration, "name">>;
}

/** The consumer is the one named {@link CONSUMER} of the stream. */
export interface ConsumerDisruption extends Shared {
  kind: "consumer";
  declared(place: Place): Declared<ConsumerDeclaration, "name" | "stream">;
}

type Declared<Declaration, Names extends keyof Declaration> = Omit<Declaration, Names>;

export const CONSUMER = "C";

/** Ensures what a case declares, and gives the impact and the outcome of its field. */
export async function impactOfRun(
  server: { url: string },
  disruption: Disruption,
  place: Place,
  allowDisruption: boolean,
): Promise<string> {
  const { kind, field } = disruption;
  const { name } = place;
  const result =
    kind === "stream"
      ? await runOn(server, {
          name: "matrix",
          streams: [{ ...(await disruption.declared(place)), name, allowDisruption }],
        })
      : await runOn(server, {
          name: "matrix",
          consumers: [{ ...disruption.declared(place), stream: name, name: CONSUMER, allowDisruption }],
        });
  const id = kind === "stream" ? `stream/${name}` : `consumer/${name}/${CONSUMER}`;
  const { differences, error } = reported(result, id);
  const difference = differences.find((each) => each.field === declaredName(kind, field));
  return difference ? `${difference.impact}, ${difference.outcome}` : (error?.message ?? "no difference");
}
