// docs/names.md says what matches without asking: what stands there is what happens.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { NameEntry } from "../../lib/core/match/model.ts";
import { pairByName } from "../../lib/core/match/pairByName.ts";

const page = readFileSync(new URL("../../docs/names.md", import.meta.url), "utf8");

type Shown = string | Omit<NameEntry, "id">;
const entry = (id: string, shown: Shown): NameEntry => ({ id, ...(typeof shown === "string" ? { name: shown } : shown) });
const situation = (one: Shown, other: Shown): string | undefined => pairByName([entry("m", one)], [entry("t", other)], { kind: "person" }).verdicts[0]?.situation;

/** What of it the page shows, and both names. */
const EQUAL: readonly (readonly [string, Shown, Shown])[] = [
  ["Müller, Mueller", "Anna Müller", "Anna Mueller"], ["Gary Bear; Bear, Gary", "Gary Bear", "Bear, Gary"], ["(EXT)", "Gary Bear (EXT)", "Dr. Gary Bear"], ["Gary Bear (Exter", "Gary Bear (Exter", "Gary Bear"],
  ["CN=Gary Bear,OU=Users,DC=acme", "CN=Gary Bear,OU=Users,DC=acme", "Gary Bear"], ["JosÃ©", "JosÃ© DÃ­az", "José Díaz"], ["gary.bear", "gary.bear", "Gary Bear"], ["elisa.garay is \"Garay Vega, Elisa\"", "elisa.garay", "Garay Vega, Elisa"], ["gbear", "gbear", "Gary Bear"], ["bearg", "bearg", "Gary Bear"], ["G. Bear", "G. Bear", "Gary Bear"],
  ["Gary B. with the login gbear", { name: "Gary B.", login: "gbear" }, "Gary Bear"], ["Anna Weber (geb. Schmidt)", "Anna Weber (geb. Schmidt)", "Anna Schmidt"], ['Robert "Bob" Smith', 'Robert "Bob" Smith', "Bob Smith"], ["Kevin Yuming Wang", "Yuming Wang (Kevin)", "Kevin Yuming Wang"],
  ["Щербаков, Chtcherbakov", "Щербаков Сергей Петрович", "Serguei Chtcherbakov"], ["Рабцаў, Rabtsaw", "Юрый Рабцаў", "Yury Rabtsaw"], ["Прохоров, Proxorov", "Прохоров Пётр", "Petr Petrovich Proxorov"],
  ["Александр Иванов, Alexander Ivanov", "Александр Иванов", "Alexander Ivanov"], ["Hirosi Huzita, Hiroshi Fujita", "Hirosi Huzita", "Hiroshi Fujita"], ["ヤマグチ サチコ", "ヤマグチ サチコ", "Sachiko Yamaguchi"], ["Abdulrahman, Abdel Rahman", "Abdulrahman Al-Masri", "Abdel Rahman Elmasry"],
  ["田村 蓮 (Tamura Ren)", "田村 蓮 (Tamura Ren)", "Ren Tamura"], ["Cheng Yuk Shan Kevin", "Cheng Yuk Shan Kevin", "Kevin Cheng Yuk Shan"],
  ["jacky.lam@", { name: "Tsz-Wah Lam", email: "jacky.lam@acme.com" }, { name: "Tsz-Wah Lam", email: "jacky.lam@acme.com" }], ["gary.bear@, gbear@", { name: "Gary Bear", email: "gary.bear@acme.com" }, { name: "Gary Bear", email: "gbear@acme.com" }],
  ["Jung\nSung-mi, Jeong Seongmee", { name: "Jung Sung-mi", email: "sm@acme.com" }, { name: "Jeong Seongmee", email: "sm@acme.com" }], ["Medwedew,\nMedvedev", { name: "Anton Medwedew", email: "am@acme.com" }, { name: "Anton Medvedev", email: "am@acme.com" }],
  ["krishnan.kumaran@", { name: "K Krishnan", email: "krishnan.kumaran@acme.com" }, { name: "Krishnan Kumaran", email: "krishnan.kumaran@acme.com" }], ["(00115079, 115079)", { name: "Gary Bear", login: "00115079" }, { name: "Gary Bear", login: "115079" }],
];

it.each(EQUAL)("%s: found", (said, one, other) => {
  expect(page).toContain(said);
  expect([situation(one, other), situation(other, one)]).toEqual(["found", "found"]);
});

