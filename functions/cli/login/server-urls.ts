import { UsageError } from "../usage-error.ts";

export interface ServerUrls {
  /** `nats://host:port` or `tls://host:port`, with the user info taken out. */
  servers: string[];
  user?: string;
  password?: string;
  /** User info without a password, as every NATS client takes it. */
  token?: string;
}

/**
 * `nats://user:secret@a:4222,b` taken apart. The secret appears in no message, so a URL that holds an `@` is named by
 * its place in the list.
 *
 * @throws UsageError that says what is wrong with which URL
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
  // http, because URL checks the host and port only of the schemes it knows.
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
