import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** What aws-lambda-ric is built with; any of the names in a row will do. */
const TOOLS = [["cmake", "cmake3"], ["make"], ["g++", "c++", "clang++"], ["python3"], ["tar"], ["xz"]];

/** The build tools that are not on the PATH, by their usual names. */
export async function missingTools({ PATH = "" }: { PATH?: string | undefined }): Promise<string[]> {
  const directories = PATH.split(delimiter).filter((each) => each !== "");
  const missing = await Promise.all(
    TOOLS.map(async (names) => {
      const places = directories.flatMap((directory) => names.map((name) => join(directory, name)));
      const found = await Promise.all(places.map(isExecutable));
      return found.includes(true) ? [] : names.slice(0, 1);
    }),
  );
  return missing.flat();
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
