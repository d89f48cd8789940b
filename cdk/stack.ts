import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import { type Config, readConfig } from "./config.ts";
import { UsageError } from "./construct/usage-error.ts";
import { JetStreamEnsure } from "./jetstream-ensure.ts";
import kanade from "./kanade.ts";

/**
 * The stack that keeps the kanade fleet's broker as declared. The topology is kanade.ts, or the file that the
 * configuration names.
 */
export class KanadeStack extends Stack {
  readonly ensure: JetStreamEnsure;

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    const { vpcId, ...config } = readConfig(scope.node, process.env);
    super(scope, id, { ...props, ...environmentFor(vpcId) });
    this.ensure = new JetStreamEnsure(this, "Ensure", {
      topology: kanade,
      ...config,
      ...(vpcId === undefined ? {} : { vpc: Vpc.fromLookup(this, "Vpc", { vpcId }) }),
    });
    new CfnOutput(this, "FunctionName", { value: this.ensure.function.functionName });
    if (this.ensure.dashboard) new CfnOutput(this, "DashboardName", { value: this.ensure.dashboard.dashboardName });
    new CfnOutput(this, "LogGroupName", { value: this.ensure.logGroup.logGroupName });
  }
}

/**
 * The stack's account and region, which CDK needs to look a VPC up. Without a VPC, the stack is not bound to an account
 * or a region.
 */
function environmentFor(vpcId: Config["vpcId"]): Pick<StackProps, "env"> {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  if (vpcId === undefined) return {};
  if (account && region) return { env: { account, region } };
  throw new UsageError(`The VPC ${vpcId} has to be looked up in an account: log in to AWS first, and name a region.`);
}
