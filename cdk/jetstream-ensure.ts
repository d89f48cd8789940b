import type { Dashboard, IAlarm, Metric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { Connections, IConnectable } from "aws-cdk-lib/aws-ec2";
import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import type { Alias, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { KindMetricName, MetricName } from "../functions/ensure/telemetry/metric-names.ts";
import type { ResolvedTopology } from "../lib/topology/index.ts";
import type { ResourceKind } from "../lib/topology/resolve/resolved.ts";
import { checkedTopology, topologyHash } from "./construct/checked-topology.ts";
import { credentialParameters } from "./construct/credentials.ts";
import { boundAsyncInvokes, deadLetterQueue } from "./construct/delivery.ts";
import { deployHook } from "./construct/deploy-hook.ts";
import { ensureFunction } from "./construct/function/ensure-function.ts";
import { lookFunction } from "./construct/function/look-function.ts";
import { DEFAULT_MODE, deployOptions } from "./construct/options/deploy-options.ts";
import type { JetStreamEnsureProps } from "./construct/options/props.ts";
import { warnOfPlaintext } from "./construct/plaintext-warning.ts";
import { rotationRules } from "./construct/rotation.ts";
import { defaultSchedule, ensureSchedule, intervalOf } from "./construct/schedule.ts";
import { UsageError } from "./construct/usage-error.ts";
import { topicOf } from "./observability/alarm-topic.ts";
import { type Alarms, ensureAlarms } from "./observability/alarms.ts";
import { ensureDashboard } from "./observability/dashboard.ts";
import { claimMetrics, kindMetric, type MetricSource, runMetric } from "./observability/metrics.ts";
import { savedQueries } from "./observability/queries.ts";
import { testEvents } from "./observability/test-events.ts";

/**
 * Keeps a NATS broker's streams, buckets, object stores and consumers as a topology declares them.
 *
 * The construct contains a function and the triggers that invoke it: a schedule, each deployment, and a change of the
 * credentials. Alarms, metrics, a dashboard and saved queries watch the function. It never deletes anything, and never
 * discards a stored message unless a user allows it.
 */
export class JetStreamEnsure extends Construct implements IConnectable {
  /** The topology in the broker's terms. */
  readonly topology: ResolvedTopology;
  readonly function: LambdaFunction;
  /** The alias `live`. Callers invoke this alias. */
  readonly alias: Alias;
  readonly logGroup: LogGroup;
  /** The queue with events that AWS gave up. */
  readonly deadLetterQueue: Queue;
  /** The topic that alarms notify. Subscribe to it. Undefined if alarms notify nobody. */
  readonly alarmTopic: ITopic | undefined;
  /** Undefined if the props ask for no dashboard. */
  readonly dashboard: Dashboard | undefined;
  /** The function that serves the dashboard's plan. It only plans. Undefined if there is no dashboard. */
  readonly lookFunction: LambdaFunction | undefined;
  /** The alarms by name, without those that the props turn off. */
  readonly alarms: Readonly<Alarms>;

  /**
   * @throws TopologyError if the topology is wrong
   * @throws SettingsError if the function's environment would be wrong
   */
  constructor(scope: Construct, id: string, props: JetStreamEnsureProps) {
    super(scope, id);
    this.topology = checkedTopology(props.topology);
    const { topology } = this;
    claimMetrics(this, topology.name, props.functionName);
    const { mode = DEFAULT_MODE, schedule = defaultSchedule() } = props;
    const parameters = credentialParameters(this, props.credentials);
    warnOfPlaintext(this, props);
    const target = ensureFunction(this, props, { topology, parameters });
    const { fn, alias, live, logs } = target;
    this.function = fn;
    this.alias = alias;
    this.logGroup = logs;
    this.deadLetterQueue = deadLetterQueue(this);
    const deadLetters = this.deadLetterQueue;
    boundAsyncInvokes(alias, deadLetters);
    if (schedule) ensureSchedule(this, { live, deadLetters, expression: schedule, mode, topology: topology.name });
    if (props.onDeploy !== false) {
      const { logRetention, logEncryptionKey } = props;
      const hash = topologyHash(topology);
      deployHook(this, { target, topologyHash: hash, ...deployOptions(props), logRetention, logEncryptionKey });
    }
    if (props.onRotation !== false) {
      const { names, secrets } = parameters;
      rotationRules(this, { live, deadLetters, names, secrets });
    }
    const { alarms = {}, dashboard = true, observability = true } = props;
    const interval = schedule ? intervalOf(schedule) : undefined;
    this.alarmTopic = alarms ? topicOf(this, props.alarmTopic, topology.name) : undefined;
    this.alarms = ensureAlarms(this, {
      target,
      source: this.metricSource,
      mode,
      deadLetters,
      interval,
      chosen: alarms,
      maths: observability,
      topic: this.alarmTopic,
    });
    if (dashboard) {
      this.lookFunction = lookFunction(this, props, { target, topology, parameters });
      this.dashboard = ensureDashboard(this, {
        target,
        look: this.lookFunction,
        source: this.metricSource,
        topology,
        alarms: Object.values(this.alarms) as IAlarm[],
        interval,
        options: dashboard === true ? {} : dashboard,
      });
    }
    if (observability) savedQueries(this, { logs, topology });
    if (props.testEvents)
      testEvents(this, {
        functionName: fn.functionName,
        topology,
        createRegistry: props.createTestEventRegistry ?? false,
      });
  }

  private get metricSource(): MetricSource {
    return { topology: this.topology.name, functionName: this.function.functionName };
  }

  /** The function's network connections. Only a function in a VPC has them. */
  get connections(): Connections {
    return this.function.connections;
  }

  /** Lets a user view the dashboard's plan, and nothing else. The buttons of the dashboard need `grantInvoke`. */
  grantLook(grantee: IGrantable): Grant {
    if (!this.lookFunction) throw new UsageError(`${this.node.path} has no dashboard to look at.`);
    return this.lookFunction.grantInvoke(grantee);
  }

  /** Lets a user invoke the function, with `{ "mode": "plan" }` and with `{ "mode": "ensure" }`. */
  grantInvoke(grantee: IGrantable): Grant {
    return this.alias.grantInvoke(grantee);
  }

  /**
   * Any metric that the function writes. The methods below are shorthands for it.
   * @default - the statistic is the sum for what runs did, and the maximum for what runs found
   */
  metric(name: MetricName, options?: MetricOptions): Metric {
    return runMetric(this.metricSource, name, options);
  }

  /**
   * The metric `Drift`, `Held` or `Failed` for one kind of resource: `stream`, `kv`, `object` or `consumer`.
   * @default - the statistic is the maximum
   */
  metricOfKind(kind: ResourceKind, name: KindMetricName, options?: MetricOptions): Metric {
    return kindMetric(this.metricSource, kind, name, options);
  }

  /** Resources that were not as declared when a run began, mended or not. */
  metricDrift(options?: MetricOptions): Metric {
    return this.metric("Drift", options);
  }

  /** Resources with differences that were not applied. */
  metricHeld(options?: MetricOptions): Metric {
    return this.metric("Held", options);
  }

  /** Resources that failed: the run could not create or read them. */
  metricFailed(options?: MetricOptions): Metric {
    return this.metric("Failed", options);
  }

  /** Live resources that no topology declares. */
  metricUnmanaged(options?: MetricOptions): Metric {
    return this.metric("Unmanaged", options);
  }

  /** Runs that did not fail. */
  metricRunsSucceeded(options?: MetricOptions): Metric {
    return this.metric("RunsSucceeded", options);
  }

  /** The duration of a run in milliseconds. */
  metricDuration(options?: MetricOptions): Metric {
    return this.metric("DurationMs", options);
  }
}
