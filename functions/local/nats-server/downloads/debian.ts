import { access, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DownloadSource } from "../download-source.ts";
import { run } from "../run-program.ts";
import { debianUri } from "./apt-sources.ts";

type Env = Record<string, string | undefined>;

/** Debian's suites, each with the version it held when last looked at: where to look first. Package lists are large. */
const SUITES = { sid: "2.15.1", forky: "2.15.1", trixie: "2.10.27", bookworm: "2.9.10" };
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Debian's package, unpacked and not installed: no root, nothing of the system is changed, no service is registered.
 * apt works on lists and a cache of its own, and checks Debian's signature with the machine's keyring.
 */
export const debian: DownloadSource = {
  name: "the Debian package",

  async impossible({ env }) {
    for (const tool of ["apt-get", "dpkg-deb"]) {
      const missing = await run(tool, ["--version"], { env, timeoutMs: 10_000 }).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (missing) return missing;
    }
    if (!(await exists(KEYRING))) return "this machine has no keyring of Debian's archive";
    return (await machinesDebianUri()) ? undefined : "this machine's apt does not know Debian's archive";
  },

  async fetch(version, into, { env }) {
    const aptEnv = { ...env, LC_ALL: "C", APT_CONFIG: await writeAptConfig(into, env) };
    const apt = (command: string, ...args: string[]) =>
      run(command, ["-q", ...args], { env: aptEnv, cwd: into, timeoutMs: 300_000 });
    const uri = await machinesDebianUri();
    const troubles = new Set<string>();
    const suites = Object.entries(SUITES).sort(([, a], [, b]) => Number(b === version) - Number(a === version));
    for (const [suite] of suites) {
      await writeFile(join(into, "sources.list"), `deb [signed-by=${KEYRING}] ${uri} ${suite} main\n`);
      try {
        await apt("apt-get", "update", "--error-on=any");
        const packaged = packagedAs(version, await apt("apt-cache", "madison", "nats-server"));
        if (packaged === undefined) continue;
        await apt("apt-get", "download", `nats-server=${packaged}`);
        const file = (await readdir(into)).find((name) => name.endsWith(".deb"));
        if (file === undefined) throw new Error(`apt-get did not leave the package nats-server ${packaged}`);
        await run("dpkg-deb", ["-x", file, "unpacked"], { env, cwd: into, timeoutMs: 60_000 });
        return join(into, "unpacked/usr/sbin/nats-server");
      } catch (error) {
        troubles.add(error instanceof Error ? error.message : String(error));
      }
    }
    if (troubles.size > 0) throw new Error([...troubles].join("; "));
    throw new Error(`none of ${Object.keys(SUITES).join(", ")} has ${version}`);
  },
};

/** `2.10.27` is packaged as `2.10.27-1+b2`: the part after the dash is Debian's own. */
function packagedAs(version: string, madison: string): string | undefined {
  const packaged = madison.split("\n").map((line) => line.split("|")[1]?.trim() ?? "");
  return packaged.find((each) => each.replace(/-[^-]*$/, "") === version);
}

/**
 * Of the machine's apt settings only how to reach an archive is taken (proxies, certificates, no expiry for a frozen
 * mirror): its other settings have hooks that act on the system after an update.
 */
async function writeAptConfig(into: string, env: Env): Promise<string> {
  const machine = await run("apt-config", ["dump"], { env, timeoutMs: 10_000 });
  const reaching = machine.split("\n").filter((line) => /^Acquire::(https?|ForceIPv\d|Retries|Check-)/i.test(line));
  await mkdir(join(into, "lists/partial"), { recursive: true });
  await mkdir(join(into, "cache/archives/partial"), { recursive: true });
  const path = join(into, "apt.conf");
  const settings = {
    "Dir::Etc::Parts": "/dev/null",
    "Dir::Etc::Main": "/dev/null",
    "Dir::Etc::SourceList": join(into, "sources.list"),
    "Dir::Etc::SourceParts": "-",
    "Dir::Etc::Preferences": "/dev/null",
    "Dir::Etc::PreferencesParts": "-",
    "Dir::State::Lists": join(into, "lists"),
    "Dir::Cache": join(into, "cache"),
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    "Acquire::http::Timeout": "10",
    "Acquire::https::Timeout": "10",
    // As root, apt would step down to a user that may not enter this directory. Signatures are checked all the same.
    "APT::Sandbox::User": "root",
  };
  const own = Object.entries(settings).map(([name, value]) => `${name} ${JSON.stringify(value)};`);
  await writeFile(path, [...reaching, ...own, ""].join("\n"));
  return path;
}

async function machinesDebianUri(): Promise<string | undefined> {
  const parts = await readdir("/etc/apt/sources.list.d").catch(() => []);
  for (const file of ["/etc/apt/sources.list", ...parts.sort().map((name) => `/etc/apt/sources.list.d/${name}`)]) {
    const uri = debianUri(await readFile(file, "utf8").catch(() => ""));
    if (uri) return uri;
  }
  return undefined;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
