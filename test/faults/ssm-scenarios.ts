import { type Scenario, UNTIL_ITS_TIME_IS_UP_MS } from "./scenario.ts";
import { PASSWORD } from "./stage.ts";

const READING = "GetParameters";
const ALWAYS = 20;

/** At SSM, where the broker's credentials come from. */
export const SSM: Scenario[] = [
  {
    name: "throttled twice",
    fault: ({ lambda: { ssm } }) =>
      ssm.fail(READING, { type: "ThrottlingException", times: 2, message: "Rate exceeded" }),
    withinMs: 10_000,
    expected: { outcome: "converged" },
  },
  {
    name: "throttled for good",
    fault: ({ lambda: { ssm } }) => ssm.fail(READING, { type: "ThrottlingException", times: ALWAYS }),
    withinMs: 10_000,
    expected: { outcome: "failed", classes: ["unavailable"], says: /too many requests in this account now/ },
  },
  {
    name: "a failure of its own, once (500)",
    fault: ({ lambda: { ssm } }) => ssm.fail(READING, { type: "InternalServerError", status: 500 }),
    expected: { outcome: "converged" },
  },
  {
    name: "a failure of its own for good (503)",
    fault: ({ lambda: { ssm } }) => ssm.fail(READING, { type: "ServiceUnavailable", status: 503, times: ALWAYS }),
    expected: { outcome: "failed", classes: ["unavailable"], says: /SSM has a failure of its own now/ },
  },
  {
    name: "slow: answers after 1.2 s",
    fault: ({ lambda: { ssm } }) => ssm.delay(1200),
    withinMs: 6000,
    expected: { outcome: "converged" },
  },
  {
    name: "hangs, with time to spare",
    fault: ({ lambda: { ssm } }) => ssm.delay(30_000),
    withinMs: 12_500,
    expected: { outcome: "failed", classes: ["network"], says: /Cannot read .* from SSM: no answer in time/ },
  },
  {
    name: "hangs, and the run's time ends first",
    withinMs: UNTIL_ITS_TIME_IS_UP_MS,
    fault: ({ lambda: { ssm } }) => ssm.delay(30_000),
    expected: { outcome: "failed", classes: ["network"], says: /whoever keeps its credentials, did not answer/ },
  },
  {
    name: "access denied",
    fault: ({ lambda: { ssm } }) => ssm.fail(READING, { type: "AccessDeniedException", times: ALWAYS }),
    expected: { outcome: "failed", classes: ["auth"], says: /Allow this function's role ssm:GetParameters/ },
  },
  {
    name: "KMS does not decrypt",
    fault: ({ lambda: { ssm } }) =>
      ssm.fail(READING, {
        type: "AccessDeniedException",
        times: ALWAYS,
        message: "The ciphertext refers to a KMS key",
      }),
    expected: { outcome: "failed", classes: ["auth"], says: /KMS did not decrypt/ },
  },
  {
    name: "connection refused",
    fault: ({ lambda: { ssm } }) => ssm.close(),
    expected: { outcome: "failed", classes: ["network"], says: /ECONNREFUSED.*needs the interface endpoint of SSM/ },
  },
  {
    name: "a parameter is missing",
    fault: ({ lambda }) => lambda.set({ NATS_PASSWORD_PARAMETER: "/shop/passwort" }),
    expected: { outcome: "failed", classes: ["config"], says: /SSM has no parameter \/shop\/passwort/ },
  },
  {
    name: "garbage in a parameter",
    fault: ({ lambda: { ssm } }) => ssm.put("/shop/password", `${PASSWORD}\n<html>\u0000`),
    expected: { outcome: "failed", classes: ["auth"], says: /\/shop\/password .*cannot be used: it has several lines/ },
  },
  {
    name: "another password in the parameter",
    fault: ({ lambda: { ssm } }) => ssm.put("/shop/password", `not ${PASSWORD}`),
    expected: { outcome: "failed", classes: ["auth"], says: /refused the credentials.*They are in SSM: \/shop\/user/ },
  },
];
