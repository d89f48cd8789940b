import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { UsageError } from "../../functions/cli/usage-error.ts";
import { type Broker, startBroker, USER } from "./broker.ts";
import { commandsIn } from "./command.ts";
import { type Emulator, startEmulator } from "./emulator.ts";
import { awsEnvironment, cleanEnvironment, takeEmulator } from "./environment.ts";
import { type DeployedFunction, deployedFunction } from "./function.ts";
import { type Logs, logsOf } from "./logs.ts";
import type { Stored } from "./messages.ts";
import { type Stack, stackIn } from "./stack.ts";

/** The parameters that hold the function's login. */
export const PARAMETERS = { user: "/kanade/nats/user", password: "/kanade/nats/password" };

/** Where the checks happen, and what one leaves for the next. */
export interface Stage {
  dir: string;
  emulator: Emulator;
  broker: Broker;
  stack: Stack;
  /** Of every deployment: the broker, its login, and no saved queries or added-up alarms, which the emulator lacks. */
  context: Record<string, string>;
  /** Files with what every program printed. */
  printed: string[];
  /** Writes the function's login into Parameter Store, as an operator does, and gives the new version. */
  putPassword(): Promise<number>;
  putUser(): Promise<void>;
  /** Of the stack that is deployed. */
  fn(): Promise<DeployedFunction>;
  logs(): Promise<Logs>;
  /** What the fleet stored, which must still be there at the end. */
  stored?: Stored;
}

/** A directory of the run's own, in the system's for such; it goes at the end. */
export async function ownDirectory(started: AsyncDisposableStack): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "jetstream-ensure-e2e-")));
  started.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  await Promise.all(["home", "tmp", "logs"].map((name) => mkdir(join(dir, name))));
  return dir;
}

/** Starts the emulator and the broker, and bootstraps the account. */
export async function setStage(how: {
  dir: string;
  python: string;
  natsServer: string;
  started: AsyncDisposableStack;
}): Promise<Stage> {
  const { dir, started } = how;
  const clean = cleanEnvironment({ home: join(dir, "home"), tmp: join(dir, "tmp") });
  const [emulatorLog, cdkLog] = [join(dir, "logs", "emulator.log"), join(dir, "logs", "cdk.log")];
  const broker = started.use(await startBroker({ bin: how.natsServer, dir: join(dir, "broker") }));
  const emulator = started.use(
    await startEmulator({ python: how.python, environment: clean, cwd: dir, logPath: emulatorLog }),
  );
  takeEmulator(process.env, emulator.url);
  const env = { ...clean, ...awsEnvironment(emulator.url) };
  const stack = stackIn(dir, started.use(commandsIn({ env, logPath: cdkLog })));
  const { code, output } = await stack.bootstrap();
  if (code !== 0) throw new UsageError(`cdk bootstrap did not work on the emulator:\n${output.slice(-2000)}`);
  const ssm = new SSMClient({});
  const put = async (Name: string, Type: "String" | "SecureString", Value: string) => {
    const { Version = 0 } = await ssm.send(new PutParameterCommand({ Name, Type, Value, Overwrite: true }));
    return Version;
  };
  return {
    dir,
    emulator,
    broker,
    stack,
    context: {
      servers: broker.server.url,
      user: PARAMETERS.user,
      password: PARAMETERS.password,
      observability: "false",
    },
    printed: [emulatorLog, cdkLog],
    putPassword: () => put(PARAMETERS.password, "SecureString", broker.password),
    fn: async () => deployedFunction(await stack.output("FunctionName")),
    async logs() {
      const fn = deployedFunction(await stack.output("FunctionName"));
      const look = { mode: "plan", trigger: "e2e", only: ["stream/AUDIT"] };
      return logsOf(await stack.output("LogGroupName"), () => fn.invoke(look));
    },
    putUser: async () => void (await put(PARAMETERS.user, "String", USER)),
  };
}
