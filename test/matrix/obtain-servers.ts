import type { TestProject } from "vitest/node";
import { provideServers } from "../support/obtain-servers.ts";
import { matrixVersions } from "./versions.ts";

/** Has the binaries of all versions of the matrix at hand. */
export default (project: TestProject): Promise<void> => provideServers(project, matrixVersions);
