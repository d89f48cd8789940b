import { visible } from "../../text/text.ts";

/** The lines of a comment that begins each with `mark`. Names come from the broker: none may end the comment. */
export function remarkLines(remarks: string[], mark: "#" | "//"): string[] {
  return remarks.map((remark) => `${mark} not exported: ${visible(remark)}`);
}
