import { devNull } from "node:os";
import { delimiter, dirname } from "node:path";

export const ACCOUNT = "000000000000";
export const REGION = "us-east-1";

/** The emulator's address and credentials that are none: all that a client or a child is told of AWS. */
export function awsEnvironment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    // A person's own profiles and endpoints must play no part, nor the role of the machine this runs on.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** Takes out of an environment whatever it says of AWS, and puts in the emulator's: no client can reach another. */
export function takeEmulator(environment: NodeJS.ProcessEnv, url: string): void {
  for (const name of Object.keys(environment)) if (name.startsWith("AWS_")) delete environment[name];
  Object.assign(environment, awsEnvironment(url));
}

/**
 * Of this process's environment where programs are, and nothing else: what an emulator gets, its functions inherit. This
 * Node comes first, whatever the machine has.
 */
export function cleanEnvironment({ home, tmp }: { home: string; tmp: string }): Record<string, string> {
  const path = [dirname(process.execPath), process.env.PATH].filter(Boolean).join(delimiter);
  return { PATH: path, HOME: home, TMPDIR: tmp, NO_COLOR: "1", CDK_DISABLE_CLI_TELEMETRY: "true" };
}
