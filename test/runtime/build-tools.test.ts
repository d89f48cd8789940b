import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { missingTools } from "../support/lambda/build-tools.ts";

it("says which tools the runtime client cannot be built without, and takes the ones of another name", async () => {
  const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-tools-"));
  for (const name of ["cmake3", "clang++", "tar", "xz", "python3"]) {
    await writeFile(join(dir, name), "#!/bin/sh\n");
    await chmod(join(dir, name), name === "python3" ? 0o644 : 0o755);
  }

  expect(await missingTools({ PATH: dir })).toEqual(["make", "python3"]);
  expect(await missingTools({ PATH: "" })).toEqual(["cmake", "make", "g++", "python3", "tar", "xz"]);
  await rm(dir, { recursive: true, force: true });
});
