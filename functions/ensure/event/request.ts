import type { Mode } from "../../../lib/report/result.ts";
import type { FailOn } from "./fail-on.ts";

/** The request of one invocation. */
export interface RunRequest {
  mode: Mode;
  /**
   * Names who or what asked, for the log and the report: `manual`, `schedule`, `deploy`, `credentials`, `pipeline`, or
   * a name that the event has.
   */
  trigger: string;
  /** Patterns (`*`) of resource ids. Absent: all resources. */
  only?: string[];
  /** The id of the plan whose disruptive, lossy and one-way differences are approved. */
  approve?: string;
  /** Writes the topology's name on every declared resource that names none. */
  adopt?: boolean;
  /** A user views the dashboard. Such a plan comes again with each refresh, so it is not a run of the history. */
  fromDashboard?: boolean;
  /** The event says that this parameter has changed. */
  changed?: ChangedParameter;
  /** One sentence that says why there is nothing to do. */
  skip?: string;
  /** CloudFormation invoked the function and expects an answer in its own shape. */
  customResource?: CustomResource;
}

/** A changed parameter, as an event of Parameter Store names it. */
export interface ChangedParameter {
  name: string;
  /** A label moved to another version of the parameter. */
  isLabel: boolean;
}

/** The part of CloudFormation's event that the answer needs. The rest is dropped, because it contains a signed URL. */
export interface CustomResource {
  /** The id of the resource. Absent on Create. */
  physicalResourceId?: string;
  /**
   * CloudFormation is rolling a deployment back, or may be. Such a run must not fail the stack. The cause of the failed
   * deployment (a broker that is down) would also fail its rollback. That leaves the stack in UPDATE_ROLLBACK_FAILED, a
   * state that only a person can end.
   */
  rollback: boolean;
  /** What makes the deployment fail. `failed` if the resource does not say. */
  failOn: FailOn;
}
