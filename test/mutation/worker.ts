import { resolve } from "node:path";
import { createVitest, type TestSpecification } from "vitest/node";
import { type Mutant, mutated } from "./mutants.ts";

/** What the parent asks: whether these test files notice the mutant; without one, whether they pass. */
export interface Task {
  mutant?: Mutant;
  tests: string[];
}

/** What it is told. `failed` is the first test that failed, or why none ran. */
export interface Outcome {
  failed?: string;
}

let current: Mutant | undefined;

/** Keeps the order of the specifications: the nearest tests first. */
class InOrder {
  shard = (files: TestSpecification[]) => files;
  sort = (files: TestSpecification[]) => files;
}

// The mutant is served from memory: nothing is written to the tree.
const vitest = await createVitest(
  "test",
  {
    config: false,
    watch: false,
    include: ["test/unit/**/*.test.ts"],
    setupFiles: ["test/support/seed-properties.ts"],
    reporters: [{}],
    bail: 1,
    maxWorkers: 1,
    fileParallelism: false,
    pool: "threads",
    testTimeout: 20_000,
    // Its keys know nothing of the mutant.
    fsModuleCache: false,
    sequence: { sequencer: InOrder as never },
  },
  {
    plugins: [
      {
        name: "mutant",
        enforce: "pre",
        transform(code, id) {
          return current && id === resolve(current.file) ? mutated(code, current) : undefined;
        },
      },
    ],
  },
);

process.on("message", async ({ mutant, tests }: Task) => {
  current = mutant;
  const project = vitest.getRootProject();
  // All of them: after a run that ended at its first failure, the two files alone were seen to be served as before.
  for (const { moduleGraph } of Object.values(project.vite.environments)) moduleGraph.invalidateAll();
  const specifications = tests.map((test) => project.createSpecification(resolve(test)));
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const failed = testModules
    .filter((module) => module.state() === "failed")
    .map((module) => {
      const test = [...module.children.allTests("failed")][0];
      const error = test?.result().errors?.[0] ?? module.errors()[0];
      return `${module.relativeModuleId}: ${[test?.fullName, error?.message].filter(Boolean).join(": ")}`;
    });
  const unhandled = unhandledErrors.map((error) => String((error as Error).message ?? error));
  const passed = testModules.filter((module) => module.state() === "passed").length;
  const nothing = passed === 0 && tests.length > 0 ? ["no test ran"] : [];
  const outcome: Outcome = {};
  const [first] = [...failed, ...unhandled, ...nothing];
  if (first !== undefined) outcome.failed = first;
  process.send?.(outcome);
});
process.on("disconnect", () => process.exit());
process.send?.({});
