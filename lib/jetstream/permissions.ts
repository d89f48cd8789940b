import { covers } from "../subjects/subjects.ts";

/** What a user may publish to, as `$SYS.REQ.USER.INFO` answers it. Absent: everything. */
export interface PublishPermissions {
  allow?: string[];
  deny?: string[];
}

/** Whether a user may publish to a subject; where nothing is known of the user, yes: the server decides. */
export function mayPublish(permissions: PublishPermissions | undefined, subject: string): boolean {
  const { allow = [], deny = [] } = permissions ?? {};
  if (deny.some((each) => covers(each, subject))) return false;
  return allow.length === 0 || allow.some((each) => covers(each, subject));
}
