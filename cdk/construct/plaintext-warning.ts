import { Annotations, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { JetStreamEnsureProps } from "./options/props.ts";

/** Hosts whose traffic leaves no machine. */
const LOCAL = /^(localhost|127(\.\d+){3}|\[::1\])$/i;

/**
 * Warns at synth where credentials go to a broker over an address without TLS. A user, password or token is then
 * readable on the way, and whoever is on the way can use the connection that an nkey or a creds file logged in. No
 * error, because a network may be trusted, and a server may ask for TLS by itself.
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

/** An address of which only the deployment knows how it begins is not looked at. */
function isOpen(server: string): boolean {
  if (Token.isUnresolved(server.replace(/^nats:\/\/.*/i, ""))) return false;
  const url = URL.parse(server.includes("://") ? server : `nats://${server}`);
  return url?.protocol === "nats:" && !LOCAL.test(url.hostname);
}
