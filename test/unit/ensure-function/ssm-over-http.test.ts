import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readParameters } from "../../../functions/ensure/broker/parameter-store.ts";
import { credentialsReader, ssmClient } from "../../../functions/ensure/broker/read-credentials.ts";
import { type SsmEndpoint, startSsmEndpoint } from "../../../functions/local/ssm/ssm-endpoint.ts";
import { timed } from "../../support/timed.ts";

let ssm: SsmEndpoint;

beforeAll(async () => {
  ssm = await startSsmEndpoint({
    parameters: {
      "/nats/user": { value: "lambda", type: "String" },
      "/nats/password": { value: "s3cret" },
      "/nats/denied": { value: "x", denied: true },
    },
  });
  vi.stubEnv("AWS_ENDPOINT_URL_SSM", ssm.url);
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await ssm.close();
});

const names = { NATS_USER_PARAMETER: "/nats/user", NATS_PASSWORD_PARAMETER: "/nats/password" };
let reader = credentialsReader(ssmClient);
beforeEach(() => {
  reader = credentialsReader(ssmClient);
});

describe("the real SSM client, over HTTP", () => {
  it("reads secure and plain parameters together, in one request", async () => {
    const before = ssm.calls.length;
    const { credentials } = await reader.read(names, { maxAge: 300 });
    expect(credentials).toEqual({ user: "lambda", password: "s3cret" });
    expect(ssm.calls.slice(before)).toEqual([
      { operation: "GetParameters", names: ["/nats/user", "/nats/password"], withDecryption: true },
    ]);
  });

  it("tells a missing parameter from a denied one", async () => {
    const read = (name: string) => reader.read({ NATS_TOKEN_PARAMETER: name }, { maxAge: 0 });
    await expect(read("/nats/typo")).rejects.toThrow("SSM has no parameter /nats/typo in eu-west-1");
    await expect(read("/nats/denied")).rejects.toThrow(/\/nats\/denied from SSM: not allowed.*ssm:GetParameters/);
  });

  it("gets over a throttle and a failure that pass", async () => {
    ssm.fail("GetParameters", { type: "ThrottlingException" });
    ssm.fail("GetParameters", { type: "InternalServerError", status: 500 });
    await expect(reader.read(names, { maxAge: 0 })).resolves.toMatchObject({ credentials: { user: "lambda" } });
  });

  it("says so of a throttle that does not pass", async () => {
    ssm.fail("GetParameters", { type: "ThrottlingException", times: 3 });
    await expect(reader.read(names, { maxAge: 0 })).rejects.toMatchObject({ class: "unavailable" });
  });
});

describe("SSM that accepts a connection and never answers", () => {
  it("costs the time it was given, then says what to look at", async () => {
    ssm.delay(5_000);

    const { value: error, ms } = await timed(() =>
      readParameters(ssmClient(), ["/nats/user"], 300).catch((thrown) => thrown),
    );

    expect(ms).toBeLessThan(2_000);
    expect(error).toMatchObject({ class: "network" });
    expect(error.message).toMatch(/Cannot read \/nats\/user from SSM: no answer in time\..*interface endpoint/);
  });
});

describe("something that answers in SSM's place", () => {
  const secret = "hunter2-hunter2";

  it.each([
    ["JSON with a mistake", `{"Parameters":[{"Name":"/nats/password","Value":"${secret}"x}]}`],
    ["half an answer", `{"Parameters":[{"Name":"/nats/password","Value":"${secret}`],
    ["the value alone", secret],
    ["a page", `<html>${secret}</html>`],
    ["a list that is an object", `{"Parameters":{"/nats/password":"${secret}"}}`],
    ["a list of nothing", '{"Parameters":[null]}'],
    ["a value that is a number", '{"Parameters":[{"Name":"/nats/password","Value":5}]}'],
    ["a value that is an object", `{"Parameters":[{"Name":"/nats/password","Value":{"of":"${secret}"}}]}`],
  ])("with %s is told in a sentence, and nothing of it is repeated", async (_, body) => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const client = new SSMClient({ endpoint: `http://127.0.0.1:${port}` });

    const error = await readParameters(client, ["/nats/password"]).catch((thrown) => thrown);

    expect(error).toMatchObject({ name: "CredentialsError", class: "network" });
    expect(error.cause).toBeUndefined();
    expect(error.message).toBe(
      "Cannot read /nats/password from SSM: what came cannot be an answer of SSM's. Something else may answer in its " +
        "place: look at AWS_ENDPOINT_URL_SSM, at proxies and at the VPC's interface endpoint.",
    );
    server.closeAllConnections();
    server.close();
  });
});
