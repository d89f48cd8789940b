import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const RULE = `\n${"-".repeat(80)}\n\n`;

/**
 * Collects the licences of the packages in the Lambda's bundle, each text once. Most licences demand that a copy of the
 * code contains them.
 *
 * @param folders the folders of the packages
 */
export async function noticesOf(folders: string[]): Promise<string> {
  const packages = await Promise.all(folders.map(licenceOf));
  const sections = [...Map.groupBy(packages, ({ text }) => text)].map(([text, members]) => {
    return [members.map(({ title }) => `${title}\n`).join(""), text].join(text === "" ? "" : "\n");
  });
  return [`Third-party code in lambda/index.mjs\n`, ...sections].join(RULE);
}

async function licenceOf(folder: string): Promise<{ title: string; text: string }> {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const by = author?.name ?? author;
  return { title: `${name} ${version}, ${license}${by ? `, by ${by}` : ""}`, text: texts.join("\n") };
}
