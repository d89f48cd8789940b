import type { NatsConnection } from "nats";
import type { ServerOptions } from "../../functions/local/nats-server/launch.ts";
import { type Lambda, startLambda } from "../broker/function/invoke.ts";
import { startServer, type TestServer } from "../support/nats-server.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { newest } from "../support/versions.ts";
import { shop, stock } from "./goods.ts";

/** Where a scenario plays: a broker with the shop's goods, and the function in front of it, with a proxy between. */
export interface Stage extends AsyncDisposable {
  server: TestServer;
  proxy: TcpProxy;
  lambda: Lambda;
  /** Ends the command line, where that is what runs. */
  interrupt?: (signal: NodeJS.Signals) => void;
  /** Past the proxy. Another one after the broker was restarted. */
  connect(): Promise<NatsConnection>;
}

/** In the login, and in nothing that is ever said. */
export const PASSWORD = "s3cret-of-the-shop";
export const LOGIN = { user: "shop", password: PASSWORD };
export const PARAMETERS = { "/shop/user": { value: LOGIN.user }, "/shop/password": { value: PASSWORD } };

/** The server's, so that a fault may reach it; the shop takes less. */
export const MAX_FILE_STORE = 400 * 1024 ** 2;

const SERVER: ServerOptions = { login: LOGIN, jetstream: { maxFileStore: MAX_FILE_STORE } };

export async function setUp(options: ServerOptions = SERVER): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startServer(newest, options));
  const proxy = stack.adopt(await startTcpProxy({ target: { port: server.port } }), (each) => each.close());
  const lambda = stack.use(
    await startLambda({
      topology: shop,
      servers: `nats://${proxy.address}`,
      parameters: PARAMETERS,
      environment: { NATS_USER_PARAMETER: "/shop/user", NATS_PASSWORD_PARAMETER: "/shop/password" },
    }),
  );
  const connect = () => server.connect({ user: LOGIN.user, pass: LOGIN.password, reconnect: false });
  await stock(await connect());
  const all = stack.move();
  return { server, proxy, lambda, connect, [Symbol.asyncDispose]: () => all[Symbol.asyncDispose]() };
}
