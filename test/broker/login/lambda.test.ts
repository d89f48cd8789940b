import { createUser } from "@nats-io/jwt";
import { expect, it } from "vitest";
import { defineTopology } from "../../../lib/topology/index.ts";
import { startServer } from "../../support/nats-server.ts";
import { createTestOperator, JETSTREAM } from "../../support/operator.ts";
import { newest } from "../../support/versions.ts";
import { captureLines } from "../../unit/ensure-function/captured-lines.ts";
import { startLambda } from "../function/invoke.ts";
import { secretsOf } from "./attempt.ts";
import { ca, client, strangersClient, tlsConfig, VERIFY } from "./tls-server.ts";

const orders = defineTopology({ name: "orders", streams: [{ name: "ORDERS", subjects: ["orders.>"] }] });
const operator = await createTestOperator();
const team = await operator.account("TEAM", { limits: JETSTREAM });
const user = createUser();
const seed = new TextDecoder().decode(user.getSeed());
const strangersSeed = new TextDecoder().decode(createUser().getSeed());

const tlsVariables = {
  NATS_TLS_CA_PARAMETER: "/nats/ca",
  NATS_TLS_CERT_PARAMETER: "/nats/cert",
  NATS_TLS_KEY_PARAMETER: "/nats/key",
};
const tlsParameters = (pair: { cert: string; key: string }) => ({
  "/nats/ca": ca.cert,
  "/nats/cert": pair.cert,
  "/nats/key": pair.key,
});

it.each([
  {
    way: "creds",
    options: { config: operator.config([team]) },
    variables: { NATS_CREDS_PARAMETER: "/nats/creds" },
    right: { "/nats/creds": await team.creds() },
    wrong: { "/nats/creds": await team.creds({ expires: 1_700_000_000 }) },
    sentence: "the user's JWT expired at 2023-11-14T22:13:20.000Z, have a new one made. They are in SSM: /nats/creds.",
  },
  {
    way: "an nkey",
    options: { login: { nkey: user.getPublicKey() } },
    variables: { NATS_NKEY_PARAMETER: "/nats/nkey" },
    right: { "/nats/nkey": seed },
    wrong: { "/nats/nkey": strangersSeed },
    sentence: "check the user and its secret. They are in SSM: /nats/nkey.",
  },
  {
    way: "a token",
    options: { login: { token: "t0ken-t0ken" } },
    variables: { NATS_TOKEN_PARAMETER: "/nats/token" },
    right: { "/nats/token": "t0ken-t0ken" },
    wrong: { "/nats/token": "wr0ng-secret" },
    sentence: "check the user and its secret. They are in SSM: /nats/token.",
  },
  {
    way: "a client certificate",
    options: tlsConfig("server", VERIFY),
    variables: tlsVariables,
    right: tlsParameters(client),
    wrong: tlsParameters(strangersClient),
    sentence: "They are in SSM: /nats/ca, /nats/cert, /nats/key.",
  },
  {
    way: "a client certificate, with TLS first",
    options: tlsConfig("server", `${VERIFY}, handshake_first: true`),
    variables: { ...tlsVariables, NATS_TLS_FIRST: "true" },
    right: tlsParameters(client),
    wrong: tlsParameters(strangersClient),
    sentence: "They are in SSM: /nats/ca, /nats/cert, /nats/key.",
  },
])("the function logs in by $way from SSM, and says which parameters are refused", async (login) => {
  await using server = await startServer(newest, login.options);
  await using lambda = await startLambda({
    topology: orders,
    servers: server.url,
    parameters: parametersOf(login.wrong),
    environment: login.variables,
  });
  const captured = captureLines();

  const failure = await lambda.failure({ mode: "ensure" });
  for (const [name, value] of Object.entries(login.right)) lambda.ssm.put(name, value);
  const served = await lambda.invoke({ mode: "ensure" });

  expect(failure.message).toContain(login.sentence);
  expect(failure.result).toMatchObject({ error: { class: "auth" } });
  expect(served).toMatchObject({ converged: true, summary: { created: 1 } });
  const told = captured.text() + failure.message + JSON.stringify(failure.result) + JSON.stringify(served);
  for (const creds of [...Object.values<string>(login.right), ...Object.values<string>(login.wrong)]) {
    for (const secret of secretsOf({ creds })) expect(told).not.toContain(secret);
  }
});

/** With the line end that editors leave. */
function parametersOf(values: Record<string, string>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value: `${value}\n` }]));
}
