export interface Surroundings {
  /** The environment its tools run with. */
  env: Record<string, string | undefined>;
}

/** One way to get a nats-server of an exact version from the network. */
export interface DownloadSource {
  /** As it stands in a sentence: "trying <name>". */
  name: string;
  /** Why this machine cannot do it; undefined when it may be tried. Looks at the machine only, not at the network. */
  impossible(around: Surroundings): Promise<string | undefined>;
  /**
   * @param into an empty directory, removed afterwards.
   * @returns where in `into` the binary is.
   * @throws an Error of one line that says what did not work.
   */
  fetch(version: string, into: string, around: Surroundings): Promise<string>;
}
