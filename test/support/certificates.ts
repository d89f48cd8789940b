import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";

/** PEM texts. */
export interface Certificate {
  cert: string;
  key: string;
}

export interface Authority extends Certificate {
  /** A server's certificate for these names and addresses. Default: 127.0.0.1 and localhost. */
  server(names?: readonly string[], validUntil?: Date): Promise<Certificate>;
  client(name?: string): Promise<Certificate>;
}

const SECONDS_OF_A_DAY = 86_400;

/** A CA of one test's own, trusted by nobody who is not given its certificate. */
export async function createAuthority(name = "jetstream-ensure tests"): Promise<Authority> {
  const ca = await issue(name, [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
  ]);
  return {
    ...ca,
    server: (names = ["127.0.0.1", "localhost"], validUntil) => {
      const altNames = names.map((each) =>
        isIP(each) ? ({ type: 7, ip: each } as const) : ({ type: 2, value: each } as const),
      );
      const extensions: Extensions = [...leaf({ serverAuth: true }), { name: "subjectAltName", altNames }];
      return issue(names[0] ?? "nobody", extensions, ca, validUntil);
    },
    client: (client = "ops") => issue(client, leaf({ clientAuth: true }), ca),
  };
}

/** Texts as files of these names, for who takes paths: the server and the command line. */
export async function asFiles<Name extends string>(
  texts: Record<Name, string>,
): Promise<Record<Name, string> & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-files-"));
  const paths = {} as Record<Name, string>;
  for (const name of Object.keys(texts) as Name[]) {
    paths[name] = join(dir, name);
    await writeFile(paths[name], texts[name], { mode: 0o600 });
  }
  return Object.assign(paths, { [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) });
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>["extensions"]>;

function leaf(use: { serverAuth?: true; clientAuth?: true }): Extensions {
  return [
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, critical: true },
    { name: "extKeyUsage", ...use },
  ];
}

async function issue(
  name: string,
  extensions: Extensions,
  ca?: Certificate,
  notAfterDate = new Date(Date.now() + SECONDS_OF_A_DAY * 1000),
): Promise<Certificate> {
  const made = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions,
    notBeforeDate: new Date(Date.now() - 2 * SECONDS_OF_A_DAY * 1000),
    notAfterDate,
    ...(ca && { ca: { key: ca.key, cert: ca.cert } }),
  });
  return { cert: made.cert, key: made.private };
}
