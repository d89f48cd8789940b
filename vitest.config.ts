import { defineConfig } from "vitest/config";

/**
 * Eight projects, so that each can be run alone (`npx vitest run --project unit`):
 * - unit: plain functions, no broker;
 * - broker: real nats-servers of the versions in test/support/versions.ts, SSM over real HTTP;
 * - cdk: what is deployed;
 * - matrix: each change of each field on each server version; only by `npm run test:matrix`;
 * - wild: configs of public projects, created, exported and ensured; only by `npm run test:wild`;
 * - widget: the dashboard's widget in Chromium, which it fetches; only by `npm run test:widget`;
 * - faults: what breaks while a run is under way, and 500 random faults; only by `npm run test:faults`;
 * - runtime: the synthesized function under AWS's own runtime client; only by `npm run test:runtime`, which compiles it.
 */
export default defineConfig({
  test: {
    // Vitest would leave one core free, which of two is half; the tests wait for servers more than they compute.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          setupFiles: ["test/support/seed-properties.ts"],
          // Some compute for seconds, which a machine whose cores are taken makes a multiple of.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "broker",
          include: ["test/broker/**/*.test.ts"],
          setupFiles: ["test/support/seed-properties.ts"],
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
      {
        test: {
          name: "wild",
          include: ["test/wild/**/*.test.ts"],
          globalSetup: ["test/support/obtain-servers.ts"],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "widget",
          include: ["test/widget/**/*.test.ts"],
          globalSetup: ["test/support/obtain-servers.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          globalSetup: ["test/support/obtain-servers.ts"],
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "runtime",
          include: ["test/runtime/**/*.test.ts"],
          globalSetup: ["test/runtime/setup.ts"],
          // Time is part of what is tested here: Lambda's for the function, and the function's own.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
