import type { Reporter, TestModule } from "vitest/node";
import type { Cell } from "./row.ts";
import { printed } from "./table.ts";

/** Prints the table of what was measured, after the tests. */
export default class MatrixReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const cells: Cell[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { matrix } = test.meta();
        if (matrix) cells.push(matrix);
      }
    }
    process.stdout.write(printed(cells));
  }
}
