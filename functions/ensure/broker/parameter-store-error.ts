import { SSMServiceException } from "@aws-sdk/client-ssm";
import { messageOf } from "../../../lib/jetstream/errors/broker-error.ts";
import { CredentialsError } from "./credentials-error.ts";

/** Turns an error of the SSM client into one sentence that says why, and what the user can do about it. */
export function parameterStoreError(cause: unknown, names: string[]): CredentialsError {
  const what = `Cannot read ${names.join(", ")} from SSM`;
  if (!(cause instanceof SSMServiceException)) return unansweredError(cause, names, what);
  const { name, message } = cause;
  // SSM passes a refusal by KMS on as its own error. Only the text tells the two apart.
  if (name === "InvalidKeyId" || (name === "AccessDeniedException" && /kms|ciphertext/i.test(message))) {
    return new CredentialsError(
      `${what}: KMS did not decrypt. Allow this function's role kms:Decrypt on the key that encrypts the parameter, ` +
        "and see that the key is enabled.",
      "auth",
      { cause },
    );
  }
  if (name === "AccessDeniedException" && /secretsmanager:/i.test(message)) {
    return new CredentialsError(
      `${what}: not allowed. Allow this function's role secretsmanager:GetSecretValue on the secret (and kms:Decrypt on ` +
        "its key, where it is your own).",
      "auth",
      { cause },
    );
  }
  if (name === "AccessDeniedException") {
    return new CredentialsError(
      `${what}: not allowed. Allow this function's role ssm:GetParameters on the parameter (and kms:Decrypt on its key).`,
      "auth",
      { cause },
    );
  }
  if (/throttl|TooManyRequests|RequestLimit/i.test(name)) {
    return new CredentialsError(`${what}: too many requests in this account now, so try again.`, "unavailable", {
      cause,
    });
  }
  if (cause.$fault === "server" || (cause.$metadata.httpStatusCode ?? 0) >= 500) {
    return new CredentialsError(`${what}: SSM has a failure of its own now (${name}), so try again.`, "unavailable", {
      cause,
    });
  }
  if (/token|signature|accesskey|AuthFailure/i.test(name)) {
    return new CredentialsError(`${what}: AWS refused this function's own credentials (${name}).`, "auth", { cause });
  }
  return new CredentialsError(`${what}: ${name}: ${message}`, "config", { cause });
}

/**
 * The error for an answer that SSM cannot have sent. It has no cause, because the SDK's error cites the answer, which
 * may contain a credential.
 */
export function unreadableAnswer(names: string[]): CredentialsError {
  return new CredentialsError(
    `Cannot read ${names.join(", ")} from SSM: what came cannot be an answer of SSM's. Something else may answer in ` +
      "its place: look at AWS_ENDPOINT_URL_SSM, at proxies and at the VPC's interface endpoint.",
    "network",
  );
}

function unansweredError(cause: unknown, names: string[], what: string): CredentialsError {
  if (cause instanceof SyntaxError) return unreadableAnswer(names);
  const text = messageOf(cause);
  const name = cause instanceof Error ? cause.name : "";
  if (/region is missing/i.test(text)) {
    return new CredentialsError(`${what}: no region is set. Set AWS_REGION.`, "config", { cause });
  }
  if (name === "CredentialsProviderError") {
    return new CredentialsError(`${what}: there are no AWS credentials here. Give this function a role.`, "auth", {
      cause,
    });
  }
  const why = /timeout|abort/i.test(name) || /timed? ?out|abort/i.test(text) ? "no answer in time" : text;
  return new CredentialsError(
    `${what}: ${why}. In a VPC without internet access the function needs the interface endpoint of SSM.`,
    "network",
    { cause },
  );
}
