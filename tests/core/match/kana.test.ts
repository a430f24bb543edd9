import { expect, it } from "vitest";
import { pairByName } from "../../../lib/core/match/pairByName.ts";
import { readKana } from "../../../lib/core/match/words/kana.ts";

it.each([
  ["ヤマグチ サチコ", "Yamaguchi Sachiko"], ["キノシタ・タダシ", "Kinoshita Tadashi"], ["やまだ さくら", "Yamada Sakura"], ["ﾔﾏﾀﾞ ｼﾞｭﾝｺ", "Yamada Junko"], ["サトー ジョージ", "Satoo Jooji"], ["ホッタ イッチ", "Hotta Itchi"],
  ["キョウコ シャ ヴィクトル", "Kyouko Sha Vikutoru"], ["フォスター ウィリアム", "Fosuta Wiriamu"], ["山口 幸子 (ヤマグチ サチコ)", "山口 幸子 (Yamaguchi Sachiko)"],
  ["山田 さくら", "山田 さくら"], ["Gary Bear", "Gary Bear"], ["ー", "ー"],
])("%s is read %s", (kana, latin) => {
  expect(readKana(kana)).toBe(latin);
});

const situation = (master: string, target: string): string | undefined => pairByName([{ id: "m", name: master }], [{ id: "t", name: target }], { kind: "person" }).verdicts[0]?.situation;

it.each([
  ["ヤマグチ サチコ", "Sachiko Yamaguchi"], ["ナカジマ リュウノスケ", "Nakazima Ryunosuke"], ["ヨシダ ショウタ", "Yoshida Shota"], ["サトウ セツコ", "Setuko Satô"], ["ヤマグチ サチコ", "やまぐち さちこ"], ["ﾔﾏｸﾞﾁ ｻﾁｺ", "ヤマグチ サチコ"],
  ["山口 幸子 (ヤマグチ サチコ)", "Sachiko Yamaguchi"],
])("%s and %s are one", (master, target) => {
  expect([situation(master, target), situation(target, master)]).toEqual(["found", "found"]);
});

it.each([["ヤマグチ サチコ", "Sachie Yamaguchi"], ["ジョン スミス", "John Smith"], ["ヤマグチ サチコ", "Hanako Yamaguchi"]])("%s and %s are not known to be", (master, target) => {
  expect(situation(master, target)).not.toBe("found");
});

it("a namesake in kana takes the say from one in Latin letters", () => {
  const { verdicts } = pairByName([{ id: "1", name: "Yamaguchi Sachiko" }, { id: "2", name: "ヤマグチ サチコ" }], [{ id: "9", name: "Sachiko Yamaguchi" }], { kind: "person" });
  expect(verdicts.map((verdict) => verdict.situation)).toEqual(["ambiguous", "ambiguous", "ambiguous"]);
});
