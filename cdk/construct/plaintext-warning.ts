import { Annotations, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { JetStreamEnsureProps } from "./options/props.ts";

/** Hosts whose traffic stays on the machine. */
const LOCAL = /^(localhost|127(\.\d+){3}|\[::1\])$/i;

/**
 * Warns at synth if the function sends credentials to an address without TLS.
 *
 * Anyone on the network path can read a user, password or token. With an nkey or a creds file, they can use the
 * connection after the login. It is not an error, because the network may be trusted, and the server may require TLS by
 * itself.
 */
export function warnOfPlaintext(construct: IConstruct, { servers, credentials, tls }: JetStreamEnsureProps): void {
  const { creds, nkey, user, password, token, tls: files = {} } = credentials ?? {};
  const logsIn = [creds, nkey, user, password, token].some((each) => each !== undefined);
  if (!logsIn || tls || Object.values(files).some((file) => file !== undefined)) return;
  const open = servers.filter(isOpen);
  if (open.length === 0) return;
  Annotations.of(construct).addWarningV2(
    "jetstream-ensure:plaintext",
    `The credentials go to ${open.join(", ")} without TLS, unless the server asks for it: write tls:// instead of nats://.`,
  );
}

/** Tells whether an address has no TLS. It is false for an address whose beginning only the deployment knows. */
function isOpen(server: string): boolean {
  if (Token.isUnresolved(server.replace(/^nats:\/\/.*/i, ""))) return false;
  const url = URL.parse(server.includes("://") ? server : `nats://${server}`);
  return url?.protocol === "nats:" && !LOCAL.test(url.hostname);
}
