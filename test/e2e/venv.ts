import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../functions/cli/usage-error.ts";
import { run } from "../../functions/local/nats-server/run-program.ts";
import { messageOf } from "../../lib/jetstream/errors/broker-error.ts";
import { madeOnce } from "../support/made-once.ts";

/** Emulates AWS without an account and without containers: the functions run as processes of this machine's Node. */
const EMULATOR = { name: "ministack", version: "1.5.33" };

const CACHE = fileURLToPath(new URL("../../.cache/ministack", import.meta.url));
const windows = process.platform === "win32";
const PYTHON = windows ? "python" : "python3";

export interface Venv {
  python: string;
  /** As it stands in a sentence: "the cache", or how long it took to make. */
  from: string;
}

/**
 * A Python environment of this repository's own with the emulator in it, from the cache or made with the machine's
 * Python; pip asks the index that the person's own configuration names.
 *
 * @throws UsageError of one sentence that says what is missing
 */
export async function obtainVenv(say: (line: string) => void): Promise<Venv> {
  let from = "the cache";
  const directory = await madeOnce({
    cache: CACHE,
    version: EMULATOR.version,
    isWhole: async (directory) => (await versionIn(pythonIn(directory))) === EMULATOR.version,
    async make(directory) {
      await checkPython();
      say(`${EMULATOR.name} ${EMULATOR.version}: making a Python environment for it …`);
      const started = performance.now();
      await install(directory);
      from = `the Python index, in ${((performance.now() - started) / 1000).toFixed(1)} s`;
    },
  });
  return { python: pythonIn(directory), from };
}

function pythonIn(directory: string): string {
  return windows ? join(directory, "Scripts", "python.exe") : join(directory, "bin", "python");
}

/** Undefined where there is none, or it is of a Python that is gone. */
function versionIn(python: string): Promise<string | undefined> {
  const code = `from importlib.metadata import version; print(version("${EMULATOR.name}"))`;
  return run(python, ["-c", code], { env: process.env, timeoutMs: 30_000 }).then(
    (text) => text.trim(),
    () => undefined,
  );
}

async function checkPython(): Promise<void> {
  const code = "import sys; print('.'.join(map(str, sys.version_info[:3])), sys.version_info >= (3, 10))";
  const told = await run(PYTHON, ["-c", code], { env: process.env, timeoutMs: 30_000 }).catch((error: unknown) => {
    throw new UsageError(`The emulator of AWS needs Python 3.10 or newer: ${messageOf(error)}.`, { cause: error });
  });
  const [version, isNewEnough] = told.trim().split(" ");
  if (isNewEnough === "True") return;
  throw new UsageError(`The emulator of AWS needs Python 3.10 or newer, and ${PYTHON} is ${version}.`);
}

async function install(directory: string): Promise<void> {
  const { name, version } = EMULATOR;
  await run(PYTHON, ["-m", "venv", directory], { env: process.env, timeoutMs: 120_000 }).catch((error: unknown) => {
    throw new UsageError(`${PYTHON} -m venv did not work, so ${name} has no place: ${messageOf(error)}.`, {
      cause: error,
    });
  });
  const quietly = ["--quiet", "--disable-pip-version-check", "--no-input"];
  const args = ["-m", "pip", "install", ...quietly, `${name}==${version}`];
  await run(pythonIn(directory), args, { env: process.env, timeoutMs: 300_000 }).catch((error: unknown) => {
    const why = messageOf(error);
    const hint = "pip has to reach a Python package index";
    throw new UsageError(`${name} ${version} could not be installed: ${why}; ${hint}.`, { cause: error });
  });
}
