import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it } from "vitest";
import { halfRotated } from "../../../functions/ensure/broker/half-rotated.ts";
import type { ParameterNames } from "../../../functions/ensure/broker/parameter-names.ts";

const client = new SSMClient({ region: "eu-west-1" });
const ssm = mockClient(client);
afterEach(() => ssm.reset());

const now = Date.now();
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000);

function changes(times: Record<string, Date | undefined>): void {
  const Parameters = Object.entries(times).map(([Name, LastModifiedDate]) => ({
    Name,
    ...(LastModifiedDate === undefined ? {} : { LastModifiedDate }),
  }));
  ssm.on(GetParametersCommand).resolves({ Parameters });
}

const pair: ParameterNames = { NATS_USER_PARAMETER: "/a/user", NATS_PASSWORD_PARAMETER: "/a/password" };
const ask = (name: string, names = pair, isLabel = false) => halfRotated({ name, isLabel }, names, client);
const arn = (name: string) => `arn:aws:ssm:eu-west-1:123456789012:parameter/${name}`;

describe("a refused login in a rotation", () => {
  it.each([
    ["a day apart", 0, 1440, true],
    ["more than a quarter of an hour apart", 0, 16, true],
    ["within a quarter of an hour", 0, 14, false],
    ["the other one later", 10, 0, false],
    ["the other one much later", 1440, 0, false],
  ])("waits by when the two were changed: %s", async (_, user, password, waits) => {
    changes({ "/a/user": minutesAgo(user), "/a/password": minutesAgo(password) });
    expect((await ask("/a/user")) !== undefined).toBe(waits);
  });

  it.each<[string, string, ParameterNames]>([
    ["a name without a slash", "user", { NATS_USER_PARAMETER: "user", NATS_PASSWORD_PARAMETER: "password" }],
    [
      "ARNs",
      "/a/user",
      { NATS_USER_PARAMETER: arn("a/user"), NATS_PASSWORD_PARAMETER: `arn:aws:ssm:eu-west-1:1:parameter/a/password` },
    ],
    ["ARNs of names without a slash", "user", { NATS_USER_PARAMETER: arn("user"), NATS_PASSWORD_PARAMETER: arn("p") }],
    ["versions", "/a/user", { NATS_USER_PARAMETER: "/a/user:3", NATS_PASSWORD_PARAMETER: "/a/password:4" }],
    ["labels", "/a/user", { NATS_USER_PARAMETER: "/a/user:prod", NATS_PASSWORD_PARAMETER: "/a/password:prod" }],
  ])("knows the parameter of the event by any of its names: %s", async (_, name, names) => {
    expect(await ask(name, names, true)).toContain(`${names.NATS_USER_PARAMETER} has changed, and `);
  });

  it("decrypts nothing to find out", async () => {
    changes({ "/a/user": minutesAgo(0), "/a/password": minutesAgo(100) });
    await ask("/a/password");
    expect(ssm.calls().map(({ args: [command] }) => command.input)).toEqual([
      { Names: ["/a/password", "/a/user"], WithDecryption: false },
    ]);
  });

  it.each<[string, string, ParameterNames]>([
    ["of a parameter that is alone", "/a/token", { NATS_TOKEN_PARAMETER: "/a/token" }],
    ["of a stranger", "/b/user", pair],
    ["of a name that begins alike", "/a/user2", pair],
  ])("is told as it is, and nobody is asked: %s", async (_, name, names) => {
    expect(await ask(name, names)).toBeUndefined();
    expect(ssm.calls()).toHaveLength(0);
  });

  it("is told as it is where SSM does not say when, or does not answer", async () => {
    changes({ "/a/user": minutesAgo(0), "/a/password": undefined });
    expect(await ask("/a/user")).toBeUndefined();
    ssm.on(GetParametersCommand).rejects(new Error("denied"));
    expect(await ask("/a/user")).toBeUndefined();
  });
});
