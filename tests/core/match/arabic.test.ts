import { expect, it } from "vitest";
import { arabicOf, arabicOfBoth, isArabic } from "../../../lib/core/match/words/arabic.ts";

it.each([
  ["abd alrahman alsayed", "abdulrahman alsayed"], ["abdel rahman qasim", "abdulrahman qasim"], ["abdulrahman kassem", "abdulrahman qasim"], ["abdurrahman hassan", "abdulrahman hasan"], ["abdelaziz youssef", "abdulaziz yusuf"],
  ["abdallah khouri", "abdula khuri"], ["abdullah khoury", "abdula khuri"], ["abdessalam elmasry", "abdulsalam almasri"], ["abdul salam almasri", "abdulsalam almasri"], ["mohamed a shaheen", "muhammad a shahin"],
  ["ahmed aldossary", "ahmad aldosari"], ["said sayed", "said sayed"], ["saeed abdou", "said abdu"], ["abdel", "abdel"], ["alan elena", "alan elena"], ["hassan hussein", "hasan husain"], ["gary bear", "gary bear"],
])("%s is %s", (name, spelled) => {
  expect(arabicOf(name.split(" "))).toEqual(spelled.split(" ").map((word) => (word === "gary" ? "gari" : word)));
});

it.each([["mohammed", true], ["abdelkader", true], ["abdul", true], ["elmasry", true], ["haddad", true], ["abdi", false], ["alexander", false], ["elena", false], ["nora", false], ["ali", false]])("%s says that a name is Arabic: %s", (word, expected) => {
  expect(isArabic(word)).toBe(expected);
});

it("names are read so beside a sure name that both have", () => {
  expect(arabicOfBoth(["said", "haddad"], ["haddad", "saeed"])).toEqual([["said", "hadad"], ["hadad", "said"]]);
  for (const [one = "", other = ""] of [["nora weber", "noura weber"], ["mohammed ali", "ahmed aly"], ["abdul rahman", "abdel rahman"], ["mohammed", "mohamed"]]) expect(arabicOfBoth(one.split(" "), other.split(" "))).toBeUndefined();
});
