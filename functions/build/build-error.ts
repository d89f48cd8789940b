/** The build found a mistake in what it builds. The message describes it. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}
