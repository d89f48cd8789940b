import { Logger } from "@aws-lambda-powertools/logger";

/** One JSON line per entry. It writes through a console of its own, so Lambda's JSON log format does not wrap it again. */
export const logger = new Logger({ serviceName: "jetstream-ensure" });
