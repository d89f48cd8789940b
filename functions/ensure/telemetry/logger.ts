import { Logger } from "@aws-lambda-powertools/logger";

/**
 * The logger, which writes one JSON line per entry. It writes through its own console, so Lambda's JSON log format does
 * not wrap the line again.
 */
export const logger = new Logger({ serviceName: "jetstream-ensure" });
