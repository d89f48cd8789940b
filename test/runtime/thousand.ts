import { defineTopology } from "../../lib/topology/index.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** A thousand resources of every kind, with the fields that teams do declare. */
export default defineTopology({
  name: "thousand",
  streams: numbers(400).map((i) => ({
    name: `STREAM_${i}`,
    description: `What the service ${i} tells the others`,
    subjects: [`service.${i}.>`],
    maxAge: "30d",
    maxBytes: "1MiB",
    discard: "old" as const,
  })),
  kvBuckets: numbers(300).map((i) => ({ name: `bucket_${i}`, history: 5, maxBytes: "1MiB" })),
  objectStores: numbers(100).map((i) => ({ name: `store_${i}`, maxAge: "30d", maxBytes: "1MiB" })),
  consumers: numbers(200).map((i) => ({
    stream: `STREAM_${i}`,
    name: `projector_${i}`,
    ackPolicy: "explicit" as const,
    filterSubjects: [`service.${i}.created`, `service.${i}.changed`],
  })),
});
