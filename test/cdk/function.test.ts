import { Duration, Fn } from "aws-cdk-lib";
import { Match } from "aws-cdk-lib/assertions";
import { Peer, Port, Vpc } from "aws-cdk-lib/aws-ec2";
import { AnyPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { describe, expect, test } from "vitest";
import { ensure, only, stack, statementsOf, template, templateOf } from "./synth.ts";

const FUNCTION_ROLE = /^EnsureRoleDefaultPolicy/;
const DESCRIPTION = "Keeps JetStream as the topology orders declares it";
const functionWith = (properties: Record<string, unknown>) => ({ Description: DESCRIPTION, ...properties });
const vpcOf = (at: ReturnType<typeof stack>) =>
  Vpc.fromVpcAttributes(at, "Vpc", {
    vpcId: "vpc-0123456789abcdef0",
    availabilityZones: ["a"],
    privateSubnetIds: ["subnet-0123456789abcdef0"],
  });

describe("the function", () => {
  test("runs on Node 24 on arm64, one at a time, with JSON logs in a group of its own", () => {
    template().hasResourceProperties(
      "AWS::Lambda::Function",
      functionWith({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        MemorySize: 256,
        Timeout: 60,
        ReservedConcurrentExecutions: 1,
        LoggingConfig: { LogFormat: "JSON", LogGroup: { Ref: Match.stringLikeRegexp("^EnsureLogs") } },
      }),
    );
  });

  test("is told where the broker is, and no secret", () => {
    const made = template({
      servers: ["tls://a.example.com:4222", "tls://b.example.com"],
      tls: true,
      tlsHandshakeFirst: true,
      domain: "hub",
      inboxPrefix: "_INBOX_ensure",
      credentials: { user: "/orders/user", password: "/orders/password" },
    });
    made.hasResourceProperties(
      "AWS::Lambda::Function",
      functionWith({
        Environment: {
          Variables: {
            NATS_SERVERS: "tls://a.example.com:4222,tls://b.example.com",
            NATS_TLS: "required",
            NATS_TLS_FIRST: "true",
            NATS_JS_DOMAIN: "hub",
            NATS_INBOX_PREFIX: "_INBOX_ensure",
            NATS_USER_PARAMETER: "/orders/user",
            NATS_PASSWORD_PARAMETER: "/orders/password",
          },
        },
      }),
    );
  });

  test("takes what its app gives it", () => {
    const made = template({
      memory: 512,
      timeout: Duration.minutes(2),
      functionName: "orders-ensure",
      apiPrefix: "$JS.hub.API",
      reserveConcurrency: false,
    });
    made.hasResourceProperties(
      "AWS::Lambda::Function",
      functionWith({
        MemorySize: 512,
        Timeout: 120,
        FunctionName: "orders-ensure",
        ReservedConcurrentExecutions: Match.absent(),
        Environment: { Variables: Match.objectLike({ NATS_JS_API_PREFIX: "$JS.hub.API" }) },
      }),
    );
  });

  test.each([
    [{ servers: [] }, /NATS_SERVERS is missing/],
    [{ servers: ["nats://user:pa55word@nats.example.com"] }, /credentials belong in SSM/],
    [{ domain: "hub", apiPrefix: "$JS.hub.API" }, /both set/],
    [{ credentials: { creds: "/a", nkey: "/b" } }, /a connection logs in one way/],
    [{ credentials: { user: "/a" } }, /NATS_USER_PARAMETER is set without NATS_PASSWORD_PARAMETER/],
  ])("what it would refuse at its first run, it refuses at synth: %j", (props, reason) => {
    expect(() => ensure(props)).toThrow(reason);
  });

  test("takes an address that only the deployment knows", () => {
    template({ servers: [Fn.importValue("BrokerAddress"), "nats://b"] }).hasResourceProperties(
      "AWS::Lambda::Function",
      functionWith({
        Environment: {
          Variables: { NATS_SERVERS: { "Fn::Join": ["", [{ "Fn::ImportValue": "BrokerAddress" }, ",nats://b"]] } },
        },
      }),
    );
  });

  test.each([
    [["<token>", "http://b"], /"http:\/\/b", which is no address/],
    [["<token>", "nats://user:pa55word@b"], /a user or a password in address 2/],
    [["nats://user:<token>@b"], /a user or a password in address 1/],
    [["https://<token>:4222"], /no address/],
  ])("checks the other addresses beside one that only the deployment knows: %j", (servers, reason) => {
    const withToken = servers.map((server) => server.replace("<token>", Fn.importValue("BrokerAddress")));
    expect(() => ensure({ servers: withToken })).toThrow(reason);
  });

  test.each([
    "tls://<token>:4222",
    "tls://nats.<token>",
    "nats://b:<token>",
    "<token>:4222",
    "<token>://b:4222",
    "<token>",
  ])("takes an address with a part that only the deployment knows: %s", (server) => {
    expect(() => ensure({ servers: [server.replace("<token>", Fn.importValue("BrokerAddress"))] })).not.toThrow();
  });

  test("refuses a list of addresses of which only the deployment knows how many it has", () => {
    const list = Fn.split(",", Fn.importValue("BrokerAddresses"));
    expect(() => ensure({ servers: list })).toThrow(/servers is a list that only the deployment knows/);
    expect(() => ensure({ servers: ["nats://a", ...list] })).toThrow(
      /servers is a list that only the deployment knows/,
    );
    expect(() => ensure({ servers: [Fn.join(",", list)] })).not.toThrow();
  });

  test("says nothing of a password that was put into an address", () => {
    expect(() => ensure({ servers: ["nats://user:pa55word@nats.example.com"] })).not.toThrow(/pa55word/);
  });

  test("has the log for three months, and longer than the stack", () => {
    template().hasResource("AWS::Logs::LogGroup", {
      Properties: { RetentionInDays: 90 },
      DeletionPolicy: "Retain",
    });
  });

  test("has its logs under a key that lets CloudWatch Logs use it", () => {
    const made = template((at) => ({ logEncryptionKey: new Key(at, "Key") }));
    made.allResourcesProperties("AWS::Logs::LogGroup", { KmsKeyId: Match.anyValue() });
    made.hasResourceProperties("AWS::KMS::Key", {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: { "Fn::Join": ["", ["logs.", { Ref: "AWS::Region" }, ".amazonaws.com"]] } },
          }),
        ]),
      },
    });
  });
});

