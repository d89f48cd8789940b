import { UsageError } from "../usage-error.ts";
import type { Given, LoginSource } from "./login-sources.ts";
import type { ServerUrls } from "./server-urls.ts";

/** In the order in which the `nats` command line looks for them in a context. */
const WAYS = ["user", "creds", "nkey", "jwt", "token"] as const;
export type Way = (typeof WAYS)[number];

/** A way to log in, and the source that names it. */
export interface ChosenWay extends Given {
  way: Way;
  source: LoginSource;
  /** It is the user info of the server's URL. */
  inUrl: boolean;
}

/**
 * The way to log in that the first source names which names any; the user info of the server's URL is of the source
 * that the URL came from.
 *
 * @throws UsageError where a person has named two
 */
export function chooseWay(
  sources: LoginSource[],
  urls: ServerUrls & { source: LoginSource | undefined; from: string },
): ChosenWay | undefined {
  for (const source of sources) {
    const named = WAYS.flatMap((way): ChosenWay[] => {
      const found = source.get(way);
      return found ? [{ way, ...found, source, inUrl: false }] : [];
    });
    const inUrl = source === urls.source ? userInfo(urls, source) : [];
    // In a context the client lets the URL's user info go first.
    const [first, second] = source.strict ? [...named, ...inUrl] : [...inUrl, ...named];
    if (first && second && source.strict) {
      throw new UsageError(`Two ways to log in, ${first.from} and ${second.from}: give one of them.`);
    }
    if (first) return first;
  }
  return undefined;
}

function userInfo({ user, token, from }: ServerUrls & { from: string }, source: LoginSource): ChosenWay[] {
  const whole = { from, source, inUrl: true };
  if (user !== undefined) return [{ way: "user", value: user, ...whole }];
  return token === undefined ? [] : [{ way: "token", value: token, ...whole }];
}
