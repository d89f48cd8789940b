import { EventError } from "../../event/event-error.ts";
import type { RunRequest } from "../../event/request.ts";
import type { Variable } from "../../variables.ts";

/**
 * The ARN of the alias that may write (`ENSURE_ALIAS_ARN`), if this function only plans. Such a function serves the
 * dashboard, so that viewers need no permission to write. Returns `undefined` if this function may write itself.
 */
export function writingAlias(): string | undefined {
  return process.env["ENSURE_ALIAS_ARN" satisfies Variable]?.trim() || undefined;
}

/**
 * Restricts a request to a plan, if this function only plans. Such a plan counts as a view of the dashboard, which is
 * not counted in metrics.
 *
 * @throws EventError if the request would write
 */
export function lookOnly(request: RunRequest): RunRequest {
  const alias = writingAlias();
  if (alias === undefined || request.skip !== undefined) return request;
  if (request.mode === "plan") return { ...request, fromDashboard: true };
  throw new EventError([`"mode" is "ensure", and this function only looks: invoke ${alias}`]);
}