describe("what roles may do", () => {
  test("is in no policy of AWS's own, and on no wildcard", () => {
    const made = template({ credentials: { creds: "/orders/creds" } });
    for (const role of Object.values(made.findResources("AWS::IAM::Role"))) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    }
    for (const policy of Object.values(made.findResources("AWS::IAM::Policy"))) {
      for (const { Resource, Action } of policy.Properties.PolicyDocument.Statement) {
        expect(JSON.stringify([Resource, Action])).not.toContain("*");
      }
    }
  });

  test("is to log and to send dead letters, for a function without credentials and network", () => {
    expect(statementsOf(template(), FUNCTION_ROLE).map(({ Action }) => Action)).toEqual([
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      ["sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"],
      // The dashboard's last run, in its own log group.
      "logs:FilterLogEvents",
    ]);
  });

  test("is to make network interfaces only in a VPC", () => {
    const network = (made: ReturnType<typeof template>) => JSON.stringify(made.toJSON()).match(/"ec2:\w+"/g) ?? [];
    expect(network(template())).toEqual([]);
    expect(network(template((at) => ({ vpc: vpcOf(at) })))).toContain('"ec2:CreateNetworkInterface"');
  });

  test("is to invoke the function, for whom its app lets", () => {
    const at = stack();
    const made = ensure({}, at);
    made.grantInvoke(new Role(at, "Operator", { assumedBy: new AnyPrincipal() }));
    const [statement] = statementsOf(templateOf(made), /^Operator/);
    expect(statement).toMatchObject({
      Action: "lambda:InvokeFunction",
      Resource: { Ref: expect.stringMatching(/^EnsureLive/) },
    });
  });
});

describe("in a VPC", () => {
  test("the function is in the private subnets, and has connections", () => {
    const at = stack();
    const made = ensure({ vpc: vpcOf(at) }, at);
    made.connections.allowTo(Peer.ipv4("10.0.0.0/16"), Port.tcp(4222));
    templateOf(made).hasResourceProperties(
      "AWS::Lambda::Function",
      functionWith({ VpcConfig: { SubnetIds: ["subnet-0123456789abcdef0"], SecurityGroupIds: [Match.anyValue()] } }),
    );
  });

  test("only: subnets without a VPC are refused", () => {
    expect(() => ensure({ vpcSubnets: { subnetGroupName: "private" } })).toThrow(/pass the vpc too/);
  });
});

test("the alias is of the current version, and its events are not tried again after a failed run", () => {
  const made = template();
  expect(only(made, "AWS::Lambda::Alias").Properties).toMatchObject({ Name: "live" });
  expect(only(made, "AWS::Lambda::EventInvokeConfig").Properties).toMatchObject({
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: 900,
    DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": [expect.stringMatching(/DeadLetters/), "Arn"] } } },
    // An event configuration of $LATEST would not hold for what goes to the alias.
    Qualifier: { "Fn::Select": [7, { "Fn::Split": [":", { Ref: expect.stringMatching(/^EnsureLive/) }] }] },
  });
});
