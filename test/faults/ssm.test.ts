import { describe } from "vitest";
import { performAll } from "./perform.ts";
import { SSM } from "./ssm-scenarios.ts";

describe("at SSM", () => performAll("at SSM", SSM));
