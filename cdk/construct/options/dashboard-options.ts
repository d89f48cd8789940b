export interface DashboardOptions {
  /**
   * The dashboard's name: letters, digits, `-` and `_`. It must be unique in the account, because dashboards have no
   * region.
   * @default - a name that CloudFormation generates
   */
  readonly name?: string;
}
