import { expect, it } from "vitest";
import { credentialsFrom } from "../../../functions/ensure/broker/credential-values.ts";
import { readSettings } from "../../../functions/ensure/settings.ts";
import { handlerEnvironment, parametersFor } from "../../../functions/local/lambda/handler-environment.ts";
import type { Credentials } from "../../../lib/jetstream/connect/credentials.ts";
import { sampleCreds, sampleNkey, samplePem } from "../ensure-function/sample-credentials.ts";

const places = { topologyFile: "topology.json", ssmUrl: "http://127.0.0.1:1" };

it.each<[string, Credentials]>([
  ["a .creds file", { creds: sampleCreds().trimEnd() }],
  ["an nkey", { nkey: sampleNkey().seed }],
  ["a user", { user: "ops", password: 'p "w"' }],
  ["a token", { token: "t" }],
  ["nothing", {}],
  [
    "a client certificate",
    {
      user: "ops",
      password: "p",
      tls: {
        ca: samplePem("CERTIFICATE").trimEnd(),
        cert: samplePem("CERTIFICATE").trimEnd(),
        key: samplePem("PRIVATE KEY").trimEnd(),
      },
    },
  ],
])("the function reads from SSM what was put there for it: %s", (_, credentials) => {
  const broker = { servers: ["nats://a:1", "tls://b"], credentials };

  const { parameters, variables } = parametersFor(credentials);
  const environment = { ...variables, ...handlerEnvironment(broker, places) };

  const settings = readSettings(environment);
  const values = new Map(Object.entries(parameters).map(([name, { value }]) => [name, value]));
  expect(credentialsFrom(settings.parameters, values)).toEqual(credentials);
  expect(settings.servers).toEqual(broker.servers);
  expect(Object.values(parameters).every(({ type }) => type === "SecureString")).toBe(true);
  for (const { value } of Object.values(parameters).filter(({ value }) => value.length > 3)) {
    expect(Object.values(environment)).not.toContain(value);
  }
});
