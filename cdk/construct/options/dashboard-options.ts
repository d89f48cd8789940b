export interface DashboardOptions {
  /**
   * The dashboard's name: letters, digits, `-` and `_`. Dashboards are the account's, whatever the region.
   * @default - made by CloudFormation
   */
  readonly name?: string;
}
