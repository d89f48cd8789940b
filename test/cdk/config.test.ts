import { App } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../cdk/config.ts";

const config = (context: Record<string, string> = {}, environment: Record<string, string> = {}) => {
  const { schedule, ...rest } = readConfig(new App({ context }).node, environment);
  return schedule === undefined ? rest : { ...rest, schedule: schedule ? schedule.expressionString : schedule };
};

describe("the kanade stack's configuration", () => {
  test("is kanade's own where nobody says anything, and the construct's defaults", () => {
    expect(config()).toEqual({
      servers: ["tls://nats.kanade.internal:4222"],
      credentials: { creds: "/kanade/nats/creds", tls: {} },
      observability: true,
      reserveConcurrency: true,
    });
  });

  test("comes from the context, then from the environment", () => {
    const environment = { NATS_SERVERS: "nats://environment", ENSURE_MODE: "plan", ENSURE_SCHEDULE: "rate(1 hour)" };
    expect(config({ servers: "nats://a, nats://b", schedule: "off" }, environment)).toMatchObject({
      servers: ["nats://a", "nats://b"],
      mode: "plan",
      schedule: false,
    });
  });

  test("names the parameters of the way to log in that is meant, and only those", () => {
    const environment = { NATS_TLS_CA_PARAMETER: "/kanade/ca" };
    expect(config({ user: "/kanade/user", password: "/kanade/password" }, environment).credentials).toEqual({
      user: "/kanade/user",
      password: "/kanade/password",
      tls: { ca: "/kanade/ca" },
    });
  });

  test("takes another topology, from a file", () => {
    expect(config({ topology: "orders.yaml" })).toMatchObject({ topology: "orders.yaml" });
    expect(config({}, { ENSURE_TOPOLOGY: "orders.json" })).toMatchObject({ topology: "orders.json" });
    expect(config({ topology: "" })).not.toHaveProperty("topology");
  });

  test("reserves no concurrency in a new account, which has too little to spare", () => {
    expect(config({ reserveConcurrency: "false" })).toMatchObject({ reserveConcurrency: false });
    expect(config({}, { RESERVE_CONCURRENCY: "false" })).toMatchObject({ reserveConcurrency: false });
  });

  test("logs in without credentials where the parameter is empty", () => {
    expect(config({ creds: "" }).credentials).toEqual({ tls: {} });
  });

  test.each([
    [{ mode: "sure" }, 'mode (-c mode=, or ENSURE_MODE) is "sure": it must be ensure or plan.'],
    [
      { reserveConcurrency: "no" },
      'reserveConcurrency (-c reserveConcurrency=, or RESERVE_CONCURRENCY) is "no": it must be true or false.',
    ],
    [{ observability: "no" }, 'observability (-c observability=, or OBSERVABILITY) is "no": it must be true or false.'],
  ])("is refused by name where it is wrong: %j", (context, sentence) => {
    expect(() => config(context)).toThrow(sentence);
  });
});
