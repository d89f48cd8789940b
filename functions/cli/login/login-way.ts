import { UsageError } from "../usage-error.ts";
import type { LoginSource, SourcedValue } from "./login-sources.ts";
import type { ServerUrls } from "./server-urls.ts";

/** The ways to log in, in the order in which the `nats` command line looks for them in a context. */
const WAYS = ["user", "creds", "nkey", "jwt", "token"] as const;
export type Way = (typeof WAYS)[number];

/** A way to log in, and the source that names it. */
export interface ChosenWay extends SourcedValue {
  way: Way;
  source: LoginSource;
  /** The value is the user info of the server's URL. */
  inUrl: boolean;
}

/**
 * Chooses the way to log in: that of the first source that names one. The user info of the server's URL belongs to the
 * source of the URL.
 *
 * @throws UsageError if a strict source names two ways
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
    // For a context, the nats client prefers the URL's user info.
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
