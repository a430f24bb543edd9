import { describe, expect, it } from "vitest";
import type { NameEntry } from "../../../lib/core/match/model.ts";
import { pairByName } from "../../../lib/core/match/pairByName.ts";

/** "Gary Bear ~gbear@acme.com ^gbear": name, address, login. */
const entries = (side: "m" | "t", texts: readonly string[]): readonly NameEntry[] =>
  texts.map((text, at) => {
    const [, name = "", email, login] = /^(.*?)(?: ~(\S+))?(?: \^(\S+))?$/u.exec(text) ?? [];
    return { id: `${side}${at}`, name, ...(email === undefined ? {} : { email }), ...(login === undefined ? {} : { login }) };
  });

const GIVEN = ["Ann", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal", "Ivy"];
const FAMILY = ["Archer", "Bowman", "Carver", "Draper", "Elder", "Farmer", "Glover", "Hunter", "Irons"];
const PEOPLE = FAMILY.flatMap((family) => GIVEN.map((given) => ({ name: `${given} ${family}`, mailbox: `${given}.${family}`.toLowerCase(), login: `${given}${family}`.toLowerCase() })));
/** Those from one place to another, all with their mailbox at a domain. */
const at = (domain: string, from: number, to: number): readonly string[] => PEOPLE.slice(from, to).map(({ name, mailbox, login }) => `${name} ~${mailbox}@${domain} ^${login}`);

/** Of some beside a company: the found ones as "0-1", of the masters not found the situation: "1 ambiguous". */
const told = (company: readonly [readonly string[], readonly string[]], masters: readonly string[], targets: readonly string[]): readonly string[] => {
  const [mine, theirs] = company;
  const { verdicts } = pairByName(entries("m", [...mine, ...masters]), entries("t", [...theirs, ...targets]), { kind: "person" });
  return verdicts.slice(mine.length, mine.length + masters.length).map(({ situation, candidates }, index) => (situation === "found" ? `${index}-${Number(candidates[0]?.entry.id.slice(1)) - theirs.length}` : `${index} ${situation}`));
};

describe("a domain that took the place of another one", () => {
  const RENAMED = [at("acme.com", 0, 20), at("newco.io", 0, 20)] as const;

  it.each([
    ["tells namesakes by their mailboxes", ["Gary Bear ~gary.bear@acme.com", "Gary Bear ~gary.l.bear@acme.com"], ["Gary Bear ~gary.l.bear@newco.io", "Gary Bear ~gary.bear@newco.io"], ["0-1", "1-0"]],
    ["tells one beside a namesake without a mailbox", ["Gary Bear ~gary.bear@acme.com"], ["Gary Bear", "Gary Bear ~gary.bear@newco.io"], ["0-1"]],
    ["tells who married since", ["Olga Danielson ~olga.danielson@acme.com"], ["Olga Leszczyk ~olga.danielson@newco.io"], ["0-0"]],
    ["does not outdo the name of who has the mailbox now", ["Toby Baker ~toby.baker@acme.com", "Tom Baker ~tbaker@acme.com"], ["Toby Baker ~tbaker@newco.io"], ["0-0", "1 near"]],
    ["does not outdo an address that both lists have", ["Gary Bear ~gary.bear@acme.com"], ["Gary Bear ~gary.bear@newco.io", "Gary Bear ~gary.bear@acme.com"], ["0-1"]],
    ["says nothing of two who have the mailbox", ["Gary Bear ~gary.bear@acme.com", "Gary Bear ~gary.bear@acme.com"], ["Gary Bear ~gary.bear@newco.io"], ["0 ambiguous", "1 ambiguous"]],
    ["says nothing of a mailbox at a third domain", ["Gary Bear ~gary.bear@acme.com"], ["Gary Bear ~gary.bear@other.com", "Gary Bear"], ["0 ambiguous"]],
  ] as const)("%s", (_, masters, targets, expected) => {
    expect(told(RENAMED, masters, targets)).toEqual(expected);
  });

  const NAMESAKES = [["Gary Bear ~gary.bear@acme.com", "Gary Bear ~gary.l.bear@acme.com"], ["Gary Bear ~gary.l.bear@newco.io", "Gary Bear ~gary.bear@newco.io"]] as const;
  const MOVED = RENAMED;
  it.each([
    ["few moved", [at("acme.com", 0, 5), at("newco.io", 0, 5)]],
    ["mailboxes are counted anew", [[...MOVED[0], "Jo Long ~jo.long2@acme.com", "Al Short ~al.short@acme.com", "Di Wide ~di.wide3@acme.com"], [...MOVED[1], "Jo Long ~jo.long@newco.io", "Al Short ~al.short2@newco.io", "Di Wide ~di.wide@newco.io"]]],
    ["most have other mailboxes there", [[...MOVED[0], ...PEOPLE.slice(30, 45).map(({ name, mailbox }) => `${name} ~${mailbox}@acme.com`)], [...MOVED[1], ...PEOPLE.slice(30, 45).map(({ name }, index) => `${name} ~${name[0]?.toLowerCase() ?? ""}${index}x@newco.io`)]]],
    ["others came there from elsewhere", [[...MOVED[0], ...at("bsoft.de", 20, 30)], [...MOVED[1], ...at("newco.io", 20, 30)]]],
    ["others went elsewhere", [[...at("acme.com", 20, 30), ...MOVED[0]], [...at("bsoft.de", 20, 30), ...MOVED[1]]]],
    ["others have been there before", [[...MOVED[0], ...at("newco.io", 20, 30)], [...MOVED[1], ...at("newco.io", 20, 30)]]],
  ] as const)("says nothing where %s", (_, company) => {
    expect(told(company, ...NAMESAKES)).toEqual(["0 ambiguous", "1 ambiguous"]);
  });
});

it("says nothing where anybody may have a mailbox", () => {
  expect(told([at("gmail.com", 0, 20), at("newco.io", 0, 20)], ["Gary Bear ~gary.bear@gmail.com", "Gary Bear ~gary.l.bear@gmail.com"], ["Gary Bear ~gary.l.bear@newco.io", "Gary Bear ~gary.bear@newco.io"])).toEqual(["0 ambiguous", "1 ambiguous"]);
});

describe("two companies in one list", () => {
  const others = PEOPLE.slice(0, 70).map(({ name, mailbox, login }) => `${name}son ~${mailbox}son@b.de ^${login}son2`);
  const STAY = [...at("a.com", 0, 70), ...others];
  const COMPANIES = [STAY, STAY] as const;

  it.each([
    ["of one name", "Gary Bear ~gary.bear@a.com", "Gary Bear ~gary.bear@b.de", "0 ambiguous"],
    ["of one login as well", "Gary Bear ~gary.bear@a.com ^garybear", "Gary Bear ~gary.bear@b.de ^garybear", "0 ambiguous"],
    ["of one name and no mailbox", "Gary Bear ~gary.bear@a.com", "Gary Bear", "0-0"],
    ["of one name and a mailbox elsewhere", "Gary Bear ~gary.bear@a.com", "Gary Bear ~gary.bear@other.com", "0-0"],
  ] as const)("people %s", (_, master, target, expected) => {
    expect(told(COMPANIES, [master], [target])).toEqual([expected]);
  });

  it("say nothing where people change between them", () => {
    const changed = ["Jo Long", "Al Short", "Di Wide"].map((name) => `${name} ~${name.toLowerCase().replace(" ", ".")}@`);
    expect(told(COMPANIES, changed.map((text) => `${text}a.com`), changed.map((text) => `${text}b.de`))).toEqual(["0-0", "1-1", "2-2"]);
  });
});

describe("a login of one namesake and the mailbox of the other", () => {
  /** Logins that both lists count alike. */
  const counted = (texts: readonly string[]): readonly string[] => texts.map((text) => `${text}2`);
  const COMPANY = [counted([...at("a.com", 0, 20), ...at("b.de", 20, 40)]), counted(at("ab.com", 0, 40))] as const;
  it.each([
    ["are evidence that contradicts itself", ["Gary Bear ~gary.bear@a.com ^garybear"], ["Gary Bear ~gary.bear@ab.com", "Gary Bear ~gary.bear2@ab.com ^garybear"], ["0 ambiguous"]],
    ["so are a login and the mailbox of somebody else", ["Gary Bear ~gary.bear@a.com ^garybear", "Gary Bear ~gary.bear@b.de"], ["Gary Bear ~gary.bear@ab.com ^garybear"], ["0 ambiguous", "1 ambiguous"]],
    ["a login says all where no mailbox is the same", ["Gary Bear ~gary.bear@a.com ^garybear"], ["Gary Bear ~gb@ab.com", "Gary Bear ^garybear"], ["0-1"]],
  ] as const)("%s", (_, masters, targets, expected) => {
    expect(told(COMPANY, masters, targets)).toEqual(expected);
  });
});
