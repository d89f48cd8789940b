import { GetParametersCommand, type SSMClient } from "@aws-sdk/client-ssm";
import type { ChangedParameter } from "../event/request.ts";
import { PAIRS, type ParameterNames } from "./parameter-names.ts";
import { isNamed } from "./parameter-store.ts";

/** Milliseconds. Two parameters that change within this time belong to one rotation. */
const ONE_ROTATION_MS = 15 * 60_000;

/** Milliseconds for the request to SSM. */
const TIMEOUT_MS = 3000;

/**
 * Tells whether a rotation is only half done, in which case a refused login is not a failure yet.
 *
 * Some credentials are a pair of parameters (user and password, certificate and key). A rotation writes one after the
 * other, and the event for the first arrives before the second is written.
 *
 * @returns a sentence that says so; `undefined` if the parameter has no partner, or both have changed
 */
export async function halfRotated(
  changed: ChangedParameter,
  names: ParameterNames,
  client: SSMClient,
): Promise<string | undefined> {
  const pair = pairOf(changed.name, names);
  if (pair === undefined) return undefined;
  const { own, partner } = pair;
  const sentence =
    `This is no failure yet: ${own} has changed, and ${partner}, which goes with it, has not. When that changes, the ` +
    "credentials are tried again; if it does not, the next scheduled run fails.";
  // A label that moves to another version does not change that version's time, so the times prove nothing.
  if (changed.isLabel) return sentence;
  const [ownTime, partnerTime] = await changeTimes(client, [own, partner]);
  if (ownTime === undefined || partnerTime === undefined) return undefined;
  return ownTime - partnerTime <= ONE_ROTATION_MS ? undefined : sentence;
}

/** The changed parameter and its partner, by the names that the function is configured with. */
function pairOf(changed: string, names: ParameterNames): { own: string; partner: string } | undefined {
  for (const pair of PAIRS) {
    const [one, other] = pair.map((variable) => names[variable]);
    if (one === undefined || other === undefined) continue;
    if (plainName(one) === plainName(changed)) return { own: one, partner: other };
    if (plainName(other) === plainName(changed)) return { own: other, partner: one };
  }
  return undefined;
}

/**
 * Reduces a name or ARN to the bare name, so that the two can be compared. It removes the ARN's prefix, the first slash
 * (which an ARN leaves out) and a version or label.
 */
function plainName(name: string): string {
  return name
    .replace(/^arn:[^/]*:parameter\//, "")
    .replace(/^\//, "")
    .replace(/:[^:/]+$/, "");
}

/**
 * Reads when each parameter last changed, in epoch milliseconds; `undefined` for an unknown time. The request decrypts
 * nothing.
 */
async function changeTimes(client: SSMClient, names: string[]): Promise<(number | undefined)[]> {
  try {
    const request = new GetParametersCommand({ Names: names, WithDecryption: false });
    const { Parameters = [] } = await client.send(request, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    return names.map((name) => Parameters.find((each) => isNamed(each, name))?.LastModifiedDate?.getTime());
  } catch {
    // Without the times, the run reports the refused login as a failure.
    return names.map(() => undefined);
  }
}
