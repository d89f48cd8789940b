import { describe } from "vitest";
import { BROKER } from "./broker-scenarios.ts";
import { performAll } from "./perform.ts";

describe("at the broker", () => performAll("at the broker", BROKER));
