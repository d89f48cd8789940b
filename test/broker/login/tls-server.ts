import { afterAll } from "vitest";
import { asFiles, createAuthority } from "../../support/certificates.ts";

export const ca = await createAuthority();
export const stranger = await createAuthority("another CA");
/** What a client needs to trust the servers. */
export const trust = { ca: ca.cert };
export const client = await ca.client();
export const strangersClient = await stranger.client();
/** Good for a server, not for a client. */
export const serverCertificate = await ca.server();

export const files = await asFiles({
  ca: ca.cert,
  "client.cert": client.cert,
  "client.key": client.key,
  ...named("server", serverCertificate),
  ...named("ip", await ca.server(["127.0.0.1"])),
  ...named("other", await ca.server(["broker.example.com"])),
  ...named("old", await ca.server(undefined, new Date(Date.now() - 86_400_000))),
});
afterAll(() => files[Symbol.asyncDispose]());

/** More of the server's `tls { … }`: it wants a client certificate. */
export const VERIFY = `ca_file: "${files.ca}", verify: true`;

/** The server's `tls { … }`, with one of the certificates above. */
export function tlsConfig(which: "server" | "ip" | "other" | "old", more = ""): { config: string } {
  return { config: `tls { cert_file: "${files[`${which}.cert`]}", key_file: "${files[`${which}.key`]}", ${more} }` };
}

function named<Name extends string>(name: Name, { cert, key }: { cert: string; key: string }) {
  return { [`${name}.cert`]: cert, [`${name}.key`]: key } as Record<`${Name}.cert` | `${Name}.key`, string>;
}
