/** The environment variables that hold the name of an SSM parameter. They never hold the secret itself. */
export const PARAMETER_VARIABLES = [
  "NATS_CREDS_PARAMETER",
  "NATS_NKEY_PARAMETER",
  "NATS_USER_PARAMETER",
  "NATS_PASSWORD_PARAMETER",
  "NATS_TOKEN_PARAMETER",
  "NATS_TLS_CA_PARAMETER",
  "NATS_TLS_CERT_PARAMETER",
  "NATS_TLS_KEY_PARAMETER",
] as const;

/** The path under which Parameter Store returns the secrets of Secrets Manager by name. */
export const SECRETS_PATH = "/aws/reference/secretsmanager/";

export type ParameterVariable = (typeof PARAMETER_VARIABLES)[number];

/** The names of the SSM parameters, keyed by the environment variable that holds each name. */
export type ParameterNames = Partial<Record<ParameterVariable, string>>;

/** Each of these variables is a complete way to log in (the user with its password), so at most one may be set. */
const WAYS_TO_LOG_IN: ParameterVariable[] = [
  "NATS_CREDS_PARAMETER",
  "NATS_NKEY_PARAMETER",
  "NATS_USER_PARAMETER",
  "NATS_TOKEN_PARAMETER",
];

/** Credentials that need two parameters: neither works alone. */
export const PAIRS: [ParameterVariable, ParameterVariable][] = [
  ["NATS_USER_PARAMETER", "NATS_PASSWORD_PARAMETER"],
  ["NATS_TLS_CERT_PARAMETER", "NATS_TLS_KEY_PARAMETER"],
];

/**
 * Reads the parameter names from the environment.
 *
 * It adds to `mistakes` each value that is not a parameter's name, without repeating the value, and each combination
 * that cannot work.
 */
export function readParameterNames(
  text: (variable: ParameterVariable) => string | undefined,
  mistakes: string[],
): ParameterNames {
  const names: ParameterNames = {};
  for (const variable of PARAMETER_VARIABLES) {
    const name = text(variable);
    if (name === undefined) continue;
    names[variable] = name;
    if (!isParameterName(name))
      mistakes.push(`${variable} is not the name of an SSM parameter (is it the secret itself?)`);
  }
  const ways = WAYS_TO_LOG_IN.filter((variable) => names[variable] !== undefined);
  if (ways.length > 1) mistakes.push(`${ways.join(" and ")} are set together: a connection logs in one way, keep one`);
  for (const [one, other] of PAIRS) {
    if (names[one] !== undefined && names[other] === undefined) mistakes.push(partnerMissing(one, other));
    if (names[one] === undefined && names[other] !== undefined) mistakes.push(partnerMissing(other, one));
  }
  return names;
}

/**
 * Checks for a parameter's name or ARN, each with an optional `:version` or `:label` at the end. An nkey seed consists
 * of characters that a name may have, so the shape of a seed is excluded.
 */
function isParameterName(name: string): boolean {
  // Secrets Manager allows more characters in names than Parameter Store.
  if (name.startsWith(SECRETS_PATH)) return /^[\w./+=@-]+(:[\w.-]+)?$/.test(name);
  return /^(arn:[\w:-]+\/)?[\w./-]+(:[\w.-]+)?$/.test(name) && !/^S[UAO][A-Z2-7]{56}$/.test(name);
}

function partnerMissing(present: string, absent: string): string {
  return `${present} is set without ${absent}: they go together`;
}
