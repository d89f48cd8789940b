import type { Mode } from "../../../lib/report/result.ts";
import type { FailOn } from "./fail-on.ts";

/** What one invocation asks for. */
export interface Request {
  mode: Mode;
  /** Who or what asked, for logs and the report: `manual`, `schedule`, `deploy`, `credentials`, `pipeline`, or its own. */
  trigger: string;
  /** Patterns (`*`) of resource ids; all resources where absent. */
  only?: string[];
  /** The id of the plan whose disruptive, lossy and one-way differences are approved. */
  approve?: string;
  /** Marks every resource that names no topology as this one's. */
  adopt?: boolean;
  /** Somebody looks at a dashboard: no run of the history, as it comes again with each refresh. */
  look?: boolean;
  /** The event says that this parameter has changed. */
  changed?: ChangedParameter;
  /** Why there is nothing to do: one sentence. */
  skip?: string;
  /** The invocation is CloudFormation's, and is answered in its shape. */
  customResource?: CustomResource;
}

/** A parameter of Parameter Store, as an event of it names it. */
export interface ChangedParameter {
  name: string;
  /** A label was moved to another of its versions. */
  isLabel: boolean;
}

/** What of CloudFormation's event is needed to answer it. Nothing else is kept: the event carries a signed URL. */
export interface CustomResource {
  /** Absent on Create. */
  physicalResourceId?: string;
  /**
   * CloudFormation is undoing a deployment, or may be. Such a run must not fail the stack: what made the deployment
   * fail (a broker that is down) would fail its undoing too, and leave the stack in UPDATE_ROLLBACK_FAILED, where only
   * a person can get it out.
   */
  rollback: boolean;
  /** `failed` where the resource does not say. */
  failOn: FailOn;
}
