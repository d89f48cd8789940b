/** The build found something wrong with what it builds: the message says what. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}
