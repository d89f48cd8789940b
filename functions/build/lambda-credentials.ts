import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * In the Lambda's bundle, in place of the SDK's own chain of ways to get credentials. Lambda gives a Node function its
 * role's credentials in the environment; profiles, single sign-on and the metadata of instances are for other places,
 * and bring 90 KB of further clients.
 */
export const defaultProvider = () => fromEnv();
