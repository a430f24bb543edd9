import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashName } from "../../../lib/core/match/words/hash.ts";
import { parseLogin, parsePerson } from "../../../lib/core/match/reading/person.ts";
import { anyCharacter } from "../../support/anyCharacter.ts";

describe("a person's name taken apart", () => {
  it.each([
    ["Gary Bear", ["gary", "bear"], undefined],
    ["Bear, Gary", ["gary", "bear"], 1],
    ["Prof. Dr.-Ing. Müller, Jörg", ["jorg", "muller"], 1],
    ["DUPONT Jean-Luc", ["jeanluc", "dupont"], 1],
    ["Jean-Luc DUPONT", ["jeanluc", "dupont"], 1],
    ["Berg, Jan van der", ["jan", "vanderberg"], 1],
    ["García López, Juan", ["juan", "garcia", "lopez"], 1],
    ["Smith, John, Jr.", ["john", "smith"], 1],
    ["Malathi T., P.Eng", ["malathi", "t"], undefined],
    ["Tan, Malathi, C.Eng.", ["malathi", "tan"], 1],
    ["Li, Peng", ["peng", "li"], 1],
    ["W&#243;jcik, Dariusz", ["dariusz", "wojcik"], 1],
    ["&#x414; &#1050;&#1091;&#1079;&#1085;&#1077;&#1094;&#1086;&#1074;", ["д", "кузнецов"], undefined],
    ["Nguyễn Văn An", ["nguyen", "van", "an"], undefined],
    ["Don Smith", ["don", "smith"], undefined],
    ["Ext. Gary Bear", ["gary", "bear"], undefined],
    ["zzz_Gary Bear", ["gary", "bear"], undefined],
    ["Zz Top", ["zz", "top"], undefined],
    ["Иванов Иван Петрович", ["иван", "петрович", "иванов"], 2],
    ["Иван Петрович Иванов", ["иван", "петрович", "иванов"], undefined],
    ["Gary Bear - Acme GmbH", ["gary", "bear"], undefined],
    ["gary.bear.ext", ["gary", "bear"], undefined],
    ["GBear", ["g", "bear"], undefined],
    ["G.L. Bear", ["g", "l", "bear"], undefined],
    ["", [], undefined],
    ["???", [], undefined],
  ])("%s", (name, words, surname) => {
    expect(parsePerson({ name })).toMatchObject({ words, surname });
  });

  it.each([
    ["John Smith (2)", { number: "#2" }], ["John Smith2", { number: "#2" }], ["John Smith Jr.", { generation: "jr" }], ["Anna (Berlin) Schmidt", { tag: "berlin" }], ["Anna Schmidt (geb. Weber)", { also: ["weber"] }], ['Robert "Bob" Smith', { also: ["bob"] }], ["Anna Schmidt (EXT)", { tag: "", number: "" }],
  ])("%s keeps what stands around it", (name, extra) => {
    expect(parsePerson({ name }).extra).toMatchObject(extra);
  });

  it.each(["svc-jira", "Jira Bot", "Jenkins", "admin", "noreply", "build-agent", "svc_deploy", "gary.bear-admin", "test.user", "Gary Bear (Admin)", "QA Test User"])("%s is no person", (name) => {
    expect(parsePerson({ name }).service).toBe(true);
  });

  it.each(["Gary Bear", "Steve Jobs", "Jan Root", "T. Nassim", "A. Field", "Anna Bottger", "Sabine Adams", "a.field", "Gary Bear (CI/OSD1)", "Gary Bear (DevOps)", "Gary Bear, CI/OSD1"])("%s is one", (name) => {
    expect(parsePerson({ name }).service).toBe(false);
  });

  it.each(["ann@acme.test", "ann@oracle.com", "ann@it.tech-services.de", "TECH\\ann", "ann@api.support.example"])("is no account of a machine for the company's sake: %s", (login) => {
    expect(parsePerson({ name: "Ann Arbor", login, email: "ann@acme.test" }).service).toBe(false);
  });

  it.each(["svc-sync@acme.com", "ACME\\svc_sync", "jenkins@acme.com"])("is one by its own part: %s", (login) => {
    expect(parsePerson({ name: "Ann Arbor", login }).service).toBe(true);
  });

  it.each([["ACME\\gbear", "gbear"], ["gbear@acme.com", "gbear"], ["Gary.Bear2", "garybear2"], ["gary+jira", "gary"]])("the login %s is %s", (text, key) => {
    expect(parseLogin(text)?.key).toBe(key);
  });

  it("survives any text", () => {
    fc.assert(fc.property(fc.string({ maxLength: 60, unit: anyCharacter }), fc.string({ maxLength: 20 }), (name, email) => void parsePerson({ name, email, login: name })), { numRuns: 500 });
  });

  it("meets itself under one number in any order and however its words are parted", () => {
    const word = fc.stringMatching(/^[a-z]{1,9}$/);
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.nat(3), (words, turn) => {
      const at = turn % words.length;
      const turned = [...words.slice(at), ...words.slice(0, at)];
      expect(hashName(turned)).toBe(hashName(words));
      expect(hashName([turned.join("")])).toBe(hashName(words));
    }));
  });

  it.each([[["jorg", "muller"], ["joerg", "mueller"]], [["gross"], ["gros"]], [["aanis"], ["aeaenis"]], [["svoboda", "cech"], ["svoboda", "cec"]]])("%j and %j meet as spellings", (one, other) => {
    expect(hashName(one)).toBe(hashName(other));
  });
});
