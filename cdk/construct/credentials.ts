import { ArnFormat, Stack, Token } from "aws-cdk-lib";
import { type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { type ParameterVariable, SECRETS_PATH } from "../../functions/ensure/broker/parameter-names.ts";
import type { BrokerCredentials, ParameterSource } from "./options/broker-credentials.ts";
import { UsageError } from "./usage-error.ts";

/** The parameters that hold the broker's credentials. */
export interface CredentialParameters {
  /** The function's environment variables. They hold the parameters' names and never a value. */
  environment: Partial<Record<ParameterVariable, string>>;
  /** The names of parameters in Parameter Store itself, as its events spell them. */
  names: string[];
  /** The names of secrets in Secrets Manager, which Parameter Store returns under their own path. */
  secrets: string[];
  /** Lets the role read exactly these parameters and secrets. */
  grantRead(role: IRole): void;
}

/** A version or a label at the end of a name: `/orders/creds:3`. Policies and events use the name without it. */
const SELECTOR = /:[^:/]+$/;

/** Works out the parameters for the credentials, with their names, ARNs and permissions. */
export function credentialParameters(scope: Construct, credentials: BrokerCredentials = {}): CredentialParameters {
  const parameters = Object.entries(sourcesOf(credentials)).flatMap(([variable, source]) =>
    source === undefined ? [] : { variable, ...parameterOf(scope, source) },
  );
  const stack = Stack.of(scope);
  for (const { arn } of parameters) refuseOtherRegion(arn, stack.region);
  const own = parameters.filter(({ name }) => secretOf(name) === undefined);
  const secrets = [...new Set(parameters.flatMap(({ name }) => secretOf(name) ?? []))];
  const { encryptionKey } = credentials;
  if (encryptionKey) refuseAlias(encryptionKey);
  return {
    environment: Object.fromEntries(parameters.map(({ variable, asked }) => [variable, asked])),
    names: [...new Set(own.map(({ name }) => name))],
    secrets,
    grantRead(role) {
      const resources = [...new Set(parameters.map(({ arn }) => arn))];
      if (resources.length === 0) return;
      // The parameter's own grantRead would also allow its history, and so the earlier credentials.
      role.addToPrincipalPolicy(new PolicyStatement({ actions: ["ssm:GetParameters"], resources }));
      const ownArns = [...new Set(own.map(({ arn }) => arn))];
      if (encryptionKey && ownArns.length > 0) role.addToPrincipalPolicy(decrypt(encryptionKey, ownArns, stack));
      const secretArns = secrets.map((name) => secretArn(name, stack));
      if (secretArns.length > 0) grantSecrets(role, secretArns, { encryptionKey, stack });
    },
  };
}

function sourcesOf(credentials: BrokerCredentials): Record<ParameterVariable, ParameterSource | undefined> {
  const { creds, nkey, user, password, token, tls } = credentials;
  return {
    NATS_CREDS_PARAMETER: creds,
    NATS_NKEY_PARAMETER: nkey,
    NATS_USER_PARAMETER: user,
    NATS_PASSWORD_PARAMETER: password,
    NATS_TOKEN_PARAMETER: token,
    NATS_TLS_CA_PARAMETER: tls?.ca,
    NATS_TLS_CERT_PARAMETER: tls?.cert,
    NATS_TLS_KEY_PARAMETER: tls?.key,
  };
}

function parameterOf(scope: Construct, source: ParameterSource): { asked: string; name: string; arn: string } {
  if (typeof source !== "string") {
    return { asked: source.parameterName, name: source.parameterName, arn: source.parameterArn };
  }
  if (Token.isUnresolved(source)) {
    // The ARN needs a slash between `parameter` and the name only if the name does not begin with one. CDK cannot see
    // how an unknown name begins.
    throw new UsageError(
      "The name of a credential's parameter is known only at deployment, so its ARN cannot be made: pass the " +
        "parameter instead, such as StringParameter.fromSecureStringParameterAttributes(this, id, { parameterName, " +
        "simpleName: false }).",
    );
  }
  if (source.startsWith("arn:")) {
    const arn = SELECTOR.test(source.replace(/^.*:parameter\//, "")) ? source.replace(SELECTOR, "") : source;
    const path = arn.replace(/^.*:parameter\//, "");
    return { asked: source, arn, name: path.includes("/") ? `/${path}` : path };
  }
  const name = source.replace(SELECTOR, "");
  const resourceName = name.replace(/^\//, "");
  return {
    asked: source,
    name,
    arn: Stack.of(scope).formatArn({ service: "ssm", resource: "parameter", resourceName }),
  };
}

/** Refuses a parameter of another region. A region that only the deployment knows is not checked. */
function refuseOtherRegion(arn: string, own: string): void {
  const [, region] = /^arn:[^:]+:ssm:([^:]+):/.exec(arn) ?? [];
  if (region === undefined || Token.isUnresolved(region) || Token.isUnresolved(own) || region === own) return;
  throw new UsageError(
    `The parameter ${arn} is in ${region}, and the function in ${own}: SSM hands out only what its own region has. ` +
      "Create the parameter there, too.",
  );
}

/** The secret's name in a parameter's name: `orders/nats` for `/aws/reference/secretsmanager/orders/nats`. */
function secretOf(parameterName: string): string | undefined {
  return parameterName.startsWith(SECRETS_PATH) ? parameterName.slice(SECRETS_PATH.length) : undefined;
}

/** The ARN of a secret. Secrets Manager adds a hyphen and six random characters to the name. */
function secretArn(name: string, stack: Stack): string {
  return stack.formatArn({
    service: "secretsmanager",
    resource: "secret",
    resourceName: `${name}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/**
 * Lets the role read secrets. Parameter Store calls Secrets Manager, and Secrets Manager calls KMS, both with the
 * function's permissions.
 */
function grantSecrets(
  role: IRole,
  arns: string[],
  { encryptionKey, stack }: { encryptionKey: IKey | undefined; stack: Stack },
): void {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: arns }));
  if (!encryptionKey) return;
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["kms:Decrypt"],
      resources: [encryptionKey.keyArn],
      conditions: {
        StringEquals: { "kms:ViaService": `secretsmanager.${stack.region}.${stack.urlSuffix}` },
        StringLike: { "kms:EncryptionContext:SecretARN": arns },
      },
    }),
  );
}

/** Allows decryption with the key only through SSM, and only for these parameters. */
function decrypt(key: IKey, parameterArns: string[], stack: Stack): PolicyStatement {
  return new PolicyStatement({
    actions: ["kms:Decrypt"],
    resources: [key.keyArn],
    conditions: {
      StringEquals: {
        "kms:EncryptionContext:PARAMETER_ARN": parameterArns,
        "kms:ViaService": `ssm.${stack.region}.${stack.urlSuffix}`,
      },
    },
  });
}

function refuseAlias(key: IKey): void {
  if (!key.keyArn.includes(":alias/")) return;
  throw new UsageError(
    "credentials.encryptionKey is an alias of a key, for which a policy cannot allow anything: pass the key itself " +
      "(Key.fromKeyArn, or Key.fromLookup with the alias's name).",
  );
}
