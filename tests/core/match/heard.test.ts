import { expect, it } from "vitest";
import { pairByName } from "../../../lib/core/match/pairByName.ts";
import { type Hearing, heard } from "../../../lib/core/match/words/transcribe.ts";

it.each<[string, string, Hearing]>([
  ["רבקה", "rivka", "hebrew"], ["כהן", "cohen", "hebrew"], ["שלמה", "shlomo", "hebrew"], ["שרה", "sarah", "hebrew"], ["ברק", "barak", "hebrew"], ["ברוך", "baruch", "hebrew"], ["אברהם", "avraham", "hebrew"], ["מרדכי", "mordechai", "hebrew"], ["קפלן", "kaplan", "hebrew"],
  ["السيد", "elsayed", "arabic"], ["مصطفى", "mostafa", "arabic"], ["الحربي", "alharbi", "arabic"], ["خالد", "khaled", "arabic"],
])("%s and %s are heard alike", (native, latin, hearing) => {
  expect(heard(native, hearing)).toBe(heard(latin, hearing));
});

const listed = (masters: readonly string[], target: string) => {
  const { verdicts } = pairByName(masters.map((name, at) => ({ id: `m${at}`, name })), [{ id: "t", name: target }], { kind: "person" });
  return verdicts.map(({ situation }) => situation);
};

it("a father's name left out, and one written in two words, are heard as one name all the same", () => {
  expect(listed(["عبدالله ياسر محمود"], "Abdalla Mahmoud")).toEqual(["near", "near"]);
  expect(listed(["عبد الرحمن النجار"], "Abdelrahman Alnajjar")).toEqual(["near", "near"]);
  expect(listed(["عبد الرحمن النجار"], "Abd al-Rahman Alnajjar")).toEqual(["near", "near"]);
});

it("whoever may be meant by it takes the say from a name that agrees in part", () => {
  expect(listed(["Abdullah Rashid Mahmoud", "عبدالله ياسر محمود"], "Mahmoud, Abdullah")).not.toContain("found");
});
