import { EventError } from "../../event/event-error.ts";
import type { Request } from "../../event/request.ts";
import type { Variable } from "../../variables.ts";

/**
 * The ARN of the alias that may write, where this function is the one that only looks (`ENSURE_ALIAS_ARN`): it serves the
 * dashboard, whose viewers need no right to write. Undefined where this function does everything.
 */
export function writingAlias(): string | undefined {
  return process.env["ENSURE_ALIAS_ARN" satisfies Variable]?.trim() || undefined;
}

/**
 * The request as a function takes it that only looks: whatever it plans is a look, which counts in no metric.
 *
 * @throws EventError where it would write
 */
export function lookOnly(request: Request): Request {
  const alias = writingAlias();
  if (alias === undefined || request.skip !== undefined) return request;
  if (request.mode === "plan") return { ...request, look: true };
  throw new EventError([`"mode" is "ensure", and this function only looks: invoke ${alias}`]);
}
