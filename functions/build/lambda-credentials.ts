import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * Replaces the SDK's own chain of credential providers in the Lambda's bundle.
 *
 * Lambda passes the role's credentials to a Node function in the environment. Profiles, single sign-on and instance
 * metadata are for other places, and would add 90 KB of clients.
 */
export const defaultProvider = () => fromEnv();
