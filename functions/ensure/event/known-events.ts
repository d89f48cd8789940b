import type { Mode } from "../../../lib/report/result.ts";
import type { FailOn } from "./fail-on.ts";

/*
 * The events that the function understands, as types. docs/reference/events.md and the exported JSON Schema are made of
 * them; `@schema` adds what a type does not tell. Any other event is a plan.
 */

/** The function's own event: of a person, a schedule, a program, or a pipeline's `UserParameters`. The empty one is a plan. */
export interface EnsureEvent {
  /** `plan` never writes. `ensure` applies what is safe, and what `approve` names. Default: `plan`. */
  mode?: Mode;
  /**
   * Who or what asks, for the log and the result: 1 to 64 visible characters. Default: `manual`.
   * @schema {"pattern":"\\S","maxLength":64}
   */
  trigger?: string;
  /**
   * Patterns (`*` for any text) of resource ids: these resources alone. Default: all.
   * @schema {"minItems":1,"maxItems":500,"items":{"pattern":"\\S","maxLength":600}}
   */
  only?: string[];
  /**
   * The id of a plan: its disruptive, lossy and one-way differences are applied, if the broker has not moved since.
   * @schema {"pattern":"\\S"}
   */
  approve?: string;
  /** Writes the topology's name on every declared resource that names none. Default: `false`. */
  adopt?: boolean;
}

/** EventBridge's event of a schedule, which the console's Test template looks like: a plan. */
export interface ScheduledEvent {
  source: "aws.events";
  "detail-type": "Scheduled Event";
}

/** A parameter with credentials changed: a plan with the new ones, which proves them. */
export interface ParameterStoreEvent {
  source: "aws.ssm";
  "detail-type": "Parameter Store Change";
  detail?: {
    /** The parameter. */
    name?: string;
    /** `LabelParameterVersion` where a label moved. */
    operation?: string;
  };
}

/** A secret's label moved to a new version: a plan with the new credentials. */
export interface SecretLabelEvent {
  source: "aws.secretsmanager";
  "detail-type": "Secret Label Updated";
}

/** CloudFormation's custom resource: ensures on create and update, and does nothing on delete. */
export interface CustomResourceEvent {
  RequestType: "Create" | "Update" | "Delete";
  /** @schema {"pattern":"\\S"} */
  StackId: string;
  /** What the answer to the first event named. */
  PhysicalResourceId?: string;
  ResourceProperties?: {
    /** Default: `ensure`. */
    mode?: Mode;
    /** Default: `deploy`. */
    trigger?: string;
    /** What fails the deployment. Default: `failed`. */
    failOn?: FailOn;
  };
}

/** A CodePipeline job: does what its `UserParameters` say, and answers the job. */
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

/** A CodeDeploy hook: does what `HOOK_MODE` says, and answers the deployment. */
export interface CodeDeployEvent {
  DeploymentId: string;
  LifecycleEventHookExecutionId: string;
}

/** A custom widget of a CloudWatch dashboard: answers HTML. Beside these it has the keys of the function's own event. */
export interface WidgetLookEvent {
  widgetContext: {
    /** The widget's parameters: only `only`. */
    params?: {
      only?: string[];
    };
    theme?: string;
    timezone?: {
      /** Such as `+02:00`. */
      offsetISO?: string;
    };
  };
}
