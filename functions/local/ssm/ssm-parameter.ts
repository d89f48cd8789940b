/** A parameter as the endpoint holds it. */
export interface SsmParameter {
  value: string;
  /** Default `SecureString`. */
  type?: "SecureString" | "String";
  /** The caller may not read it. */
  denied?: boolean;
  /** When it was changed last. Default: now. */
  changedAt?: Date;
}
