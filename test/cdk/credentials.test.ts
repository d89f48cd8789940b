import { Fn, type Stack } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { Alias, Key } from "aws-cdk-lib/aws-kms";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { describe, expect, test } from "vitest";
import type { BrokerCredentials, JetStreamEnsureProps } from "../../cdk/construct/options/props.ts";
import { ensure, only, stack, statementsOf, template } from "./synth.ts";

const arnOf = (name: string, service = "ssm") => ({
  "Fn::Join": [
    "",
    ["arn:", { Ref: "AWS::Partition" }, `:${service}:`, { Ref: "AWS::Region" }, ":", { Ref: "AWS::AccountId" }, name],
  ],
});

/** What the function may do beside logging and giving up. */
function permissionsWith(credentials: BrokerCredentials | ((at: Stack) => BrokerCredentials)) {
  const result = template((at) => ({ credentials: typeof credentials === "function" ? credentials(at) : credentials }));
  const statements = statementsOf(result, /^EnsureRoleDefaultPolicy/);
  return { result, statements: statements.filter(({ Action }) => /^(ssm|kms|secretsmanager):/.test(String(Action))) };
}

const eventNames = (result: ReturnType<typeof template>) => {
  const { EventPattern } = only(result, "AWS::Events::Rule").Properties;
  return (EventPattern as { detail: { name: unknown } }).detail.name;
};

describe("the function may read", () => {
  test("just its parameters, and not what they were before", () => {
    const { statements } = permissionsWith({
      user: "/orders/user",
      password: "/orders/password",
      tls: { ca: "orders-ca", cert: "/orders/cert", key: "/orders/key" },
    });
    expect(statements).toEqual([
      {
        Effect: "Allow",
        Action: "ssm:GetParameters",
        Resource: ["orders/user", "orders/password", "orders-ca", "orders/cert", "orders/key"].map((name) =>
          arnOf(`:parameter/${name}`),
        ),
      },
    ]);
  });

  test("nothing where the broker wants no credentials", () => {
    expect(permissionsWith({}).statements).toEqual([]);
  });

  test("a version of a parameter, which policies and events know by its name alone", () => {
    const { result, statements } = permissionsWith({ creds: "/orders/creds:3" });
    expect(statements[0]?.Resource).toEqual(arnOf(":parameter/orders/creds"));
    expect(eventNames(result)).toEqual(["/orders/creds"]);
    expect(JSON.stringify(result.findResources("AWS::Lambda::Function"))).toContain('"/orders/creds:3"');
  });

  test.each([
    ["arn:aws:ssm:eu-west-1:123456789012:parameter/orders/creds", "/orders/creds"],
    ["arn:aws:ssm:eu-west-1:123456789012:parameter/orders-creds", "orders-creds"],
  ])("a parameter given by its ARN: %s", (arn, name) => {
    const { result, statements } = permissionsWith({ creds: arn });
    expect(statements[0]?.Resource).toBe(arn);
    expect(eventNames(result)).toEqual([name]);
    const versioned = permissionsWith({ creds: `${arn}:current` });
    expect(versioned.statements[0]?.Resource).toBe(arn);
    expect(eventNames(versioned.result)).toEqual([name]);
  });

  test("a parameter of the app's own", () => {
    const { result, statements } = permissionsWith((at) => ({
      creds: "/orders/creds",
      tls: { ca: new StringParameter(at, "Ca", { parameterName: "/orders/ca", stringValue: "PEM" }) },
    }));
    expect(JSON.stringify(statements[0]?.Resource)).toMatch(/parameter\/orders\/creds.*"Ref":"Ca/);
    expect(eventNames(result)).toEqual(["/orders/creds", { Ref: expect.stringMatching(/^Ca/) }]);
  });

  test("with a key of its own only these parameters, and only through SSM", () => {
    const { statements } = permissionsWith((at) => ({ creds: "/orders/creds", encryptionKey: new Key(at, "Key") }));
    expect(statements[1]).toEqual({
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: { "Fn::GetAtt": [expect.stringMatching(/^Key/), "Arn"] },
      Condition: {
        StringEquals: {
          "kms:EncryptionContext:PARAMETER_ARN": [arnOf(":parameter/orders/creds")],
          "kms:ViaService": { "Fn::Join": ["", ["ssm.", { Ref: "AWS::Region" }, ".", { Ref: "AWS::URLSuffix" }]] },
        },
      },
    });
  });

  test("a secret in Secrets Manager, which Parameter Store hands out", () => {
    const { result, statements } = permissionsWith({
      creds: "/aws/reference/secretsmanager/orders/nats@prod:AWSPREVIOUS",
      tls: { ca: "/orders/ca" },
    });
    expect(statements).toEqual([
      {
        Effect: "Allow",
        Action: "ssm:GetParameters",
        Resource: [arnOf(":parameter/aws/reference/secretsmanager/orders/nats@prod"), arnOf(":parameter/orders/ca")],
      },
      {
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: arnOf(":secret:orders/nats@prod-??????", "secretsmanager"),
      },
    ]);
    const patterns = Object.values(result.findResources("AWS::Events::Rule")).map(({ Properties }) => Properties);
    expect(patterns.map(({ EventPattern }) => EventPattern)).toEqual([
      {
        source: ["aws.ssm"],
        "detail-type": ["Parameter Store Change"],
        detail: expect.objectContaining({ name: ["/orders/ca"] }),
      },
      {
        source: ["aws.secretsmanager"],
        "detail-type": ["Secret Label Updated"],
        detail: { name: ["orders/nats@prod"] },
      },
    ]);
    for (const { Targets } of patterns) {
      expect(Targets).toMatchObject([{ Input: JSON.stringify({ mode: "plan", trigger: "credentials" }) }]);
    }
  });

  test("a secret under a key of its own, only through Secrets Manager", () => {
    const { statements } = permissionsWith((at) => ({
      creds: "/aws/reference/secretsmanager/orders",
      encryptionKey: new Key(at, "Key"),
    }));
    expect(statements.slice(2)).toEqual([
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: { "Fn::GetAtt": [expect.stringMatching(/^Key/), "Arn"] },
        Condition: {
          StringEquals: {
            "kms:ViaService": {
              "Fn::Join": ["", ["secretsmanager.", { Ref: "AWS::Region" }, ".", { Ref: "AWS::URLSuffix" }]],
            },
          },
          StringLike: { "kms:EncryptionContext:SecretARN": [arnOf(":secret:orders-??????", "secretsmanager")] },
        },
      },
    ]);
  });

  test("no parameter of another region, which SSM does not hand out", () => {
    const arn = "arn:aws:ssm:us-east-1:123456789012:parameter/orders/creds";
    const made = (creds: string, region: string) =>
      ensure({ credentials: { creds } }, stack({ env: { account: "123456789012", region } }));
    expect(() => made(arn, "eu-west-1")).toThrow(
      `The parameter ${arn} is in us-east-1, and the function in eu-west-1: SSM hands out only what its own region has.`,
    );
    expect(() => made(arn, "us-east-1")).not.toThrow();
    expect(() => made(arn.replace("123456789012", "210987654321"), "us-east-1")).not.toThrow();
  });

  test("nothing by an alias of a key, which no policy can name", () => {
    expect(() =>
      permissionsWith((at) => ({ creds: "/a", encryptionKey: Alias.fromAliasName(at, "Key", "alias/orders") })),
    ).toThrow(/pass the key itself/);
  });

  test("nothing by a name that only the deployment knows", () => {
    expect(() => permissionsWith((at) => ({ creds: `/${at.account}/creds` }))).toThrow(/pass the parameter instead/);
  });
});

