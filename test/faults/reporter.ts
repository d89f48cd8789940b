import type { Reporter, TestModule } from "vitest/node";
import type { Row } from "./row.ts";
import { printed } from "./table.ts";

/** Prints what was broken, expected and seen, after the tests. */
export default class FaultsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows: Row[] = [];
    const sums: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { faults, soak } = test.meta();
        if (faults) rows.push(...faults);
        if (soak) sums.push(...soak);
      }
    }
    process.stdout.write(printed(rows, sums));
  }
}
