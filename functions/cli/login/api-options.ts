import { UsageError } from "../usage-error.ts";
import type { LoginOptions } from "./login-options.ts";
import { contextSource, firstGiven, type LoginSource, optionSource } from "./login-sources.ts";
import type { NatsContext } from "./nats-context.ts";

/**
 * Where the JetStream API is: by the options, else by the context.
 * @throws UsageError for both at once (a domain is itself a prefix), and for what no subject can begin with
 */
export function apiOptions(options: LoginOptions, context?: NatsContext): { domain?: string; prefix?: string } {
  const sources = [optionSource(options), ...(context ? [contextSource(context)] : [])];
  // The client would blame the connection for it.
  for (const key of ["jsDomain", "jsApiPrefix", "inboxPrefix"] as const) {
    const given = firstGiven(sources, key);
    if (given && !/^[^\s.*>]+(\.[^\s.*>]+)*$/.test(given.value)) {
      const { from, value } = given;
      throw new UsageError(`${from} "${value}" cannot begin a subject: no spaces, no *, no >, no empty part.`);
    }
  }
  const source = sources.find((each) => each.get("jsDomain") ?? each.get("jsApiPrefix"));
  return source ? apiOf(source) : {};
}

function apiOf(source: LoginSource): { domain?: string; prefix?: string } {
  const [domain, prefix] = [source.get("jsDomain"), source.get("jsApiPrefix")];
  if (domain && prefix && source.strict) {
    throw new UsageError("--js-domain and --js-api-prefix say the same thing in two ways: give one of them.");
  }
  if (domain) return { domain: domain.value };
  return prefix ? { prefix: prefix.value } : {};
}
