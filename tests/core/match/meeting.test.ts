import { expect, it } from "vitest";
import { folded } from "../../../lib/core/match/reading/lists.ts";
import { areSpelledAlike } from "../../../lib/core/match/meeting.ts";

it("two texts are spelled alike where their folded forms are one", () => {
  const texts = ["Gary Bear", "gary bear", "GARY BEAR", " Gary Bear", "Gary  Bear", "Gary Bear ", "Gary\u00a0Bear", "Gary\u00ad Bear", "Gary Beer", "Gary", "José", "Jose\u0301", "JOSÉ", "Jos\u00c3\u00a9", "Josef", "O'Neill", "O`Neill", "O´Neill", "O’Neill", "O-Neill", "", "É", "E\u0301", "A  Bé´", "A Bé´", "İ", "i̇", "ＧＡＲＹ", "gary"];
  for (const one of texts) for (const other of texts) expect(areSpelledAlike(one, other), `${one}|${other}`).toBe(folded(one) === folded(other));
});
