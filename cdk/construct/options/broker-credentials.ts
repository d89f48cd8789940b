import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IParameter } from "aws-cdk-lib/aws-ssm";

/**
 * The name of an SSM parameter (or its ARN), or the parameter. Secrets are SecureStrings, which CDK cannot create. The
 * whole text of a secret in Secrets Manager is the parameter `/aws/reference/secretsmanager/<the secret's name>`.
 */
export type ParameterSource = string | IParameter;

/** At most one way to log in, and what TLS needs. */
export interface BrokerCredentials {
  /**
   * A whole `.creds` file.
   * @default - none
   */
  readonly creds?: ParameterSource;
  /**
   * The seed of a user, which begins with SU.
   * @default - none
   */
  readonly nkey?: ParameterSource;
  /** @default - none */
  readonly token?: ParameterSource;
  /**
   * Together with `password`.
   * @default - none
   */
  readonly user?: ParameterSource;
  /** @default - none */
  readonly password?: ParameterSource;
  /**
   * PEM files.
   * @default - the public CAs, and no certificate of the client's own
   */
  readonly tls?: TlsFiles;
  /**
   * The key of your own that encrypts the parameters or secrets: the key, not an alias.
   * @default - the account's key for SSM (`alias/aws/ssm`)
   */
  readonly encryptionKey?: IKey;
}

export interface TlsFiles {
  /**
   * The certificate of the broker's CA.
   * @default - the public CAs
   */
  readonly ca?: ParameterSource;
  /**
   * The client's certificate, together with `key`.
   * @default - none
   */
  readonly cert?: ParameterSource;
  /**
   * The client's private key, without a passphrase.
   * @default - none
   */
  readonly key?: ParameterSource;
}
