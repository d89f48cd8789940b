import { describe } from "vitest";
import { NETWORK } from "./network-scenarios.ts";
import { performAll } from "./perform.ts";

describe("between client and broker", () => performAll("between client and broker", NETWORK));
