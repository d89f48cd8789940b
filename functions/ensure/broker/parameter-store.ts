import {
  GetParametersCommand,
  type GetParametersCommandOutput,
  type Parameter,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { CredentialsError } from "./credentials-error.ts";
import { SECRETS_PATH } from "./parameter-names.ts";
import { parameterStoreError, unreadableAnswer } from "./parameter-store-error.ts";

/** Milliseconds for the request and its retries. The run needs the rest of the function's time. */
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Reads and decrypts parameters in one request.
 *
 * @param names at most ten, which is SSM's limit for one request
 * @param timeoutMs milliseconds for the request and its retries; default 10 000
 * @returns the values by name
 * @throws CredentialsError
 */
export async function readParameters(
  client: SSMClient,
  names: string[],
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
): Promise<Map<string, string>> {
  const wanted = [...new Set(names)];
  const parameters = parametersIn(await getParameters(client, wanted, timeoutMs), wanted);
  const values = new Map<string, string>();
  const missing: string[] = [];
  for (const name of wanted) {
    // SSM may neither return a parameter nor list it as invalid. Such a parameter must not become an empty credential.
    const value = parameters.find((parameter) => isNamed(parameter, name))?.Value;
    if (value === undefined) missing.push(name);
    else values.set(name, value);
  }
  if (missing.length > 0) throw await missingError(client, missing);
  return values;
}

/** Checks the shape of the answer, which the SDK does not do. */
function parametersIn({ Parameters }: GetParametersCommandOutput, names: string[]): Parameter[] {
  const list: unknown = Parameters ?? [];
  if (!Array.isArray(list) || !list.every(isParameter)) throw unreadableAnswer(names);
  return list;
}

function isParameter(value: unknown): value is Parameter {
  if (typeof value !== "object" || value === null) return false;
  return !("Value" in value) || typeof value.Value === "string";
}

async function getParameters(
  client: SSMClient,
  names: string[],
  timeoutMs: number,
): Promise<GetParametersCommandOutput> {
  // The client's own limits apply to each try. This signal limits all tries together.
  const abortSignal = AbortSignal.timeout(timeoutMs);
  try {
    return await client.send(new GetParametersCommand({ Names: names, WithDecryption: true }), { abortSignal });
  } catch (cause) {
    throw parameterStoreError(cause, names);
  }
}

/**
 * Tells whether SSM returned this parameter for the name `asked`. For `/name:3` and `/name:label` SSM returns the bare
 * name, and the rest in `Selector`. For an ARN it returns the name.
 */
export function isNamed(parameter: Parameter, asked: string): boolean {
  const selector = /(?<=[^:]):[^:/]+$/.exec(asked.replace(/^arn:[^/]*/, ""))?.[0];
  const base = selector === undefined ? asked : asked.slice(0, -selector.length);
  const sameSelector = selector === undefined || parameter.Selector === undefined || parameter.Selector === selector;
  return [asked, base].some((name) => name === parameter.Name || name === parameter.ARN) && sameSelector;
}

async function missingError(client: SSMClient, names: string[]): Promise<CredentialsError> {
  const region = await client.config.region();
  const [what, them] = names.length === 1 ? ["no parameter", "it"] : ["no parameters", "them"];
  const how = names.every((name) => name.startsWith(SECRETS_PATH)) ? "in Secrets Manager" : "as SecureString";
  return new CredentialsError(
    `SSM has ${what} ${names.join(", ")} in ${region}: create ${them} ${how}, or correct the name that this ` +
      "function is configured with (names are case-sensitive, and begin with a slash where they have a path).",
    "config",
  );
}
