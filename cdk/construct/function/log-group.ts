import { type RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

export interface LogOptions {
  readonly retention?: RetentionDays | undefined;
  readonly encryptionKey?: IKey | undefined;
  readonly removalPolicy: RemovalPolicy;
}

/** Creates a log group, and lets CloudWatch Logs use its key. */
export function logGroup(scope: Construct, id: string, options: LogOptions): LogGroup {
  const { retention = RetentionDays.THREE_MONTHS, encryptionKey, removalPolicy } = options;
  if (encryptionKey) letLogsUse(encryptionKey, Stack.of(scope));
  return new LogGroup(scope, id, { retention, removalPolicy, ...(encryptionKey ? { encryptionKey } : {}) });
}

/**
 * The permission to search the function's own log group, in which the dashboard's plan finds the last run. The log
 * contains no secret.
 */
export function readsLog(logs: LogGroup): PolicyStatement {
  return new PolicyStatement({ actions: ["logs:FilterLogEvents"], resources: [logs.logGroupArn] });
}

/** Lets CloudWatch Logs use the key. Without this permission, CloudFormation fails to create the log group. */
function letLogsUse(key: IKey, stack: Stack): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      resources: ["*"],
      conditions: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": stack.formatArn({
            service: "logs",
            resource: "log-group:*",
          }),
        },
      },
    }),
    true,
  );
}
