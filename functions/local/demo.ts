import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectBroker } from "../../lib/jetstream/connect.ts";
import { loadTopology } from "../../lib/topology/load/load.ts";
import { EXIT } from "../cli/exit-code.ts";
import { countApiRequests } from "./api-counts.ts";
import { handOn } from "./demo/demo-hand.ts";
import { stageFor } from "./demo/demo-stage.ts";
import { tellStory } from "./demo/demo-story.ts";
import { functionOn } from "./lambda/function-on.ts";
import { obtainServer, serverDir, startOwnServer } from "./own-server.ts";
import { DEFAULT_TOPOLOGY } from "./places.ts";
import { runToEnd } from "./process/ending.ts";

const say = (line: string) => void process.stderr.write(`${line}\n`);

const INTERRUPTED = "Interrupted: ending the demo's server and removing its data.";

/** The whole story on a server of its own, of which nothing is left. Exit code 0: all was as told. */
await runToEnd(INTERRUPTED, async (started) => {
  const { path: bin, version, from } = await obtainServer(say);
  const begun = performance.now();
  const dir = await realpath(await mkdtemp(join(tmpdir(), "jetstream-ensure-demo-")));
  started.defer(() => rm(dir, { recursive: true, force: true }));
  const { server, login } = started.use(await startOwnServer({ dir: serverDir(dir), bin, say }));
  say(`nats-server ${version} from ${from}, on ${server.url}, for this demo alone`);
  const topology = await loadTopology(DEFAULT_TOPOLOGY);
  const lambda = started.use(await functionOn({ broker: login, topology, dir }));
  const nc = await connectBroker({ ...login, name: "demo" });
  started.defer(() => nc.close());

  const stage = stageFor(lambda, await countApiRequests(server, nc));
  await tellStory(stage, handOn(nc));

  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const { broken } = stage;
  if (broken.length === 0) stage.tell("", `All as told, in ${seconds} s. The demo's server and its data are gone now.`);
  else stage.tell("", `Not as told: ${broken.join("; ")}.`);
  return broken.length === 0 ? EXIT.converged : EXIT.error;
});
