import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import kanade from "../../cdk/kanade.ts";
import { bundleLambda } from "../../functions/build/bundle-lambda.ts";
import type { Topology } from "../../lib/topology/index.ts";
import { obtainRic } from "../support/lambda/ric.ts";
import { provideServers } from "../support/obtain-servers.ts";
import { type Deployed, synthesize } from "../support/synthesize.ts";
import { newest } from "../support/versions.ts";
import thousand from "./thousand.ts";

const TOPOLOGIES = { kanade, thousand };

declare module "vitest" {
  interface ProvidedContext {
    /** The entry of AWS's runtime interface client. */
    ric: string;
    /** What is deployed for each topology, but for the broker's address. */
    deployed: Record<"kanade" | "thousand", Deployed>;
  }
}

/** SSM's names of the credentials, in what is deployed. */
export const PARAMETERS = { user: "/kanade/nats/user", password: "/kanade/nats/password" };

/** A server, AWS's client, and the assets that a deployment would upload: of this very code, not of dist/. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  await provideServers(project, [newest]);
  project.provide("ric", await obtainRic(say));
  const folder = await mkdtemp(join(tmpdir(), "jetstream-ensure-runtime-"));
  const bundle = join(folder, "lambda");
  await bundleLambda(bundle);
  const deployed = (name: keyof typeof TOPOLOGIES) => {
    const topology: Topology = TOPOLOGIES[name];
    const props = { topology, servers: ["nats://broker.invalid:4222"], credentials: PARAMETERS };
    return synthesize(props, { outdir: join(folder, name), bundle });
  };
  project.provide("deployed", { kanade: deployed("kanade"), thousand: deployed("thousand") });
  return () => rm(folder, { recursive: true, force: true });
}
