/** The environment variables that hold the name of an SSM parameter: never a secret, always where to find it. */
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

/** Where Parameter Store hands out Secrets Manager's secrets, by their names. */
export const SECRETS_PATH = "/aws/reference/secretsmanager/";

export type ParameterVariable = (typeof PARAMETER_VARIABLES)[number];

/** The names of the SSM parameters, by the variable that holds each. */
export type ParameterNames = Partial<Record<ParameterVariable, string>>;

/** Each is a whole way to log in (the user with its password), so only one can be meant. */
const WAYS_TO_LOG_IN: ParameterVariable[] = [
  "NATS_CREDS_PARAMETER",
  "NATS_NKEY_PARAMETER",
  "NATS_USER_PARAMETER",
  "NATS_TOKEN_PARAMETER",
];

/** One credential in two parameters. */
export const PAIRS: [ParameterVariable, ParameterVariable][] = [
  ["NATS_USER_PARAMETER", "NATS_PASSWORD_PARAMETER"],
  ["NATS_TLS_CERT_PARAMETER", "NATS_TLS_KEY_PARAMETER"],
];

/** Reads the names; adds to `mistakes` what is no name, without repeating it, and what cannot go together. */
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
    if (names[one] !== undefined && names[other] === undefined) mistakes.push(alone(one, other));
    if (names[one] === undefined && names[other] !== undefined) mistakes.push(alone(other, one));
  }
  return names;
}

/** Or its ARN; both may end in `:version` or `:label`. A seed has the letters of a name, so it is told by its shape. */
function isParameterName(name: string): boolean {
  // The names of secrets may have more signs than those of parameters.
  if (name.startsWith(SECRETS_PATH)) return /^[\w./+=@-]+(:[\w.-]+)?$/.test(name);
  return /^(arn:[\w:-]+\/)?[\w./-]+(:[\w.-]+)?$/.test(name) && !/^S[UAO][A-Z2-7]{56}$/.test(name);
}

function alone(present: string, absent: string): string {
  return `${present} is set without ${absent}: they go together`;
}
