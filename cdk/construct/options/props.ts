import type { Duration } from "aws-cdk-lib";
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Mode } from "../../../lib/report/result.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import type { AlarmOptions } from "./alarm-options.ts";
import type { BrokerCredentials } from "./broker-credentials.ts";
import type { DashboardOptions } from "./dashboard-options.ts";
import type { DeployOptions } from "./deploy-options.ts";

export type { ParameterSource, TlsFiles } from "./broker-credentials.ts";
export type { AlarmOptions, BrokerCredentials, DashboardOptions, DeployOptions };

export interface JetStreamEnsureProps {
  /**
   * The topology: a declaration, or the path of a `.json`, `.yaml` or `.yml` file, relative to the working directory.
   * The construct checks it at synth, so a wrong topology never deploys.
   */
  readonly topology: Topology | string;

  /** The broker's addresses, such as `tls://nats.example.com:4222`. A user and a password belong in SSM, not here. */
  readonly servers: string[];

  /**
   * The parameters with the broker's credentials. The function may read only these parameters.
   * @default - none, for a broker without users, or one that trusts the network
   */
  readonly credentials?: BrokerCredentials;

  /**
   * Requires TLS: without it the function does not connect.
   * @default - TLS only if a server's URL (`tls://`) or a certificate asks for it
   */
  readonly tls?: boolean;

  /**
   * Starts the TLS handshake before the server's first message, for a server with `handshake_first`.
   * @default false
   */
  readonly tlsHandshakeFirst?: boolean;

  /**
   * The JetStream domain: requests go to `$JS.<domain>.API`.
   * @default - none
   */
  readonly domain?: string;

  /**
   * The prefix of the JetStream API's subjects, for an account that imports the API of another account.
   * @default "$JS.API"
   */
  readonly apiPrefix?: string;

  /**
   * The prefix of the inboxes to which the broker answers, for a user who may not subscribe to all inboxes.
   * @default "_INBOX"
   */
  readonly inboxPrefix?: string;

  /**
   * The mode of scheduled runs and deployments: `plan` never writes, `ensure` applies safe differences.
   * @default "ensure"
   */
  readonly mode?: Mode;

  /**
   * The schedule of the runs; `false`: no schedule.
   * @default ScheduleExpression.rate(Duration.minutes(5))
   */
  readonly schedule?: ScheduleExpression | false;

  /**
   * Runs the function at every deployment that changes the topology, the code or the configuration.
   * @default true
   */
  readonly onDeploy?: boolean | DeployOptions;

  /**
   * Plans whenever a parameter with credentials changes, its label moves, or it is deleted. That proves new credentials
   * within seconds. Events reach only the account and region that own a parameter.
   * @default true
   */
  readonly onRotation?: boolean;

  /**
   * The network of a broker that the internet cannot reach. The function must also reach SSM from it, through a NAT
   * gateway or the interface endpoint of `ssm`. To show the last run on the dashboard, it must reach `logs` too.
   * @default - none
   */
  readonly vpc?: IVpc;

  /**
   * The subnets of the VPC.
   * @default - the private subnets
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The function's security groups in the VPC.
   * @default - a new security group that allows all outgoing connections
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The function's memory in MiB.
   * @default 256
   */
  readonly memory?: number;

  /**
   * The time for one run: at most 15 minutes. The function keeps the last tenth of it for the report.
   * @default Duration.seconds(60)
   */
  readonly timeout?: Duration;

  /**
   * Reserves one concurrent execution, so that runs never overlap. AWS refuses the reservation if it leaves the account
   * with less than the required minimum. A new account has 10 executions and must keep all of them. In such an account,
   * set `false`, or ask AWS for a higher quota.
   * @default true
   */
  readonly reserveConcurrency?: boolean;

  /**
   * How long CloudWatch keeps the log, which is the history of drift. The log group stays when the stack is deleted.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * The key that encrypts the logs. The construct lets CloudWatch Logs use a key of this app. An imported key must
   * already allow that.
   * @default - CloudWatch Logs encrypts with its own key
   */
  readonly logEncryptionKey?: IKey;

  /**
   * The alarms to create; `false`: none.
   * @default - all
   */
  readonly alarms?: AlarmOptions | false;

  /**
   * The topic that alarms notify; `false`: alarms only have a state and notify nobody. Your own topic must let
   * `cloudwatch.amazonaws.com` publish.
   * @default - a new topic: subscribe to the property `alarmTopic`
   */
  readonly alarmTopic?: ITopic | false;

  /**
   * Creates a dashboard with the live plan on top, and drift, differences, storage and run time below. A separate
   * function, which only plans, serves the plan. A viewer needs permission to invoke it (`grantLook`). A user who
   * presses a button needs permission to invoke the alias (`grantInvoke`).
   * @default true
   */
  readonly dashboard?: boolean | DashboardOptions;

  /**
   * Creates saved Logs Insights queries, and the alarms that combine metrics or other alarms. Local emulators do not
   * support these.
   * @default true
   */
  readonly observability?: boolean;

  /**
   * Creates events for the console's Test button, shared with everyone in the account: plan, ensure, one resource,
   * approve.
   * @default false
   */
  readonly testEvents?: boolean;

  /**
   * Creates the registry for these events. There is one registry for each account and region. It already exists if
   * anybody has saved a shareable event, and then this must be false. It stays when the stack is deleted.
   * @default false
   */
  readonly createTestEventRegistry?: boolean;

  /**
   * The function's name.
   * @default - a name that CloudFormation generates
   */
  readonly functionName?: string;
}
