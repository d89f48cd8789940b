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
   * What the broker is to have: the declaration, or the path of a `.json`, `.yaml` or `.yml` file (from the working
   * directory). It is checked at synth, so a wrong one never deploys.
   */
  readonly topology: Topology | string;

  /** The broker's addresses: `tls://nats.example.com:4222`. No user and no password: those belong in SSM. */
  readonly servers: string[];

  /**
   * Where the broker's credentials are. The function may read these parameters and no other.
   * @default - none: a broker without users, or one that knows the network
   */
  readonly credentials?: BrokerCredentials;

  /**
   * Connect with TLS, or not at all.
   * @default - TLS where a server's URL (`tls://`) or a certificate asks for it
   */
  readonly tls?: boolean;

  /**
   * The TLS handshake comes before the server's first word (`handshake_first` in its configuration).
   * @default false
   */
  readonly tlsHandshakeFirst?: boolean;

  /**
   * The JetStream domain: requests go to `$JS.<domain>.API`.
   * @default - none
   */
  readonly domain?: string;

  /**
   * The prefix of the JetStream API's subjects, where an account imports another's.
   * @default "$JS.API"
   */
  readonly apiPrefix?: string;

  /**
   * The prefix of the inboxes to which the broker answers, where the user may not subscribe to all.
   * @default "_INBOX"
   */
  readonly inboxPrefix?: string;

  /**
   * What the schedule and a deployment do: `plan` never writes, `ensure` applies what is safe.
   * @default "ensure"
   */
  readonly mode?: Mode;

  /**
   * When it runs by itself; `false`: never.
   * @default ScheduleExpression.rate(Duration.minutes(5))
   */
  readonly schedule?: ScheduleExpression | false;

  /**
   * Runs at every deployment that changes the topology, the code or the configuration.
   * @default true
   */
  readonly onDeploy?: boolean | DeployOptions;

  /**
   * Plans whenever one of the credentials' parameters changes, its label moves or it is deleted, which proves the new
   * ones within seconds. Events reach only the account and region that own a parameter.
   * @default true
   */
  readonly onRotation?: boolean;

  /**
   * The network of a broker that is not reachable from the internet. It has to lead to SSM as well (a NAT gateway, or
   * the interface endpoint of `ssm`); the dashboard's last run needs the endpoint of `logs` too.
   * @default - none
   */
  readonly vpc?: IVpc;

  /**
   * Subnets of the VPC.
   * @default - the private ones
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * Security groups of the function in the VPC.
   * @default - a new one, which may connect to everywhere
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * MiB.
   * @default 256
   */
  readonly memory?: number;

  /**
   * For one run: at most 15 minutes. It keeps the last tenth for its report.
   * @default Duration.seconds(60)
   */
  readonly timeout?: Duration;

  /**
   * Reserves one concurrent execution, so that no two runs overlap. AWS refuses that in an account that would be left
   * with less than it must keep (a new one has 10 in all, and must keep them): `false` there, or ask for more.
   * @default true
   */
  readonly reserveConcurrency?: boolean;

  /**
   * How long the log, which is the history of drift, is kept. It stays when the stack goes.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * Encrypts the logs. A key of this app is told to let CloudWatch Logs use it; an imported one must do so already.
   * @default - encrypted by CloudWatch Logs with its own key
   */
  readonly logEncryptionKey?: IKey;

  /**
   * Which alarms there are.
   * @default - all
   */
  readonly alarms?: AlarmOptions | false;

  /**
   * Where alarms go; `false`: nowhere, they merely have a state. A topic of yours must let `cloudwatch.amazonaws.com`
   * publish.
   * @default - a topic of its own: subscribe to `alarmTopic`
   */
  readonly alarmTopic?: ITopic | false;

  /**
   * A dashboard with the live plan on top, which a function of its own serves that only plans (whoever looks must be
   * allowed to invoke it: `grantLook`; whoever presses a button, the alias: `grantInvoke`), and drift, differences,
   * storage and run time below.
   * @default true
   */
  readonly dashboard?: boolean | DashboardOptions;

  /**
   * Saved Logs Insights queries, and the alarm that adds metrics up. Local emulators do not know these.
   * @default true
   */
  readonly observability?: boolean;

  /**
   * The events of the console's Test button, shared with everyone in the account: plan, ensure, one resource, approve.
   * @default false
   */
  readonly testEvents?: boolean;

  /**
   * Creates the registry of such events. There is one for each account and region: it exists once anybody saved a
   * shareable event, and then this must be false. It stays when the stack goes.
   * @default false
   */
  readonly createTestEventRegistry?: boolean;

  /**
   * The function's name.
   * @default - made by CloudFormation
   */
  readonly functionName?: string;
}
