import { expect, it } from "vitest";
import { soundKorean } from "../../../lib/core/match/words/korean.ts";

it.each([
  ["jung sungmi", "jeong seongmee"], ["yoon woomi", "umee yun"], ["lim jijae", "im jeejae"], ["park kyungjin", "pak gyeongjin"], ["yoo eunseong", "ryu eunsung"], ["kim hoonho", "kim hunho"], ["choi hyehyun", "choe haehyeon"],
  ["kang miyeon", "gang mi yeon"], ["sang hyun lee", "yi sanghyeon"], ["seo jiwoo", "suh jiu"],
])("%s sounds like %s", (one, other) => {
  expect(soundKorean(one.split(" "), other.split(" "))).toBe(true);
  expect(soundKorean(other.split(" "), one.split(" "))).toBe(true);
});

it.each([["kim minji", "kim minjun"], ["kim sangho", "kim sungho"], ["kim jinho", "lim jinho"], ["weber anna", "veber ana"], ["kim mi", "kim mee"], ["kim", "gim"], ["k minji", "kim minji"], ["park jin ho su", "park jinhosu"]])("%s does not sound like %s", (one, other) => {
  expect(soundKorean(one.split(" "), other.split(" "))).toBe(false);
});
