import { GetParametersCommand, InvalidKeyId, SSMClient, SSMServiceException } from "@aws-sdk/client-ssm";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it } from "vitest";
import { CredentialsError } from "../../../functions/ensure/broker/credentials-error.ts";
import type { ParameterNames } from "../../../functions/ensure/broker/parameter-names.ts";
import { readParameters } from "../../../functions/ensure/broker/parameter-store.ts";
import { credentialsReader } from "../../../functions/ensure/broker/read-credentials.ts";

const client = new SSMClient({ region: "eu-west-1" });
const ssm = mockClient(client);
afterEach(() => ssm.reset());

const names: ParameterNames = { NATS_USER_PARAMETER: "/u", NATS_PASSWORD_PARAMETER: "/p" };

function answering(password: string): void {
  ssm.on(GetParametersCommand).resolves({
    Parameters: [
      { Name: "/p", Value: password },
      { Name: "/u", Value: "lambda" },
    ],
  });
}

describe("reading credentials", () => {
  it("takes one request, decrypted, however many parameters there are", async () => {
    answering("one");
    const read = await credentialsReader(() => client).read(names, { maxAge: 300 });
    expect(read).toEqual({ credentials: { user: "lambda", password: "one" }, cached: false });
    expect(ssm.calls().map(({ args: [command] }) => command.input)).toEqual([
      { Names: ["/u", "/p"], WithDecryption: true },
    ]);
  });

  it("asks nobody where the broker needs no credentials", async () => {
    const reader = credentialsReader(() => {
      throw new Error("a client was made");
    });
    expect(await reader.read({}, { maxAge: 300 })).toEqual({ credentials: {}, cached: false });
  });

  it("keeps them for the accepted age, and then asks again", async () => {
    let now = 1_000_000;
    const reader = credentialsReader(
      () => client,
      () => now,
    );
    answering("one");
    await reader.read(names, { maxAge: 300 });
    answering("two");
    now += 299_999;
    const kept = await reader.read(names, { maxAge: 300 });
    now += 1;
    const renewed = await reader.read(names, { maxAge: 300 });
    expect(kept).toMatchObject({ credentials: { password: "one" }, cached: true });
    expect(renewed).toMatchObject({ credentials: { password: "two" }, cached: false });
  });

  it("asks SSM when told to, and then keeps the newer ones", async () => {
    const reader = credentialsReader(() => client);
    answering("one");
    await reader.read(names, { maxAge: 300 });
    answering("two");
    expect(await reader.read(names, { maxAge: 300, fresh: true })).toMatchObject({ cached: false });
    expect(await reader.read(names, { maxAge: 300 })).toMatchObject({ credentials: { password: "two" }, cached: true });
  });

  it("keeps nothing for other parameters, at age 0, or after a failure", async () => {
    const reader = credentialsReader(() => client);
    answering("one");
    await reader.read(names, { maxAge: 300 });
    expect(await reader.read({ NATS_TOKEN_PARAMETER: "/p" }, { maxAge: 300 })).toMatchObject({ cached: false });
    expect(await reader.read(names, { maxAge: 0 })).toMatchObject({ cached: false });
    answering("two\nlines");
    await expect(reader.read(names, { maxAge: 0 })).rejects.toThrow(CredentialsError);
    answering("three");
    expect(await reader.read(names, { maxAge: 0 })).toMatchObject({ credentials: { password: "three" } });
  });
});

describe("a parameter is found", () => {
  it.each([
    ["by its version", "/a/b:3", { Name: "/a/b", Selector: ":3", Value: "x" }],
    ["by its label", "/a/b:live", { Name: "/a/b", Selector: ":live", Value: "x" }],
    ["by its version where the answer keeps silent about it", "/a/b:3", { Name: "/a/b", Value: "x" }],
    [
      "by its ARN",
      "arn:aws-cn:ssm:cn-north-1:123456789012:parameter/a/b",
      { Name: "/a/b", ARN: "arn:aws-cn:ssm:cn-north-1:123456789012:parameter/a/b", Value: "x" },
    ],
    [
      "by the name of its secret in Secrets Manager",
      "/aws/reference/secretsmanager/orders/nats",
      {
        Name: "/aws/reference/secretsmanager/orders/nats",
        ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/nats-a1b2c3",
        Value: "x",
        Version: 0,
      },
    ],
    [
      "by its ARN and version",
      "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b:3",
      { Name: "/a/b", ARN: "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b", Selector: ":3", Value: "x" },
    ],
    [
      "by its ARN where the answer has it as the name",
      "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b",
      { Name: "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b", Value: "x" },
    ],
  ])("%s", async (_, name, parameter) => {
    ssm.on(GetParametersCommand).resolves({ Parameters: [{ Name: "/other", Value: "y" }, parameter] });
    expect(await readParameters(client, [name])).toEqual(new Map([[name, "x"]]));
  });

  it("in each of two versions", async () => {
    ssm.on(GetParametersCommand).resolves({
      Parameters: [
        { Name: "/a", Selector: ":1", Value: "old" },
        { Name: "/a", Selector: ":2", Value: "new" },
      ],
    });
    expect(await readParameters(client, ["/a:2", "/a:1"])).toEqual(
      new Map(Object.entries({ "/a:2": "new", "/a:1": "old" })),
    );
  });

  it("once where two settings name it", async () => {
    ssm.on(GetParametersCommand).resolves({ Parameters: [{ Name: "/a", Value: "x" }] });
    await readParameters(client, ["/a", "/a"]);
    expect(ssm.calls()[0]?.args[0].input).toMatchObject({ Names: ["/a"] });
  });
});

