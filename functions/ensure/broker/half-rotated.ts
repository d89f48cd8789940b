import { GetParametersCommand, type SSMClient } from "@aws-sdk/client-ssm";
import type { ChangedParameter } from "../event/request.ts";
import { PAIRS, type ParameterNames } from "./parameter-names.ts";
import { isNamed } from "./parameter-store.ts";

/** Changes of two parameters that are this close in time are of one rotation. */
const ONE_ROTATION_MS = 15 * 60_000;

/** Milliseconds for the one request. */
const TIMEOUT_MS = 3000;

/**
 * Why a refused login may be no failure: the parameter that changed is one of a pair (user and password, certificate and
 * key), and the other one has not changed yet. A rotation writes the two one after the other, and the event of the first
 * comes before the second is written.
 *
 * @returns a sentence; `undefined` where the parameter is alone, or both have changed
 */
export async function halfRotated(
  changed: ChangedParameter,
  names: ParameterNames,
  client: SSMClient,
): Promise<string | undefined> {
  const pair = pairOf(changed.name, names);
  if (pair === undefined) return undefined;
  const { mine, other } = pair;
  const waiting =
    `This is no failure yet: ${mine} has changed, and ${other}, which goes with it, has not. When that changes, the ` +
    "credentials are tried again; if it does not, the next scheduled run fails.";
  // Moving a label does not change the time of the version that it moves to.
  if (changed.isLabel) return waiting;
  const [mineAt, otherAt] = await changeTimes(client, [mine, other]);
  return mineAt === undefined || otherAt === undefined || mineAt - otherAt <= ONE_ROTATION_MS ? undefined : waiting;
}

function pairOf(changed: string, names: ParameterNames): { mine: string; other: string } | undefined {
  for (const pair of PAIRS) {
    const [one, other] = pair.map((variable) => names[variable]);
    if (one === undefined || other === undefined) continue;
    if (plainName(one) === plainName(changed)) return { mine: one, other };
    if (plainName(other) === plainName(changed)) return { mine: other, other: one };
  }
  return undefined;
}

/** Without what an ARN has before it, the slash that an ARN leaves out, and a version or label behind it. */
function plainName(name: string): string {
  return name
    .replace(/^arn:[^/]*:parameter\//, "")
    .replace(/^\//, "")
    .replace(/:[^:/]+$/, "");
}

/** When each was changed last, epoch milliseconds; `undefined` where that is not known. Decrypts nothing. */
async function changeTimes(client: SSMClient, names: string[]): Promise<(number | undefined)[]> {
  try {
    const request = new GetParametersCommand({ Names: names, WithDecryption: false });
    const { Parameters = [] } = await client.send(request, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    return names.map((name) => Parameters.find((each) => isNamed(each, name))?.LastModifiedDate?.getTime());
  } catch {
    // The refusal is then told as what it is.
    return names.map(() => undefined);
  }
}
