import { expect, it } from "vitest";
import { Run } from "../../../lib/core/match/words/flat.ts";
import { putShortKeys, shortKey, shortLogins } from "../../../lib/core/match/words/keys.ts";
import { distance } from "../../../lib/core/match/words/distance.ts";
import { eachWholeName, wholeNames } from "../../../lib/core/match/words/spell.ts";
import { seeded } from "../../support/people/names.ts";

const sorted = (keys: Iterable<number>): readonly number[] => [...new Set(keys)].sort((one, other) => one - other);

it("the keys of short logins are those of their texts", () => {
  const names = [["gary", "bear"], ["g", "bear"], ["ann", "a"], ["anna", "maria", "bear"], ["anna", "maria", "garcia", "lopez"], ["shah", "hussain"], ["x", "y"], ["li", "o"], ["one"], []];
  for (const words of names) {
    for (const surname of [undefined, ...words.keys()].filter((at) => at !== 0)) {
      const run = new Run(1);
      putShortKeys(run, words, surname);
      expect(sorted(run.keys.subarray(0, run.size)), `${words.join(" ")} ${surname}`).toEqual(sorted(shortLogins(words, surname).map(shortKey)));
    }
  }
});

it("whole names come one by one in the order of their list", () => {
  for (const spelled of [[["a"]], [["a", "b"], ["c"]], [["a", "b"], ["c", "d", "e"]], [["a", "b", "c", "d", "e", "f"], ["g", "h", "i"], ["k", "l"]], []]) {
    const names: (readonly string[])[] = [];
    eachWholeName(spelled, (words) => names.push([...words]));
    expect(names).toEqual(wholeNames(spelled.map((list) => list[0] ?? ""), spelled));
  }
});

/** The same, as its definition says it. */
const longWay = (one: string, other: string): number => {
  const table = Array.from({ length: one.length + 1 }, (_, i) => Array.from({ length: other.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)));
  const at = (i: number, j: number): number => table[i]?.[j] ?? Infinity;
  for (let i = 1; i <= one.length; i++) {
    for (let j = 1; j <= other.length; j++) {
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      (table[i] ?? [])[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1), swapped);
    }
  }
  return at(one.length, other.length);
};

it("distances are those of the definition, also of long words and one after the other", () => {
  const random = seeded(8);
  const word = (most: number): string => Array.from({ length: Math.floor(random() * most) }, () => "abc"[Math.floor(random() * 3)] ?? "").join("");
  for (let n = 0; n < 3000; n++) {
    const [one, other] = n % 100 === 0 ? [word(200), word(200)] : [word(7), word(7)];
    for (const most of [1, 2]) expect(Math.min(distance(one, other, most), most + 1), `${one} ${other}`).toBe(Math.min(longWay(one, other), most + 1));
  }
});
