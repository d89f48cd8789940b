import {
  type Account,
  createAccount,
  createOperator,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
  type KeyPair,
  type User,
} from "@nats-io/jwt";
import { decodeJson, encodeJson } from "../../lib/jetstream/json.ts";

export interface OperatorAccount {
  jwt: string;
  /** The text of a `.creds` file of a new user of this account. */
  creds(user?: UserOptions): Promise<string>;
}

export interface UserOptions {
  /** Epoch seconds. Default: never. */
  expires?: number;
  more?: Partial<User>;
}

export interface Operator {
  /** The part of a server's config that puts it under this operator, with these accounts alone. */
  config(accounts: OperatorAccount[]): string;
  /** @param exact limits as JSON numbers are too coarse for */
  account(name: string, account?: Partial<Account>, exact?: Record<string, bigint>): Promise<OperatorAccount>;
}

const NO_LIMIT = -1;

/** A limit that a JWT leaves out is one of zero. */
const UNLIMITED = {
  conn: NO_LIMIT,
  leaf: NO_LIMIT,
  subs: NO_LIMIT,
  data: NO_LIMIT,
  payload: NO_LIMIT,
  imports: NO_LIMIT,
  exports: NO_LIMIT,
  wildcards: true,
} as const;

/** Limits in an account's JWT: without them, an account has no JetStream. */
export const JETSTREAM = {
  mem_storage: NO_LIMIT,
  disk_storage: NO_LIMIT,
  streams: NO_LIMIT,
  consumer: NO_LIMIT,
} as const;

/** An operator as nsc makes them: accounts and users exist only as JWTs that are signed from the top down. */
export async function createTestOperator(): Promise<Operator> {
  const operatorKey = createOperator();
  const keys = new Map<OperatorAccount, KeyPair>();

  async function account(name: string, more: Partial<Account> = {}, exact?: Record<string, bigint>) {
    const key = createAccount();
    const limits = { ...UNLIMITED, ...more.limits };
    const encoded = await encodeAccount(name, key, { ...more, limits }, { signer: operatorKey });
    const jwt = exact === undefined ? encoded : withLimits(encoded, exact, operatorKey);
    const made: OperatorAccount = {
      jwt,
      async creds({ expires, more = {} } = {}) {
        const user = createUser();
        const valid = expires === undefined ? {} : { exp: expires };
        return new TextDecoder().decode(fmtCreds(await encodeUser("ops", user, key, more, valid), user));
      },
    };
    keys.set(made, key);
    return made;
  }

  const system = await account("SYS");
  const publicKey = (of: OperatorAccount) => keys.get(of)?.getPublicKey() ?? "";
  const operatorJwt = await encodeOperator("test", operatorKey, { system_account: publicKey(system) });
  return {
    account,
    config: (accounts) => {
      const preload = [system, ...accounts].map((each) => `  ${publicKey(each)}: ${each.jwt}`);
      return [
        `operator: ${operatorJwt}`,
        `system_account: ${publicKey(system)}`,
        "resolver: MEMORY",
        `resolver_preload: {`,
        ...preload,
        "}",
      ].join("\n");
    },
  };
}

/** The same claims with other limits, signed anew: the library writes no integer beyond 2^53. */
function withLimits(jwt: string, exact: Record<string, bigint>, signer: KeyPair): string {
  const [header = "", payload = ""] = jwt.split(".");
  const claims = decodeJson(Buffer.from(payload, "base64url").toString()) as { nats: { limits: object } };
  Object.assign(claims.nats.limits, exact);
  const signed = `${header}.${Buffer.from(encodeJson(claims)).toString("base64url")}`;
  return `${signed}.${Buffer.from(signer.sign(Buffer.from(signed))).toString("base64url")}`;
}
