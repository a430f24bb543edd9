import { describe, expect, it } from "vitest";
import { DECISION_COLUMNS } from "../../../lib/core/match/decisions.ts";
import { isEdited } from "../../../lib/core/match/editedDecisions.ts";

const csv = (...rows: readonly string[]): string => `${DECISION_COLUMNS.join(",")}\n${rows.map((row) => `${row}\n`).join("")}`;
const FOUND = 'yes,found,c,s,1,"two\nlines, and more",2,b,0.98,same name,,';
const NEAR = ",near,c,s,3,a,4,b,0.60,x,,";

describe("a table of matchByName", () => {
  it.each([
    ["as it was written", csv(FOUND, NEAR), false],
    ["with nobody in it", csv(), false],
    ["with a yes", csv(FOUND, `yes${NEAR}`), true],
    ["with a no", csv(FOUND.replace("yes", "no"), NEAR), true],
    ["with a yes taken out", csv(FOUND.replace("yes", ""), NEAR), true],
    ["with a word", csv(FOUND, `ask Bo${NEAR}`), true],
    ["as a spreadsheet parts its columns", csv(FOUND, NEAR).replaceAll(",", ";"), true],
    ["with columns moved", csv(FOUND).replace("decision,situation", "situation,decision"), true],
    ["as JSON, as it was written", '[\n {\n "decision": "yes",\n "situation": "found" },\n { "decision": "", "situation": "near" }]', false],
    ["as JSON with a yes", '[ { "decision": "yes", "situation": "near" }]', true],
    ["as JSON with a no", '[ { "decision": "no", "situation": "found" }]', true],
  ])("%s", (_, text, expected) => expect(isEdited(text)).toBe(expected));
});
