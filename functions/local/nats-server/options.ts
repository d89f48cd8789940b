/** How a server is set up. All of it has a default: no login, JetStream with the server's own limits. */
export interface ServerOptions {
  /** Client port on 127.0.0.1. Default: a free one. */
  port?: number;
  /** Default: nobody needs to log in. `nkey` is the public key (`U…`). */
  login?: { user: string; password: string } | { token: string } | { nkey: string };
  /**
   * `false`: JetStream is off. Stores are in bytes; default: what the server finds fit for the machine. `limits` is the
   * text of the block of that name in the server's own syntax, as `default_max_consumers: 5`.
   */
  jetstream?: false | { maxFileStore?: number; maxMemoryStore?: number; limits?: string };
  /** Paths of PEM files. With `ca`, clients must show a certificate signed by it. */
  tls?: { cert: string; key: string; ca?: string };
  /** More of the config file, in the server's own syntax: accounts, users, permissions, account limits … */
  config?: string;
}

/** What the launcher decides: where everything lies, and who the server is among others. */
export interface Place {
  storeDir: string;
  portsDir: string;
  port: number;
  monitorPort: number;
  cluster?: { name: string; member: string; port: number; routes: number[] };
}

const LOOPBACK = "127.0.0.1";

/** The text of the config file. Nothing listens beyond this machine, whatever the options say. */
export function configText(options: ServerOptions, place: Place): string {
  const { login, jetstream, tls } = options;
  const { cluster } = place;
  const lines = [
    `listen: "${LOOPBACK}:${place.port}"`,
    `http: "${LOOPBACK}:${place.monitorPort}"`,
    `ports_file_dir: ${quoted(place.portsDir)}`,
  ];
  if (jetstream !== false) {
    const limits = [
      jetstream?.maxFileStore === undefined ? "" : `max_file_store: ${jetstream.maxFileStore}`,
      jetstream?.maxMemoryStore === undefined ? "" : `max_memory_store: ${jetstream.maxMemoryStore}`,
      jetstream?.limits === undefined ? "" : `limits { ${jetstream.limits} }`,
    ];
    lines.push(`jetstream {`, `  store_dir: ${quoted(place.storeDir)}`, ...limits.map((each) => `  ${each}`), `}`);
  }
  if (login) lines.push(`authorization ${loginText(login)}`);
  if (tls) {
    const clients = tls.ca === undefined ? "" : `, ca_file: ${quoted(tls.ca)}, verify: true`;
    lines.push(`tls { cert_file: ${quoted(tls.cert)}, key_file: ${quoted(tls.key)}${clients} }`);
  }
  if (cluster) {
    const routes = cluster.routes.map((port) => `"nats://${LOOPBACK}:${port}"`).join(", ");
    lines.push(`server_name: ${quoted(cluster.member)}`);
    // So that a stream's placement can name a member.
    lines.push(`server_tags: [${quoted(cluster.member)}]`);
    lines.push(`cluster { name: ${quoted(cluster.name)}, listen: "${LOOPBACK}:${cluster.port}", routes: [${routes}] }`);
  }
  return `${[...lines, options.config ?? ""].join("\n")}\n`;
}

function loginText(login: NonNullable<ServerOptions["login"]>): string {
  if ("user" in login) return `{ user: ${quoted(login.user)}, password: ${quoted(login.password)} }`;
  if ("token" in login) return `{ token: ${quoted(login.token)} }`;
  return `{ users: [{ nkey: ${quoted(login.nkey)} }] }`;
}

// The server's syntax has JSON's escapes for what occurs in names, paths and passwords.
function quoted(text: string): string {
  return JSON.stringify(text);
}
