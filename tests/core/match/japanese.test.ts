import { describe, expect, it } from "vitest";
import { codesOf } from "../../../lib/core/match/words/flat.ts";
import { hepburnKey, hepburnOf, hepburnOfBoth, isJapaneseSurname } from "../../../lib/core/match/words/japanese.ts";

const keyOf = (word: string): number => hepburnKey(codesOf(word), 0, word.length);

describe("words of Japanese syllables", () => {
  it.each([
    ["hirosi", "hiroshi"], ["satiko", "sachiko"], ["tutomu", "tsutomu"], ["zyun", "jun"], ["huzita", "fujita"], ["tetuya", "tetsuya"], ["syouzi", "shoji"], ["tiduru", "chizuru"], ["kyouko", "kyoko"], ["adzuma", "azuma"], ["kaworu", "kaoru"],
    ["ohno", "ono"], ["oono", "ono"], ["itoh", "ito"], ["endou", "endo"], ["yuuki", "yuki"], ["yuhki", "yuki"], ["ryuuhei", "ryuhei"], ["ohashi", "ohashi"], ["oohashi", "ohashi"], ["ohara", "ohara"], ["saori", "saori"],
    ["homma", "honma"], ["jumpei", "junpei"], ["hatchouji", "hatchoji"], ["hattori", "hattori"], ["issei", "issei"], ["kenichi", "kenichi"], ["shinya", "shinya"], ["ryo", "ryo"],
  ])("%s is %s in Hepburn", (word, hepburn) => {
    expect(hepburnOf(word)).toBe(hepburn);
    expect(hepburnOf(hepburn)).toBe(hepburn);
    expect(keyOf(word)).toBe(keyOf(hepburn));
  });

  it.each(["smith", "xi", "martin", "weber", "luca", "kowalski", "nguyen", "s", "sh", "", "ahmed", "tsy", "yi", "fa", "дима"])("%s is none", (word) => {
    expect(hepburnOf(word)).toBeUndefined();
    expect(keyOf(word)).toBe(0);
  });

  it.each([["yuki", "yuka"], ["taro", "jiro"], ["ota", "oda"], ["shin", "sin"], ["mika", "mikka"], ["kota", "goto"]])("%s and %s have one key where they are one in Hepburn", (one, other) => {
    expect(keyOf(one) === keyOf(other)).toBe(hepburnOf(one) === hepburnOf(other));
  });

  it.each(["yamashita", "nishikawa", "takahashi", "ono", "inoe", "matsumoto", "higashiyama", "honma"])("%s is a Japanese surname", (word) => {
    expect(isJapaneseSurname(word)).toBe(true);
  });

  it.each(["hu", "jun", "hiroshi", "simon", "romano", "ravi", "niemi", "kim", "marina"])("%s is no Japanese surname", (word) => {
    expect(isJapaneseSurname(word)).toBe(false);
  });
});

it("names are read in Hepburn beside a Japanese surname that both have, and where no given name is one of others", () => {
  expect(hepburnOfBoth(["hirosi", "huzita"], ["fujita", "hiroshi"])).toEqual([["hiroshi", "fujita"], ["fujita", "hiroshi"]]);
  expect(hepburnOfBoth(["h", "huzita"], ["fujita", "hiroshi"])).toEqual([["h", "fujita"], ["fujita", "hiroshi"]]);
  for (const [one = "", other = ""] of [["hu jun", "fu jun"], ["simon sato", "shimon satoh"], ["simon romano", "shimon romano"], ["tina mori", "china mori"], ["fujita", "huzita"]]) expect(hepburnOfBoth(one.split(" "), other.split(" "))).toBeUndefined();
});