describe("nats:// with credentials", () => {
  const warnings = (props: Partial<JetStreamEnsureProps>) => {
    const at = stack();
    ensure(props, at);
    return Annotations.fromStack(at)
      .findWarning("*", Match.anyValue())
      .map(({ entry }) => String(entry.data));
  };
  const token = { token: "/orders/token" };

  test("is a warning at synth, which names the address", () => {
    const servers = ["tls://a.example.com", "nats://b.example.com:4222", "nats://127.0.0.1:4222", "c.example.com"];
    expect(warnings({ servers, credentials: token })).toEqual([
      "The credentials go to nats://b.example.com:4222, c.example.com without TLS, unless the server asks for it: write tls:// instead " +
        "of nats://. [ack: jetstream-ensure:plaintext]",
    ]);
  });

  test.each([
    ["without credentials", { servers: ["nats://b.example.com"] }],
    [
      "on the same machine",
      { servers: ["nats://localhost:4222", "nats://[::1]", "nats://127.1.2.3"], credentials: token },
    ],
    ["where TLS is required", { servers: ["nats://b.example.com"], credentials: token, tls: true }],
    ["where a CA says so", { servers: ["nats://b"], credentials: { ...token, tls: { ca: "/orders/ca" } } }],
    ["where only the deployment knows the address", { servers: [Fn.importValue("Broker")], credentials: token }],
    ["over TLS", { servers: ["tls://b.example.com"], credentials: token }],
  ])("is none %s", (_, props) => {
    expect(warnings(props)).toEqual([]);
  });
});

describe("credentials that change", () => {
  test("are tried at once by a plan, which is not tried for ever", () => {
    const rule = only(template({ credentials: { creds: "/orders/creds" }, mode: "ensure" }), "AWS::Events::Rule");
    expect(rule.Properties).toMatchObject({
      EventPattern: {
        source: ["aws.ssm"],
        "detail-type": ["Parameter Store Change"],
        detail: {
          name: ["/orders/creds"],
          operation: ["Create", "Update", "LabelParameterVersion", "Delete"],
        },
      },
      Targets: [
        {
          Arn: { Ref: expect.stringMatching(/^EnsureLive/) },
          Input: JSON.stringify({ mode: "plan", trigger: "credentials" }),
          RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 900 },
          DeadLetterConfig: { Arn: { "Fn::GetAtt": [expect.stringMatching(/DeadLetters/), "Arn"] } },
        },
      ],
    });
  });

  test("are those of a label that moves, too, whose event has the bare name", () => {
    const rule = only(template({ credentials: { creds: "/orders/creds:prod" } }), "AWS::Events::Rule");
    expect(rule.Properties.EventPattern).toMatchObject({
      detail: { name: ["/orders/creds"], operation: expect.arrayContaining(["LabelParameterVersion"]) },
    });
  });

  test.each([
    ["without credentials", {}],
    ["where the app does not want it", { credentials: { creds: "/orders/creds" }, onRotation: false }],
  ])("start nothing %s", (_, props) => {
    template(props).resourceCountIs("AWS::Events::Rule", 0);
  });
});
