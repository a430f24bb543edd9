import { describe, expect, it } from "vitest";
import { buildUserMaps } from "../../../lib/core/users/buildUserMaps.ts";

const jira = { dataSource: "jira", key: "mail", identifier: "login", label: "shown", rows: [
  { mail: "G.Bear@acme.com", login: "gbear", shown: "Gary Bear" },
  { mail: "amy@acme.com", login: "amy", shown: "Amy" },
  { mail: "x@acme.com", login: "x1", shown: "X" },
  { mail: "x@acme.com", login: "x2", shown: "X" },
  { mail: "", login: "nobody", shown: "Nobody" },
] };
const octane = { dataSource: "octane", key: "email", identifier: "email", rows: [{ email: "g.bear@ACME.com " }, { email: "bob@acme.com" }, { email: "x@acme.com" }] };
const alm = { dataSource: "alm", key: "e", identifier: "n", rows: [{ e: "x@acme.com", n: "x" }, { e: "g.bear@acme.com", n: "garyb" }] };

describe("user maps built from tables of people", () => {
  it("join what has the same key, whatever its case, and report the rest", () => {
    const built = buildUserMaps([jira, octane, alm]);
    expect(built.maps).toEqual([
      { name: "Gary Bear", users: [{ dataSource: "alm", name: "garyb" }, { dataSource: "jira", name: "gbear" }, { dataSource: "octane", name: "g.bear@ACME.com " }] },
      { name: "x@acme.com", users: [{ dataSource: "alm", name: "x" }, { dataSource: "octane", name: "x@acme.com" }] },
    ]);
    expect(built.alone).toEqual([{ dataSource: "jira", key: "amy@acme.com", name: "amy" }, { dataSource: "octane", key: "bob@acme.com", name: "bob@acme.com" }]);
    expect(built.doubles).toEqual([{ dataSource: "jira", key: "x@acme.com", names: ["x1", "x2"] }]);
    expect(built.incomplete).toEqual([{ dataSource: "jira", row: 5, who: "nobody", reason: "no mail" }]);
  });

  it("are never joined by what a script printed in the place of a secret", () => {
    const built = buildUserMaps(["octane", "jira"].map((dataSource) => ({ dataSource, key: "email", identifier: "login", rows: [{ email: "•••", login: `sync-${dataSource}` }] })));
    expect([built.maps, built.incomplete.map(({ reason }) => reason)]).toEqual([[], Array.from({ length: 2 }, () => expect.stringContaining("in the place of a secret"))]);
  });

  it("are never joined by a number that a spreadsheet has rounded: two people may have the same one then", () => {
    const table = (dataSource: string, name: string) => ({ dataSource, key: "empNo", identifier: "login", rows: [{ empNo: "1,23457E+11", login: name, name }] });
    const built = buildUserMaps([table("octane", "Anna"), table("jira", "Bo")]);
    expect([built.maps, built.incomplete.map(({ who, reason }) => `${who}: ${reason}`)]).toEqual([[], ["Anna", "Bo"].map((who) => `${who}: "1,23457E+11" is a long number that a spreadsheet has rounded: have the column as text there`)]);
  });

  it("label two people of one name by their keys", () => {
    const table = (dataSource: string) => ({ dataSource, key: "k", identifier: "k", label: "l", rows: [{ k: "1", l: "John" }, { k: "2", l: "John" }, { k: "3", l: "" }] });
    expect(buildUserMaps([table("a"), table("b")]).maps.map((map) => map.name)).toEqual(["3", "John (1)", "John (2)"]);
  });
});
