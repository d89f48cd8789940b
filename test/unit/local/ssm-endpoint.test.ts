import { GetParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type SsmEndpoint, startSsmEndpoint } from "../../../functions/local/ssm/ssm-endpoint.ts";
import type { SsmParameter } from "../../../functions/local/ssm/ssm-parameter.ts";

const SECRET = "s3cret-of-the-broker";
const open: { endpoint: SsmEndpoint; client: SSMClient }[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const { endpoint, client } of open.splice(0)) {
    client.destroy();
    await endpoint.close();
  }
});

async function start(parameters: Record<string, SsmParameter>) {
  const endpoint = await startSsmEndpoint({ parameters });
  const client = new SSMClient({
    endpoint: endpoint.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  open.push({ endpoint, client });
  return { endpoint, client };
}

describe("the local SSM endpoint, asked by the real client", () => {
  it("gives the decrypted value, and names what does not exist", async () => {
    const { endpoint, client } = await start({ "/nats/password": { value: SECRET } });

    const answer = await client.send(
      new GetParametersCommand({ Names: ["/nats/password", "/nats/none"], WithDecryption: true }),
    );

    expect(answer.Parameters).toEqual([
      expect.objectContaining({
        Name: "/nats/password",
        ARN: "arn:aws:ssm:us-east-1:000000000000:parameter/nats/password",
        Type: "SecureString",
        Value: SECRET,
        Version: 1,
        LastModifiedDate: expect.any(Date),
      }),
    ]);
    expect(answer.InvalidParameters).toEqual(["/nats/none"]);
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(endpoint.calls).toEqual([
      { operation: "GetParameters", names: ["/nats/password", "/nats/none"], withDecryption: true },
    ]);
  });

  it("is found by an unchanged client through AWS_ENDPOINT_URL_SSM", async () => {
    const { endpoint } = await start({ "/a": { value: "1", type: "String" } });
    vi.stubEnv("AWS_ENDPOINT_URL_SSM", endpoint.url);
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
    const client = new SSMClient({});
    open.push({ endpoint, client });

    const answer = await client.send(new GetParameterCommand({ Name: "/a" }));

    expect(answer.Parameter?.Value).toBe("1");
  });

  it("gives no hint of a SecureString that is asked for without decryption", async () => {
    const { client } = await start({ secret: { value: SECRET }, plain: { value: "ca", type: "String" } });

    const answer = await client.send(new GetParametersCommand({ Names: ["secret", "plain"] }));

    const [secret, plain] = answer.Parameters ?? [];
    expect(secret?.Value).toMatch(/^AQICAH/);
    expect(Buffer.from(secret?.Value ?? "", "base64").toString()).not.toContain(SECRET);
    expect(plain?.Value).toBe("ca");
  });

  it("refuses more names than SSM takes in one request", async () => {
    const { client } = await start({});
    const names = Array.from({ length: 11 }, (_, i) => `/p${i}`);

    await expect(client.send(new GetParametersCommand({ Names: names }))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("Member must have length less than or equal to 10"),
    });
  });

  it("denies a parameter as IAM would", async () => {
    const { client } = await start({ "/nats/creds": { value: SECRET, denied: true } });

    await expect(client.send(new GetParametersCommand({ Names: ["/nats/creds"] }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringMatching(
        /^User: arn:\S+ is not authorized to perform: ssm:GetParameters on resource: arn:\S+:parameter\/nats\/creds because/,
      ),
    });
  });

  it("answers GetParameter, and ParameterNotFound", async () => {
    const { client } = await start({ "/a": { value: "1" } });

    const found = await client.send(new GetParameterCommand({ Name: "/a", WithDecryption: true }));

    expect(found.Parameter?.Value).toBe("1");
    await expect(client.send(new GetParameterCommand({ Name: "/b" }))).rejects.toMatchObject({
      name: "ParameterNotFound",
    });
  });

  it("takes a new value over the wire when it may overwrite, and by hand", async () => {
    const { endpoint, client } = await start({ "/a": { value: "1" } });
    const read = async () => {
      const { Parameter } = await client.send(new GetParameterCommand({ Name: "/a", WithDecryption: true }));
      return [Parameter?.Value, Parameter?.Version];
    };

    await expect(client.send(new PutParameterCommand({ Name: "/a", Value: "2" }))).rejects.toMatchObject({
      name: "ParameterAlreadyExists",
    });
    expect(await read()).toEqual(["1", 1]);
    await client.send(new PutParameterCommand({ Name: "/a", Value: "2", Overwrite: true }));
    expect(await read()).toEqual(["2", 2]);
    endpoint.put("/a", "3");
    expect(await read()).toEqual(["3", 3]);
  });

  it("fails as often as told, which the client's own retries get over", async () => {
    const { endpoint, client } = await start({ "/a": { value: "1" } });
    endpoint.fail("GetParameter", { times: 2, status: 400, type: "ThrottlingException" });

    const answer = await client.send(new GetParameterCommand({ Name: "/a", WithDecryption: true }));

    expect(answer.Parameter?.Value).toBe("1");
    expect(endpoint.calls).toHaveLength(3);
  });

  it("answers as late as told", async () => {
    const { endpoint, client } = await start({ "/a": { value: "1" } });
    endpoint.delay(150);
    const started = performance.now();

    await client.send(new GetParameterCommand({ Name: "/a" }));

    expect(performance.now() - started).toBeGreaterThanOrEqual(149);
  });

  it("refuses a request that nobody signed", async () => {
    const { endpoint } = await start({ "/a": { value: SECRET } });

    const response = await fetch(endpoint.url, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParameter" },
      body: JSON.stringify({ Name: "/a", WithDecryption: true }),
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      __type: "MissingAuthenticationTokenException",
      message: "Missing Authentication Token",
    });
  });
});
