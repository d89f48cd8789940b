import { UsageError } from "../usage-error.ts";

/** The servers' URLs, and the login that they contain. */
export interface ServerUrls {
  /** URLs such as `nats://host:port` or `tls://host:port`, without user info. */
  servers: string[];
  user?: string;
  password?: string;
  /** The user info, if it has no password. Every NATS client takes it as a token. */
  token?: string;
}

/**
 * Parses a list such as `nats://user:secret@a:4222,b`.
 *
 * No message may contain the secret, so a message names a URL with an `@` by its position in the list.
 *
 * @throws UsageError that says which URL is wrong, and why
 */
export function parseServerUrls(list: string, option: string): ServerUrls {
  const texts = list.split(",").map((text) => text.trim());
  const urls = texts.map((text, index) => {
    const shown = text.includes("@") ? `server ${index + 1} of ${texts.length}` : `"${text}"`;
    return parseServerUrl(text, `${option}: ${shown}`);
  });
  const [login = {}, ...others] = urls.flatMap(({ host: _, ...rest }) => (Object.keys(rest).length > 0 ? [rest] : []));
  if (
    others.some(
      (other) => other.user !== login.user || other.password !== login.password || other.token !== login.token,
    )
  ) {
    throw new UsageError(`${option}: the servers name different users; one run logs in as one.`);
  }
  return { servers: urls.map(({ host }) => host), ...login };
}

interface ServerUrl {
  host: string;
  user?: string;
  password?: string;
  token?: string;
}

function parseServerUrl(text: string, what: string): ServerUrl {
  const [, scheme = "nats", rest = ""] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/i.exec(text) ?? [];
  if (!/^(nats|tls)$/i.test(scheme)) {
    throw new UsageError(`${what} has the scheme ${scheme}://, which is not supported: write nats:// or tls://.`);
  }
  const at = rest.lastIndexOf("@");
  const host = rest.slice(at + 1).replace(/\/$/, "");
  if (!isHost(host)) throw new UsageError(`${what} is not a server: write it like nats://host:4222.`);
  return { host: `${scheme.toLowerCase()}://${host}`, ...(at < 0 ? {} : userInfo(rest.slice(0, at), what)) };
}

function isHost(host: string): boolean {
  // URL checks the host and the port only for schemes that it knows, such as http.
  const url = URL.parse(`http://${host}`);
  return host !== "" && !/[/?#\s]/.test(host) && url !== null && url.hostname !== "";
}

function userInfo(text: string, what: string): Omit<ServerUrl, "host"> {
  const colon = text.indexOf(":");
  try {
    if (colon < 0) return { token: decodeURIComponent(text) };
    return { user: decodeURIComponent(text.slice(0, colon)), password: decodeURIComponent(text.slice(colon + 1)) };
  } catch {
    throw new UsageError(`${what} has a "%" in its user or password that encodes nothing: write "%" itself as "%25".`);
  }
}
