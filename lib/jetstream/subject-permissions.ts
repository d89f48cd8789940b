import { covers } from "../subjects/subjects.ts";

/** The subjects that a user may publish to, as `$SYS.REQ.USER.INFO` answers. If absent, the user may publish to all. */
export interface PublishPermissions {
  allow?: string[];
  deny?: string[];
}

/**
 * Whether a user may publish to a subject. If nothing is known about the user, the answer is yes: the server decides.
 */
export function mayPublish(permissions: PublishPermissions | undefined, subject: string): boolean {
  const { allow = [], deny = [] } = permissions ?? {};
  if (deny.some((each) => covers(each, subject))) return false;
  return allow.length === 0 || allow.some((each) => covers(each, subject));
}
