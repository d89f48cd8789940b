import { nkeys } from "nats";

/** A user's nkey, made for this run. */
export function sampleNkey(): { seed: string; publicKey: string } {
  const pair = nkeys.createUser();
  return { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
}

/** A .creds file as nsc writes it. Nobody signed the JWT, so no broker lets it in. */
export function sampleCreds(seed = sampleNkey().seed): string {
  const jwt = ["{}", "{}", "signature"].map((part) => Buffer.from(part).toString("base64url")).join(".");
  return [
    "-----BEGIN NATS USER JWT-----",
    jwt,
    "------END NATS USER JWT------",
    "",
    "************************* IMPORTANT *************************",
    "NKEY Seed printed below can be used to sign and prove identity.",
    "",
    "-----BEGIN USER NKEY SEED-----",
    seed,
    "------END USER NKEY SEED------",
    "",
  ].join("\n");
}

export function samplePem(block: string): string {
  return `-----BEGIN ${block}-----\n${"QUJD".repeat(16)}\n${"REVG".repeat(8)}==\n-----END ${block}-----\n`;
}