describe("a parameter that cannot be read", () => {
  const denied = "User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: ";
  it.each([
    [
      "is not allowed",
      exception("AccessDeniedException", `${denied}ssm:GetParameters`),
      "auth",
      /role ssm:GetParameters/,
    ],
    [
      "is a secret that is not allowed",
      exception("AccessDeniedException", `${denied}secretsmanager:GetSecretValue`),
      "auth",
      /role secretsmanager:GetSecretValue on the secret/,
    ],
    [
      "is not to be decrypted",
      exception("AccessDeniedException", `${denied}kms:Decrypt`),
      "auth",
      /KMS .* kms:Decrypt/,
    ],
    [
      "has a key that is gone",
      exception("AccessDeniedException", "The ciphertext refers to a customer master key that does not exist"),
      "auth",
      /kms:Decrypt/,
    ],
    ["has a key that is disabled", new InvalidKeyId({ message: "x", $metadata: {} }), "auth", /key is enabled/],
    ["is asked for too often", exception("ThrottlingException", "Rate exceeded"), "unavailable", /too many requests/],
    ["meets a failure of SSM", exception("InternalServerError", "", "server"), "unavailable", /try again/],
    ["meets refused AWS credentials", exception("ExpiredTokenException", "expired"), "auth", /own credentials/],
    ["meets no AWS credentials", named("CredentialsProviderError", "none"), "auth", /Give this function a role/],
    ["meets no region", new Error("Region is missing"), "config", /AWS_REGION/],
    ["is asked for in vain", named("TimeoutError", "socket hang up"), "network", /no answer in time.*endpoint of SSM/],
    ["is out of reach", named("Error", "getaddrinfo ENOTFOUND ssm.eu-west-1.amazonaws.com"), "network", /ENOTFOUND/],
  ])("because it %s is named in one sentence", async (_, cause, errorClass, sentence) => {
    ssm.on(GetParametersCommand).rejects(cause);
    const error = await rejection(["/u", "/p"]);
    expect(error).toMatchObject({ class: errorClass });
    expect(error.message).toMatch(sentence);
    expect(error.message).toContain("Cannot read /u, /p from SSM");
    expect(error.stack).toBe(`CredentialsError: ${error.message}`);
  });

  it("because it does not exist is named, with the region", async () => {
    ssm.on(GetParametersCommand).resolves({ Parameters: [{ Name: "/u", Value: "x" }], InvalidParameters: ["/p"] });
    const error = await rejection(["/u", "/p"]);
    expect(error).toMatchObject({ class: "config" });
    expect(error.message).toMatch(/^SSM has no parameter \/p in eu-west-1: create it as SecureString/);
  });

  it("because its secret does not exist is to be created in Secrets Manager", async () => {
    const name = "/aws/reference/secretsmanager/orders/nats";
    ssm.on(GetParametersCommand).resolves({ Parameters: [], InvalidParameters: [name] });
    expect((await rejection([name])).message).toContain(
      `no parameter ${name} in eu-west-1: create it in Secrets Manager`,
    );
  });

  it("because the answer keeps silent about it is not taken for empty", async () => {
    ssm.on(GetParametersCommand).resolves({ Parameters: [] });
    expect((await rejection(["/u", "/p"])).message).toContain("SSM has no parameters /u, /p");
  });
});

function exception(name: string, message: string, fault: "client" | "server" = "client"): SSMServiceException {
  return new SSMServiceException({ name, message, $fault: fault, $metadata: {} });
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

async function rejection(of: string[]): Promise<CredentialsError> {
  const error = await readParameters(client, of).catch((thrown: unknown) => thrown);
  if (error instanceof CredentialsError) return error;
  throw new Error(`No CredentialsError, but ${String(error)}.`);
}
