import { z } from "zod";
import { ACCOUNT, awsEnvironment, REGION } from "./environment.ts";

/** A rule as it is deployed. */
export interface DeployedRule {
  name: string;
  pattern: string;
  /** What it invokes, with which event. */
  targets: { arn: string; input: string }[];
}

export interface EventBus {
  /** The rules of the default bus that wait for events. */
  rules(): Promise<DeployedRule[]>;
  /** Whether such an event would set off a rule with this pattern. */
  matches(pattern: string, event: object): Promise<boolean>;
}

/** Four requests are not worth a client's package: its protocol is JSON over HTTP, and the emulator checks no signature. */
export function eventBus(url: string): EventBus {
  const { AWS_ACCESS_KEY_ID: key } = awsEnvironment(url);
  async function request<T>(operation: string, body: object, answer: z.ZodType<T>): Promise<T> {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `AWSEvents.${operation}`,
        Authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/${REGION}/events/aws4_request, SignedHeaders=host, Signature=none`,
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation} was refused: ${text}`);
    return answer.parse(JSON.parse(text));
  }
  return {
    async rules() {
      const { Rules } = await request("ListRules", {}, listedRules);
      const waiting = Rules.flatMap(({ Name, EventPattern }) =>
        EventPattern ? { name: Name, pattern: EventPattern } : [],
      );
      return Promise.all(
        waiting.map(async (rule) => {
          const { Targets } = await request("ListTargetsByRule", { Rule: rule.name }, listedTargets);
          return { ...rule, targets: Targets.map(({ Arn: arn, Input: input = "" }) => ({ arn, input })) };
        }),
      );
    },
    async matches(EventPattern, event) {
      const Event = JSON.stringify(event);
      return (await request("TestEventPattern", { EventPattern, Event }, tested)).Result;
    },
  };
}

const listedRules = z.object({ Rules: z.array(z.object({ Name: z.string(), EventPattern: z.string().optional() })) });
const listedTargets = z.object({ Targets: z.array(z.object({ Arn: z.string(), Input: z.string().optional() })) });
const tested = z.object({ Result: z.boolean() });

/** What Parameter Store tells when a parameter's value is changed. */
export function parameterChanged(name: string): object {
  return {
    id: "6a7e4feb-b491-4cf7-a9f1-bf3703497718",
    version: "0",
    account: ACCOUNT,
    region: REGION,
    time: new Date().toISOString(),
    source: "aws.ssm",
    "detail-type": "Parameter Store Change",
    resources: [`arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`],
    detail: { operation: "Update", name, type: "SecureString" },
  };
}
