import type { Mode } from "../../../lib/report/result.ts";
import type { FailOn } from "./fail-on.ts";

/*
 * The events that the function understands, as types. Any other event is a plan.
 *
 * `npm run -s reference` writes docs/reference/events.md and the exported JSON Schema from these types. `@schema` adds
 * what a type cannot express.
 */

/**
 * The function's own event, from a user, a schedule, a program, or a pipeline's `UserParameters`. An empty event is a
 * plan.
 */
export interface EnsureEvent {
  /** `plan` never writes. `ensure` applies what is safe, and what `approve` names. Default: `plan`. */
  mode?: Mode;
  /**
   * The name of who or what asks, for the log and the result: 1 to 64 visible characters. Default: `manual`.
   * @schema {"pattern":"\\S","maxLength":64}
   */
  trigger?: string;
  /**
   * Patterns of resource ids (`*` stands for any text). The run is about these resources only. Default: all.
   * @schema {"minItems":1,"maxItems":500,"items":{"pattern":"\\S","maxLength":600}}
   */
  only?: string[];
  /**
   * The id of a plan. The run applies its disruptive, lossy and one-way differences, if the broker has not changed
   * since.
   * @schema {"pattern":"\\S"}
   */
  approve?: string;
  /** Writes the topology's name on every declared resource that names none. Default: `false`. */
  adopt?: boolean;
}

/** EventBridge's event for a schedule. It is a plan, because the console's Test template has the same shape. */
export interface ScheduledEvent {
  source: "aws.events";
  "detail-type": "Scheduled Event";
}

/** A parameter with credentials changed. The function plans with the new credentials, which proves them. */
export interface ParameterStoreEvent {
  source: "aws.ssm";
  "detail-type": "Parameter Store Change";
  detail?: {
    /** The parameter's name. */
    name?: string;
    /** The operation: `LabelParameterVersion` if a label moved. */
    operation?: string;
  };
}

/** A secret's label moved to a new version. The function plans with the new credentials. */
export interface SecretLabelEvent {
  source: "aws.secretsmanager";
  "detail-type": "Secret Label Updated";
}

/**
 * The event of CloudFormation's custom resource. The function ensures on create and update, and does nothing on delete.
 */
export interface CustomResourceEvent {
  RequestType: "Create" | "Update" | "Delete";
  /** @schema {"pattern":"\\S"} */
  StackId: string;
  /** The id that the function returned for the first event. */
  PhysicalResourceId?: string;
  ResourceProperties?: {
    /** Default: `ensure`. */
    mode?: Mode;
    /** Default: `deploy`. */
    trigger?: string;
    /** What makes the deployment fail. Default: `failed`. */
    failOn?: FailOn;
  };
}

/** The event of a CodePipeline job. The function does what `UserParameters` say, and reports the job's result. */
export interface CodePipelineEvent {
  "CodePipeline.job": {
    id: string;
    data?: {
      actionConfiguration?: {
        configuration?: {
          /** The function's own event as JSON text, and `failOn` (`failed`, `held` or `never`). Default: a plan. */
          UserParameters?: string;
        };
      };
    };
  };
}

/** The event of a CodeDeploy hook. The function does what `HOOK_MODE` says, and reports to the deployment. */
export interface CodeDeployEvent {
  DeploymentId: string;
  LifecycleEventHookExecutionId: string;
}

/**
 * The event of a custom widget of a CloudWatch dashboard. The function returns HTML. The event may also have the keys
 * of the function's own event.
 */
export interface WidgetLookEvent {
  widgetContext: {
    /** The widget's parameters, which may have only the key `only`. */
    params?: {
      only?: string[];
    };
    theme?: string;
    timezone?: {
      /** The viewer's offset from UTC, such as `+02:00`. */
      offsetISO?: string;
    };
  };
}
