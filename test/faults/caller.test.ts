import { describe } from "vitest";
import { COMMAND_LINE, FUNCTION } from "./caller-scenarios.ts";
import { commanded } from "./command.ts";
import { performAll } from "./perform.ts";

describe("at the caller", () => {
  performAll("at the caller", FUNCTION);
  performAll("at the caller", COMMAND_LINE, commanded);
});
