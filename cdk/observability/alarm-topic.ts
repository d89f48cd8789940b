import { Stack } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { shortened } from "../construct/checked-topology.ts";

/** The topic that alarms notify: the topic of the props, or a new one by default. Returns `undefined` for `false`. */
export function topicOf(scope: Construct, topic: ITopic | false | undefined, topology: string): ITopic | undefined {
  return topic === undefined ? newTopic(scope, topology) : topic || undefined;
}

function newTopic(scope: Construct, topology: string): Topic {
  const topic = new Topic(scope, "AlarmTopic", {
    // SNS takes at most 100 characters.
    displayName: shortened(`JetStream topology ${topology}`, 100),
    enforceSSL: true,
  });
  const stack = Stack.of(scope);
  // A topic without a policy lets the account's alarms publish. This topic has a policy that enforces TLS, so the
  // policy must allow the alarms explicitly.
  topic.grantPublish(
    new ServicePrincipal("cloudwatch.amazonaws.com", {
      conditions: {
        StringEquals: { "aws:SourceAccount": stack.account },
        ArnLike: { "aws:SourceArn": stack.formatArn({ service: "cloudwatch", resource: "alarm:*" }) },
      },
    }),
  );
  return topic;
}
