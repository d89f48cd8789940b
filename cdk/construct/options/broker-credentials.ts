import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IParameter } from "aws-cdk-lib/aws-ssm";

/**
 * The name or ARN of an SSM parameter, or the parameter itself. A secret must be a SecureString, which CDK cannot
 * create. To use the whole text of a secret in Secrets Manager, name `/aws/reference/secretsmanager/<the secret's
 * name>`.
 */
export type ParameterSource = string | IParameter;

/** The broker's credentials: at most one way to log in, and the files for TLS. */
export interface BrokerCredentials {
  /**
   * The whole text of a `.creds` file.
   * @default - none
   */
  readonly creds?: ParameterSource;
  /**
   * The nkey seed of a user, which begins with SU.
   * @default - none
   */
  readonly nkey?: ParameterSource;
  /**
   * A token.
   * @default - none
   */
  readonly token?: ParameterSource;
  /**
   * The user's name. It needs `password`.
   * @default - none
   */
  readonly user?: ParameterSource;
  /**
   * The user's password.
   * @default - none
   */
  readonly password?: ParameterSource;
  /**
   * PEM files for TLS.
   * @default - the public CAs, and no certificate of the client's own
   */
  readonly tls?: TlsFiles;
  /**
   * Your own key that encrypts the parameters or secrets. Pass the key, not an alias.
   * @default - the account's key for SSM (`alias/aws/ssm`)
   */
  readonly encryptionKey?: IKey;
}

/** The parameters with the PEM files for TLS. */
export interface TlsFiles {
  /**
   * The certificate of the broker's CA.
   * @default - the public CAs
   */
  readonly ca?: ParameterSource;
  /**
   * The client's certificate. It needs `key`.
   * @default - none
   */
  readonly cert?: ParameterSource;
  /**
   * The client's private key, without a passphrase.
   * @default - none
   */
  readonly key?: ParameterSource;
}
