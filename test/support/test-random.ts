import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";

/**
 * `npm run test:random`: every test with random cases, with a seed that nobody chose. `-- --project unit` and the like
 * are for vitest. A property that fails prints the command that tries its case again; a sample, this seed.
 */
const seed = process.env.PROPERTY_SEED ?? String(randomInt(2 ** 31));
const files: string[] = [];
for await (const file of glob("test/{unit,broker}/**/*.test.ts")) {
  if (readFileSync(file, "utf8").includes('from "fast-check"')) files.push(file);
}
process.stdout.write(`${files.length} files with random cases, PROPERTY_SEED=${seed}\n`);
const { status } = spawnSync("vitest", ["run", ...process.argv.slice(2), ...files], {
  stdio: "inherit",
  env: { ...process.env, PROPERTY_SEED: seed },
  shell: process.platform === "win32",
});
if (status !== 0) process.stdout.write(`All of it again: PROPERTY_SEED=${seed} npm run test:random\n`);
process.exitCode = status ?? 1;
