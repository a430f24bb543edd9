import { describe, expect, it } from "vitest";
import type { NameEntry, PairResult } from "../../../lib/core/match/model.ts";
import { pairByName } from "../../../lib/core/match/pairByName.ts";
import { soundChinese } from "../../../lib/core/match/words/chinese.ts";
import { soundKorean } from "../../../lib/core/match/words/korean.ts";
import { areOneCyrillic } from "../../../lib/core/match/words/slavic.ts";

/** "Gary Bear ~gary.bear@acme.com": name and address. */
const entries = (side: "m" | "t", texts: readonly string[]): readonly NameEntry[] =>
  texts.map((text, at) => {
    const [name = "", email] = text.split(" ~");
    return { id: `${side}${at}`, name, ...(email === undefined ? {} : { email }) };
  });
const pair = (masters: readonly string[], targets: readonly string[]): PairResult => pairByName(entries("m", masters), entries("t", targets), { kind: "person" });
const foundOf = (result: PairResult): readonly string[] => result.verdicts.filter(({ situation }) => situation === "found").map(({ entry, candidates }) => `${entry.id}-${candidates[0]?.entry.id ?? ""}`);

describe("one address, and names that are one by the customs of their language", () => {
  it.each([
    // The second of each list is called as the first of the other, and has no address: one address says who is whom.
    ["Medwedew Aleksandr ~aleksandr.medvedev2@acme.com", "Aleksandr Medvedev ~aleksandr.medvedev2@acme.com", "Aleksandr Medwedew"],
    ["Guseva Kristina Evgenevna ~kristina.guseva2@acme.com", "Kristina Guseva ~kristina.guseva2@acme.com", "Guseva Kristina Evgenevna"],
    ["I-Hsia Han ~yixia.han@acme.com", "HAN Yixia ~yixia.han@acme.com", "Han I-Hsia"],
    ["K Krishnan ~krishnan.kumaran@acme.com", "Kumaran, Krishnan ~krishnan.kumaran@acme.com", "Kumar, Krishnan"],
    ["윤철진 ~chuljin.yoon2@acme.com", "Chul-jin Yoon ~chuljin.yoon2@acme.com", "YUN Chul-jin"],
    ["شريف الغامدي ~sharif.alghamdi@acme.com", "Sharif Alghamdi ~sharif.alghamdi@acme.com", "Al-Ghamdi, Sherif"],
  ])("%s is %s, not %s", (master, target, namesake) => {
    expect(foundOf(pair([master], [target, namesake]))).toEqual(["m0-t0"]);
  });

  it.each([["임규희 ~kyuhee.lim@acme.com", "Lim Kyuhee ~kyuhee.lim@acme.com"], ["류혜미 ~hyemi.ryu@acme.com", "Yoo Hye-mee ~hyemi.ryu@acme.com"], ["山崎 翔 ~sho.yamazaki@acme.com", "Syo Yamazaki ~sho.yamazaki@acme.com"], ["Feng Zejia ~zejia.feng@acme.com", "Feng Tse-Chia ~zejia.feng@acme.com"]])("%s is %s", (master, target) => {
    expect(foundOf(pair([master], [target]))).toEqual(["m0-t0"]);
  });

  it("a mailbox that writes a name by another custom gainsays nothing", () => {
    expect(foundOf(pair(["Zakhar Maksimovich Lavrov ~zahar.lavrov@acme.com", "Лебедев Тимофей Михайлович"], ["Zakhar Lavrov", "Lebedev, Timofei ~timofey.lebedev@acme.com"]))).toEqual(["m0-t0", "m1-t1"]);
  });

  it("a mailbox of another given name does", () => {
    expect(foundOf(pair(["Zakhar Maksimovich Lavrov ~mark.lavrov@acme.com"], ["Zakhar Lavrov"]))).toEqual([]);
  });

  it("a team's mailbox makes nobody of two who sound alike", () => {
    expect(foundOf(pair(["Kim Ji-hyun ~qa.korea@acme.com", "Lee Jaewon ~qa.korea@acme.com", "Park Woojin ~qa.korea@acme.com"], ["Kim Ji-hoon ~qa.korea@acme.com"]))).toEqual([]);
  });
});

it.each([["han yixia", "i hsia han"], ["tsao pengchieh", "pengjie cao"], ["feng zejia", "feng tse chia"], ["ouyang minghua", "minghua ouyang"]])("%s sounds like %s by Pinyin and Wade-Giles", (one, other) => {
  expect(soundChinese(one.split(" "), other.split(" "))).toBe(true);
  expect(soundChinese(other.split(" "), one.split(" "))).toBe(true);
});

it.each([["han yixia", "han yixiang"], ["wang wei", "wang"], ["feng zejia", "feng zemin"], ["a li", "i li"], ["gary bear", "bear gary"]])("%s does not sound like %s", (one, other) => {
  expect(soundChinese(one.split(" "), other.split(" "))).toBe(false);
});

it.each([["윤철진", "yoon chuljin"], ["윤 철진", "chul jin yun"], ["이현재", "lee hyunjae"]])("%s in Hangul sounds like %s", (one, other) => {
  expect(soundKorean(one.split(" "), other.split(" "))).toBe(true);
});
it.each([["윤철진", "yoon chulho"], ["김", "kim"], ["김지현", "lee jihyun"]])("%s in Hangul does not sound like %s", (one, other) => {
  expect(soundKorean(one.split(" "), other.split(" "))).toBe(false);
});

it.each([["medwedew aleksandr", "aleksandr medvedev"], ["zakhar maksimovich lavrov", "zahar lavrov"], ["lewtschenko artem", "artem levchenko"]])("%s is %s by two customs", (one, other) => {
  expect(areOneCyrillic(one.split(" "), other.split(" "))).toBe(true);
});
it.each([["medvedev aleksandr", "medvedeva aleksandra"], ["petrov ivan", "petrov"], ["jon smit", "john smit"], ["ivan petrov petrov", "ivan ivan petrov"]])("%s is not %s by two customs", (one, other) => {
  expect(areOneCyrillic(one.split(" "), other.split(" "))).toBe(false);
});
