import { EventError, show } from "./event-error.ts";

const FAIL_ON = ["failed", "held", "never"] as const;

/**
 * What makes a deployment or a pipeline's job fail. `failed`: a failed run (a declared resource does not exist and
 * could not be created, or the broker could not be asked). `held`: a failed run, or any held difference. `never`:
 * nothing.
 */
export type FailOn = (typeof FAIL_ON)[number];

export function isFailOn(value: unknown): value is FailOn {
  return FAIL_ON.some((each) => each === value);
}

/** @throws EventError */
export function failOnOf({ failOn = "failed" }: Record<string, unknown>, where: string): FailOn {
  if (isFailOn(failOn)) return failOn;
  throw new EventError([wrongFailOn(`"failOn" of ${where}`, failOn)]);
}

export function wrongFailOn(where: string, value: unknown): string {
  return `${where} is ${show(value)}: it must be "failed", "held" or "never"`;
}
