import { visible } from "../../text/text.ts";

/**
 * Writes remarks as comment lines that begin with `mark`. Control characters are escaped: a name must not end a line.
 */
export function remarkLines(remarks: string[], mark: "#" | "//"): string[] {
  return remarks.map((remark) => `${mark} not exported: ${visible(remark)}`);
}
