import { readFile } from "node:fs/promises";

/** What the README says a broker user may have to publish to: what it says is what the tests try. */
export interface Permissions {
  plan: string[];
  ensure: string[];
}

export async function documentedPermissions(): Promise<Permissions> {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, plan = "", ensure = ""] =
    /\*\*Of the user, at the broker\*\*: publish to ([^;]*?) for a plan;([^;]*?) to ensure;/s.exec(readme) ?? [];
  const subjects = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, subject = ""]) => subject);
  return { plan: subjects(plan), ensure: subjects(ensure) };
}
