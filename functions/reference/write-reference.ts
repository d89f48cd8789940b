import { mkdirSync, writeFileSync } from "node:fs";
import { PAGES } from "./pages.ts";

/** `npm run -s reference`: writes the pages of docs/reference and the schemas again after what they are made of has changed. */
mkdirSync("docs/reference", { recursive: true });
for (const [path, write] of Object.entries(PAGES)) writeFileSync(path, write());
