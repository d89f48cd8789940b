import { UsageError } from "../usage-error.ts";
import type { LoginOptions } from "./login-options.ts";
import { contextSource, firstValue, type LoginSource, optionSource } from "./login-sources.ts";
import type { NatsContext } from "./nats-context.ts";

/**
 * The domain or the prefix of the JetStream API, from the options, else from the context.
 *
 * @throws UsageError for a domain together with a prefix (a domain is itself a prefix), and for a text that cannot
 *   begin a subject
 */
export function apiOptions(options: LoginOptions, context?: NatsContext): { domain?: string; prefix?: string } {
  const sources = [optionSource(options), ...(context ? [contextSource(context)] : [])];
  // The client would report a wrong prefix as an error of the connection.
  for (const key of ["jsDomain", "jsApiPrefix", "inboxPrefix"] as const) {
    const setting = firstValue(sources, key);
    if (setting && !/^[^\s.*>]+(\.[^\s.*>]+)*$/.test(setting.value)) {
      const { from, value } = setting;
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
