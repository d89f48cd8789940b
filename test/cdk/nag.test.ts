import type { Stack } from "aws-cdk-lib";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { describe, expect, test } from "vitest";
import { findings } from "./findings.ts";
import { ensure } from "./synth.ts";

describe("cdk-nag's AwsSolutions and Serverless packs", () => {
  test("find nothing in the construct as it is by default", () => {
    expect(findings((stack) => ensure({ credentials: { creds: "/orders/creds" } }, stack))).toEqual([]);
  });

  test("find nothing in the construct with all it can have", () => {
    const all = (stack: Stack) => {
      const key = (id: string) => new Key(stack, id, { enableKeyRotation: true });
      const vpc = Vpc.fromVpcAttributes(stack, "Vpc", {
        vpcId: "vpc-0123456789abcdef0",
        availabilityZones: ["a"],
        privateSubnetIds: ["subnet-0123456789abcdef0"],
      });
      const credentials = { creds: "/orders/creds", encryptionKey: key("Key") };
      const logEncryptionKey = key("LogKey");
      ensure({ credentials, logEncryptionKey, vpc, testEvents: true, createTestEventRegistry: true }, stack);
    };
    expect(findings(all)).toEqual([]);
  });

  test("do look: a permission on everything is found, and a queue without one for its dead letters", () => {
    const wildcard = new PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] });
    const found = findings((stack) => {
      ensure({}, stack).function.addToRolePolicy(wildcard);
      new Queue(stack, "Queue", { enforceSSL: true });
    });
    expect(found.sort()).toEqual([
      "AwsSolutions-IAM5[Resource::*]",
      "AwsSolutions-SQS3",
      "Serverless-SQSRedrivePolicy",
    ]);
  });
});
