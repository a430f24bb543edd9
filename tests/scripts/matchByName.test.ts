// matchByName as a user runs it, against both sandboxes: looks, decides, writes only what was found.

import { parse } from "csv-parse/sync";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { execute } from "../support/store/postgres.ts";
import { openSite, type SandboxSite } from "../support/scripts/sandboxes.ts";

everyScript("matchByName");

type Row = Record<string, string>;

describe("matchByName", () => {
  let site: SandboxSite;
  beforeAll(async () => {
    site = await openSite();
    const names = { octane: ["Login page", "Pay by card", "Twice", "Only here", "Sprint 1"], jira: ["login  PAGE", "Pay by card", "Twice", "twice", "Sprint 10"] };
    for (const name of names.octane) site.octane.edit({ action: "create", author: "bo.chen@example.com", type: "story", project: "1002", fields: { name } });
    for (const summary of names.jira) site.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary } });
  });
  afterAll(() => site?.close());

  const links = async (): Promise<number> => Number((await execute(site.database.url, "select count(*) as n from links"))[0]?.n);

  it("tells the situation of every name in a file with a decision column and writes nothing", async () => {
    const file = join(site.home, "stories.csv");
    const { code, out } = await site.run("matchByName", ["--type", "story", "-o", file]);
    const rows = parse(readFileSync(file), { columns: true }) as Row[];
    const of = (name: string): Row[] => rows.filter((row) => row.masterName === name);
    expect(of("Login page")).toMatchObject([{ decision: "yes", situation: "found", targetName: "login  PAGE" }]);
    expect(of("Twice").map((row) => [row.decision, row.situation])).toEqual([["", "ambiguous"], ["", "ambiguous"]]);
    expect(of("Only here")).toMatchObject([{ decision: "", situation: "absent", targetId: "" }]);
    expect(of("Sprint 1").every((row) => row.situation !== "found")).toBe(true);
    expect([code, await links()]).toEqual([1, 0]);
    expect(out).toContain("ambiguous: Twice");
    expect(out).toMatch(/octane-jira .*: 0 linked, 2 found/);
  });

  it("refuses a form in which no decisions are written", async () => {
    expect(await site.run("matchByName", ["--type", "story", "--out", "-", "--file-format", "xml"])).toMatchObject({ code: 64, out: "", err: expect.stringContaining("decisions are written as csv or json") });
  });

  it("writes over its own table, and not over what a person has decided in it", async () => {
    const file = join(site.home, "again.csv");
    for (let n = 0; n < 2; n++) expect((await site.run("matchByName", ["--type", "story", "-o", file])).code).toBe(1);
    const edited = readFileSync(file, "utf8").replace("\n,ambiguous", "\nyes,ambiguous");
    writeFileSync(file, edited);
    expect(await site.run("matchByName", ["--type", "story", "-o", file])).toMatchObject({ code: 73, err: expect.stringContaining("again.csv holds decisions of a person") });
    expect(readFileSync(file, "utf8")).toBe(edited);
  });

  it("leaves alone what somebody said no to, until somebody says yes: items", async () => {
    const file = join(site.home, "noes.csv");
    await site.run("matchByName", ["--type", "story", "-o", file]);
    const table = readFileSync(file, "utf8");
    writeFileSync(file, table.replace(/^(yes|),/gm, "no,"));
    expect(await site.run("seedCrossReferences", [file])).toMatchObject({ code: 0, err: expect.stringMatching(/leaves alone from now on, as somebody said no: \d/) });
    expect(await site.run("matchByName", ["--type", "story", "--apply", "-q"])).toMatchObject({ code: 0, out: "" });
    expect(await links()).toBe(0);
    // A yes counts for its pair alone, and this one is to be found again.
    writeFileSync(file, table.replace(/^(yes|),/gm, (_, said: string) => (said === "yes" ? "yes," : ",")));
    expect((await site.run("seedCrossReferences", [file])).code).toBe(0);
    expect(await links()).toBe(2);
    await execute(site.database.url, "delete from links");
    await execute(site.database.url, "delete from facts where name like 'declined:%' or name like 'seeded:%'");
  });

  it("writes with --apply what was found, as pairs still to be compared, and touches nothing the second time", async () => {
    expect((await site.run("matchByName", ["--type", "Story", "--apply", "--dry-run"])).out).toContain("; 2 would be written");
    expect(await links()).toBe(0);
    const first = await site.run("matchByName", ["--type", "Story", "--apply"]);
    expect([first.code, first.out]).toEqual([1, expect.stringContaining("; 2 written")]);
    expect(await execute(site.database.url, "select distinct state from links")).toEqual([{ state: "adopting" }]);
    const before = await execute(site.database.url, "select * from links order by master_id");
    const second = await site.run("matchByName", ["--type", "story", "--apply"]);
    expect(second.out).toMatch(/: 2 linked, 0 found.*; 0 written/);
    expect(await execute(site.database.url, "select * from links order by master_id")).toEqual(before);
  });

  it("leaves a person alone whose user map names somebody on the other side, also one who is not there any more", async () => {
    const file = join(site.home, "known.csv");
    writeFileSync(file, "name,octane,jira\nBo,bo.chen@example.com,bo-who-left\n");
    expect((await site.run("importUserMaps", [file])).code).toBe(0);
    const before = (await site.run("exportUserMaps", ["--json"])).out;
    const rows = JSON.parse((await site.run("matchByName", ["--type", "user", "--json"])).out) as Row[];
    expect(rows.filter((row) => row.masterName === "Bo Chen")).toMatchObject([{ decision: "", situation: "linked", targetId: 'bo-who-left of the user map "Bo"' }, { decision: "", situation: "linkedElsewhere", targetName: "Bo Chen" }]);
    await site.run("matchByName", ["--type", "user", "--apply"]);
    expect(JSON.parse((await site.run("exportUserMaps", ["--json"])).out)).toEqual(expect.arrayContaining(JSON.parse(before) as unknown[]));
    await execute(site.database.url, "delete from user_maps");
  });

  it("knows whom a user map names in other letters' cases, as an iteration does, and puts no namesake beside them", async () => {
    const file = join(site.home, "capitals.csv");
    // A name that is read only is known as well.
    for (const jira of ["jira", "jira (read only)"]) {
      writeFileSync(file, `name,octane,${jira}\nBo,BO.CHEN@Example.com,Anna.Berg@example.com\n`);
      expect((await site.run("importUserMaps", [file])).code).toBe(0);
      const rows = JSON.parse((await site.run("matchByName", ["--type", "user", "--json"])).out) as Row[];
      expect(rows.filter((row) => row.masterName === "Bo Chen")).toMatchObject([{ decision: "", situation: "linked", targetName: "Anna Berg" }, { decision: "", situation: "linkedElsewhere", targetName: "Bo Chen" }]);
      await execute(site.database.url, "delete from user_maps");
    }
  });

  it("leaves alone what somebody said no to, until somebody says yes: people", async () => {
    const file = join(site.home, "noes.json");
    const match = async (): Promise<Row[]> => JSON.parse((await site.run("matchByName", ["--type", "user", "--json"])).out) as Row[];
    const all = await match();
    const bo = (rows: readonly Row[]): string[] => rows.filter((row) => [row.masterName, row.targetName].includes("Bo Chen")).map((row) => row.situation ?? "");
    expect(bo(all)).toEqual(["found"]);
    const decided = (decision: string): void => writeFileSync(file, JSON.stringify(all.filter((row) => row.masterName === "Bo Chen").map((row) => ({ ...row, decision }))));
    decided("no");
    expect((await site.run("importUserMaps", [file, "--dry-run"])).code).toBe(0);
    expect(bo(await match())).toEqual(["found"]);
    expect(await site.run("importUserMaps", [file])).toMatchObject({ code: 0, err: expect.stringContaining("leaves alone from now on, as somebody said no: 1\n") });
    expect(bo(await match())).toEqual(["absent", "absent"]);
    await site.run("matchByName", ["--type", "user", "--apply"]);
    expect((await site.run("exportUserMaps", ["--json"])).out).not.toContain("Bo Chen");
    // From a pipe as well.
    await execute(site.database.url, "delete from facts where name like 'declined%'");
    expect(await site.run("importUserMaps", ["-"], readFileSync(file, "utf8"))).toMatchObject({ code: 0, err: expect.stringContaining("said no: 1\n") });
    decided("yes");
    await site.run("importUserMaps", [file]);
    expect(bo(await match())).toEqual(["linked"]);
    await execute(site.database.url, "delete from user_maps");
    expect(bo(await match())).toEqual(["found"]);
  });

  it("pairs people into user maps that an iteration can use, once", async () => {
    const dry = JSON.parse((await site.run("matchByName", ["--type", "user", "--json"])).out) as Row[];
    const found = dry.filter((row) => row.situation === "found").map((row) => row.masterName);
    expect(found).toContain("Bo Chen");
    expect(JSON.parse((await site.run("exportUserMaps", ["--json"])).out)).toEqual([]);
    // The same by way of a file that a person looks through.
    const file = join(site.home, "people.json");
    writeFileSync(file, JSON.stringify(dry));
    expect((await site.run("importUserMaps", [file, "--dry-run"])).out).toContain(`would be: ${found.length} people added, 0 changed`);
    await site.run("matchByName", ["--type", "user", "--apply"]);
    const maps = JSON.parse((await site.run("exportUserMaps", ["--json"])).out) as { name: string; users: { dataSource: string; name: string }[] }[];
    expect(maps).toHaveLength(found.length);
    expect(maps.every((map) => new Set(map.users.map((user) => user.dataSource)).size === 2)).toBe(true);
    expect((await site.run("importUserMaps", [file])).out).toContain(`0 people added, 0 changed, ${found.length} kept, 0 removed, 0 refused`);
    const again = JSON.parse((await site.run("matchByName", ["--type", "user", "--json"])).out) as Row[];
    expect([again.filter((row) => row.situation === "found"), again.filter((row) => row.situation === "linked").length]).toEqual([[], found.length]);
  });

  it("matches two tables of people without asking anybody, and importUserMaps takes the decisions", async () => {
    const file = (name: string, text: string): string => {
      writeFileSync(join(site.home, name), text);
      return join(site.home, name);
    };
    const [master, target, out] = [file("o.csv", "dataSource,id,name,login,email\noctane,o1,Tabea Röhm,troehm,\noctane,o2,Twin Peak,,\n"), file("j.json", JSON.stringify([{ dataSource: "jira", id: "j1", name: "Roehm, Tabea" }, { dataSource: "jira", id: "j2", name: "Twin Peak" }, { dataSource: "jira", id: "j3", name: "Peak, Twin" }])), join(site.home, "tables.csv")];
    const { code, out: said } = await site.run("matchByName", ["--type", "user", master, target, "--out", out]);
    expect([code, said]).toEqual([1, expect.stringContaining("octane~jira user: 0 linked, 1 found, 3 ambiguous")]);
    expect(parse(readFileSync(out), { columns: true })).toMatchObject([{ decision: "yes", situation: "found", masterId: "o1", targetId: "j1" }, { decision: "", situation: "ambiguous" }, { situation: "ambiguous" }]);
    expect((await site.run("importUserMaps", [out, "--dry-run"])).out).toContain('added "Tabea Röhm": jira/j1, octane/o1, octane/troehm');
    const groups = [file("g.csv", "dataSource,id,name,kind\nado,g1,Desk,group\nado,m1,Tabea Röhm,user\nado,m2,Support,user\n"), file("h.json", JSON.stringify([{ id: "t1", name: "Desk" }, { id: "t2", name: "Röhm, Tabea" }, { id: "t3", name: "Support", kind: "group" }]))];
    expect(await site.run("matchByName", ["--type", "user", ...groups])).toMatchObject({ code: 0, out: expect.stringMatching(/0 linked, 1 found, 0 ambiguous, 0 near, 2 absent/), err: expect.stringMatching(/g\.csv: 1 groups are left out.*\n.*h\.json: 1 groups/) });
    expect(await site.run("matchByName", ["--type", "user", master])).toMatchObject({ code: 64, err: expect.stringContaining("two tables") });
    expect(await site.run("matchByName", ["--type", "user", master, file("no.csv", "name\nx\n")])).toMatchObject({ code: 65, err: expect.stringContaining(`${join(site.home, "no.csv")}: line 1, column 1: there is no column id`) });
    expect(await site.run("matchByName", ["--type", "user", master, target, "--out", master])).toMatchObject({ code: 64, err: expect.stringContaining("this file is read") });
  });

  it("says nothing with -q where nobody is needed, and ends with 1 and a list where somebody is", async () => {
    const table = (name: string, ...people: readonly string[]): string => {
      writeFileSync(join(site.home, name), `id,name\n${people.map((person, at) => `${name}${at},${person}\n`).join("")}`);
      return join(site.home, name);
    };
    const master = table("quiet", "Tabea Röhm", "Nobody Else");
    expect(await site.run("matchByName", ["--type", "user", master, table("clear", "Roehm Tabea"), "-q"])).toEqual({ code: 0, out: "", err: "" });
    const { code, out, err } = await site.run("matchByName", ["--type", "user", master, table("twins", "Roehm Tabea", "Tabea Roehm"), "-q"]);
    expect([code, out.split("\n"), err]).toEqual([1, [expect.stringMatching(/^ {2}ambiguous: Tabea Röhm \(quiet0\) ~ Roehm Tabea \(twins0\): /), expect.stringMatching(/^ {2}ambiguous: Tabea Röhm \(quiet0\) ~ Tabea Roehm \(twins1\): /), ""], ""]);
  });

  it("refuses a type nobody mapped and a scope nobody has, with 64", async () => {
    expect(await site.run("matchByName", ["--type", "nothing"])).toMatchObject({ code: 64, err: expect.stringContaining('maps no type "nothing"') });
    expect(await site.run("matchByName", ["--type", "story", "--within", "release"])).toMatchObject({ code: 64, err: expect.stringContaining("--within") });
    expect(await site.run("matchByName", [])).toMatchObject({ code: 64, err: expect.stringContaining("--type") });
  });
});