const ASKED: readonly (readonly [string, Shown, Shown])[] = [
  ["Smith 2 is not Smith", "Gary Smith 2", "Gary Smith"], ["Min Kim is not Min Su Kim", "Min Kim", "Min Su Kim"], ["II on one side alone", "Gary Bear II", "Gary Bear"], ["two different remarks", "Gary Bear (Sales)", "Gary Bear (QA)"], ["two surnames in another order", "Enrique Tejedor Piñol", "Enrique Piñol Tejedor"],
  ["nicknames", "Bob Smith", "Robert Smith"], ["typing errors", "Gary Baer", "Gary Bear"], ["Arabic, Hebrew, Korean and Chinese names are suggested", "שרה כהן", "Sarah Cohen"], ["gbear-adm", { name: "Gary Bear", login: "gbear-adm" }, { name: "Gary Bear", login: "gbear" }],
];

it.each(ASKED)("%s: left to a person", (said, one, other) => {
  expect(page).toContain(said);
  expect([situation(one, other), situation(other, one)]).not.toContain("found");
});

const AMONG: readonly (readonly [string, readonly Shown[], readonly Shown[]])[] = [
  ["Tilemachos Pylarinos, for Τηλέμαχος Πυλαρινός and Tilemahos Pilarinos", ["Τηλέμαχος Πυλαρινός", "Tilemahos Pilarinos"], ["Tilemachos Pylarinos"]],
  ["either may be Gary Bear", ["gbear", "gbear2"], ["Gary Bear"]], ["gary.bear and gary.bear2\n  beside Gary Lee Bear", ["gary.bear", "gary.bear2"], ["Gary Lee Bear"]],
  ["yosef.cohen@ of a Yosef Kohen may be Yosef Cohen's,\n  or that of a Yossef Cohen beside him", [{ name: "Yosef Kohen", email: "yosef.cohen@acme.com" }, "Yossef Cohen"], ["Yosef Cohen"]],
];

it.each(AMONG)("%s: all are listed", (said, some, others) => {
  expect(page).toContain(said);
  const entries = (texts: readonly Shown[], side: string): readonly NameEntry[] => texts.map((text, at) => entry(`${side}${at}`, text));
  for (const [masters, targets] of [[some, others], [others, some]] as const) expect(pairByName(entries(masters, "m"), entries(targets, "t"), { kind: "person" }).verdicts.map((each) => each.situation)).toEqual([...masters, ...targets].map(() => "ambiguous"));
});

it("mailboxes at two domains: one took the place of the other, or they are two companies'", () => {
  const others = (domain: string, size: number): readonly NameEntry[] => Array.from({ length: size }, (_, at) => `${"bcdfgklmnprst"[at % 13] ?? ""}${"aeiou"[at % 5] ?? ""}n${"aeiou"[Math.floor(at / 13) % 5] ?? ""}l`).map((given, at) => entry(`${domain}${at}`, { name: `${given} wood${domain.slice(0, 1)}`, email: `${given}.wood@${domain}` }));
  const bears = (...emails: readonly string[]): readonly NameEntry[] => emails.map((email) => entry(email, { name: "Gary Bear", email }));
  const told = (masters: readonly NameEntry[], targets: readonly NameEntry[]): readonly (string | undefined)[] => pairByName(masters, targets, { kind: "person" }).verdicts.filter(({ side, entry: { name } }) => side === "master" && name === "Gary Bear").map(({ situation: each, candidates }) => (each === "found" ? candidates[0]?.entry.email : each));
  expect(page).toContain("(gary.bear@acme.com, gary.bear@newco.io)");
  const moved = [...others("acme.com", 20)];
  const there = moved.map(({ email, ...each }) => ({ ...each, email: email?.replace("acme.com", "newco.io") }));
  expect(told([...moved, ...bears("gary.bear@acme.com", "gary.l.bear@acme.com")], [...there, ...bears("gary.l.bear@newco.io", "gary.bear@newco.io")])).toEqual(["gary.bear@newco.io", "gary.l.bear@newco.io"]);
  expect(page).toContain("Gary Bear at a.com is not Gary Bear at b.de");
  const companies = [...others("a.com", 65), ...others("b.de", 65)];
  expect(told([...companies, ...bears("gary.bear@a.com")], [...companies, ...bears("gary.bear@b.de")])).toEqual(["ambiguous"]);
});
