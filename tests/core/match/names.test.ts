import { expect, it } from "vitest";
import { createLexicon } from "../../../lib/core/match/words/lexicon.ts";
import { readPeople } from "../../../lib/core/match/reading/lists.ts";
import type { NameEntry, Verdict } from "../../../lib/core/match/model.ts";
import { type Names, namesOf } from "../../../lib/core/match/reading/names.ts";
import { NamesBytes } from "../../../lib/core/match/reading/namesBytes.ts";
import { pairByName, pairNames } from "../../../lib/core/match/pairByName.ts";
import { createNameReader, parsePerson } from "../../../lib/core/match/reading/person.ts";
import { makeLists } from "../../support/people/names.ts";
import { makeOtherLists } from "../../support/people/otherNames.ts";

const textOf = (entries: readonly NameEntry[]): Names => {
  const text = new NamesBytes();
  for (const { id, name, login, email } of entries) text.add([id, name, login ?? "", email ?? ""]);
  return text.done();
};
/** Entries of a table make their texts when somebody asks. */
const plain = ({ id, name, login, email }: NameEntry): NameEntry => ({ id, name, ...(login === undefined ? {} : { login }), ...(email === undefined ? {} : { email }) });
const plainVerdict = (verdict: Verdict): Verdict => ({ ...verdict, entry: plain(verdict.entry), candidates: verdict.candidates.map((candidate) => ({ ...candidate, entry: plain(candidate.entry) })) });
const odd: readonly NameEntry[] = [
  { id: "1", name: "" }, { id: "2", name: "Ωmega", login: "ö" }, { id: "", name: "ÿ", email: "y@x.zz" }, { id: "4", name: "Dr. Jean-Luc O'Brien (Berlin) 2", login: "jb", email: "Jean <J.B+x@Acme.example>" }, { id: "5", name: "svc-jira" },
  { id: "6", name: "gary.bear@acme.example" }, { id: "7", name: "van der Berg, Jan" }, { id: "8", name: "山田 太郎" }, { id: "9", name: "G. Bear" }, { id: "10", name: `Ann ${"a".repeat(70_000)}` }, { id: "11", name: "Anna (née Schmidt) Müller jr." },
];
const people = [...odd, ...makeOtherLists(150, 2).masters, ...makeLists(150, 2).targets];

it("a table kept as bytes gives back every entry as it was", () => {
  const names = textOf(people);
  expect(names.size).toBe(people.length);
  expect(people.map((_, index) => plain(names.entry(index)))).toEqual(people);
});

it("people kept as the numbers of their words are those that were read", () => {
  const names = textOf(people);
  const kept = readPeople(names, 0, createNameReader(createLexicon()));
  people.forEach((entry, index) => {
    const { words, alternatives, surname, handle, service, email, extra } = parsePerson(entry);
    expect(kept.at(index), entry.name.slice(0, 80)).toMatchObject({ words, alternatives, surname, handle, service, email, extra });
  });
});

it("a table and a list of the same people have the same verdicts, as often as they are asked for", () => {
  const { masters, targets } = makeOtherLists(200, 3);
  const result = pairByName(masters, targets, { kind: "person" });
  const { verdicts, counts } = pairNames(textOf(masters), textOf(targets), { kind: "person" });
  expect(counts()).toEqual(result.counts);
  expect([...verdicts].map(plainVerdict)).toEqual(result.verdicts);
  expect([...verdicts].map(plainVerdict)).toEqual([...pairNames(namesOf(masters), namesOf(targets), { kind: "person" }).verdicts]);
});
