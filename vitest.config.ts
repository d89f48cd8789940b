import { defineConfig } from "vitest/config";

/**
 * Four projects, so that each can be run alone (`npm test -- --project unit`):
 * - unit: plain functions, no broker;
 * - broker: real nats-servers of the versions in test/support/versions.ts, SSM over real HTTP;
 * - cdk: what is deployed;
 * - matrix: each change of each field on each server version; only by `npm run test:matrix`.
 */
export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      {
        test: {
          name: "broker",
          include: ["test/broker/**/*.test.ts"],
          globalSetup: ["test/support/obtain-servers.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: "cdk", include: ["test/cdk/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          name: "matrix",
          include: ["test/matrix/**/*.test.ts"],
          globalSetup: ["test/support/obtain-servers.ts"],
        },
      },
    ],
  },
});
