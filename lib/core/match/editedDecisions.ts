// Whether a table of matchByName says something that a person has put into it: what is written over is lost. Pure, and quick:
// it looks at how rows begin instead of reading them.

import { SITUATIONS } from "./model.ts";
import { DECISION_COLUMNS } from "./decisions.ts";

const OTHERS = SITUATIONS.filter((situation) => situation !== "found").join("|");
/** As it is written: yes for what was found, nothing for all else. */
const CHANGED_ROW = new RegExp(`^(?:(?!yes,)[^,"\\n]*,found,|[^,"\\n]+,(?:${OTHERS}),)`, "m");
const CHANGED_RECORD = new RegExp(`"decision":\\s*"(?:(?!yes")[^"]*",\\s*"situation":\\s*"found"|[^"]+",\\s*"situation":\\s*"(?:${OTHERS})")`);

/** `text`: a file that begins like such a table. A spreadsheet that saved it may have parted its columns otherwise. */
export const isEdited = (text: string): boolean => {
  if (/^\s*\[/.test(text)) return CHANGED_RECORD.test(text);
  return !text.startsWith(DECISION_COLUMNS.join(",")) || CHANGED_ROW.test(text);
};
