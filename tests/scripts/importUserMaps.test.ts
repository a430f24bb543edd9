// importUserMaps as a user runs it: every format, dry run, replacing with a backup, and files that change nothing.

import { mkdtempSync, readdirSync, readFileSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { runHere } from "../support/scripts/here.ts";
import { openSite, STORIES, story } from "../support/scripts/site.ts";
import { execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";
import { type Ended, runScript } from "../support/scripts/process.ts";

everyScript("importUserMaps");

describe("importUserMaps", () => {
  let home: string;
  let database: FreshDatabase;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "tandem-maps-"));
    mkdirSync(join(home, "tandem"));
    database = await freshDatabase();
  });
  afterAll(async () => {
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  });

  const run = (script: string, words: readonly string[], input?: string): Promise<Ended> => runScript(script, ["--config", join(home, "tandem"), ...words], { env: { DATABASE_URL: database.url }, ...(input === undefined ? {} : { input }) });
  const file = (name: string, text: string | Buffer): string => {
    writeFileSync(join(home, name), text);
    return join(home, name);
  };
  const stored = async (): Promise<Record<string, string[]>> => {
    const maps = JSON.parse((await run("exportUserMaps", ["--json"])).out) as { name: string; users: { dataSource: string; name: string; readOnly?: true }[] }[];
    return Object.fromEntries(maps.map((map) => [map.name, map.users.map((user) => `${user.dataSource}/${user.name}${user.readOnly === true ? " (read only)" : ""}`)]));
  };

  it("shows what it would do, does it, and does nothing the second time", async () => {
    const people = file("people.csv", 'name,jira,octane\r\nGary Bear,gbear,gary.bear\r\nGary Bear,GBear2,\r\n"Ann ""X"" <>","\'=ann",ann\r\n');
    const dry = await run("importUserMaps", [people, "-n", "--detailed-exit-code"]);
    expect([dry.code, dry.err]).toEqual([2, ""]);
    expect(dry.out).toBe('  added "Ann \\"X\\" <>": jira/=ann, octane/ann\n  added "Gary Bear": jira/GBear2, jira/gbear, octane/gary.bear\nwould be: 2 people added, 0 changed, 0 kept, 0 removed, 0 refused\n');
    expect(await stored()).toEqual({});
    expect((await run("importUserMaps", [people])).out).toContain("2 people added");
    expect(await stored()).toEqual({ 'Ann "X" <>': ["jira/=ann", "octane/ann"], "Gary Bear": ["jira/GBear2", "jira/gbear", "octane/gary.bear"] });
    expect((await run("importUserMaps", [people, "--json"])).out).toContain('"kept": 2');
  });

  it("adds names from XML on standard input, and refuses a name that is somebody else's", async () => {
    const user = (source: string, name: string): string => `<User><type>DataSource</type><value>${source}</value><name>${name}</name></User>`;
    const xml = `<x><UserMaps><UserMap><name>Gary Bear</name>${user("qc", "gary")}</UserMap><UserMap><name>Thief</name>${user("jira", "gbear")}${user("qc", "thief")}</UserMap></UserMaps></x>`;
    const { code, out } = await run("importUserMaps", ["-"], xml);
    expect(code).toBe(1);
    expect(out).toContain('refused "Thief" of line 1: "gbear" in jira belongs to "Gary Bear"');
    const now = await stored();
    expect([now["Gary Bear"], now.Thief]).toEqual([["jira/GBear2", "jira/gbear", "octane/gary.bear", "qc/gary"], undefined]);
  });

  it("tells of names with outer blanks and signs that nobody sees, and takes them as they are", async () => {
    const list = file("unseen.csv", `name,jira,octane\nPlain,plain,p\nBlank,blank ,b\nWidth,wi\u200bdth,w\n${Array.from({ length: 50 }, (_, n) => `More ${n},more${n},\n`).join("")}`);
    const { code, out, err } = await run("importUserMaps", [list, "--dry-run"]);
    expect([code, out]).toEqual([0, expect.stringContaining("would be: 53 people added")]);
    expect(err.split("\n").filter((line) => line !== "").map((line) => /line \d+: .* in jira has an outer blank/.exec(line)?.[0].slice(0, 6))).toEqual(["line 3", "line 4"]);
  });

  it("takes a Synchronizer's list with its conflict rules", async () => {
    const list = file("users.csv", "remote,direction,octane\nliz,<>,elizabeth\nbob,<,robert\nbob,>,robert\nliz,<>,other\nDefault,>,nobody\n");
    const { code, out, err } = await run("importUserMaps", [list, "--remote", "jira", "--octane", "octane"]);
    expect([code, err]).toEqual([1, expect.stringContaining("line 5")]);
    expect(err).toContain("Default row: whoever is unknown in octane is written as nobody there");
    expect(out).toContain("2 people added");
    expect((await stored()).elizabeth).toEqual(["jira/liz", "octane/elizabeth"]);
  });

  it("takes one-way lines of such a list for names that are read only, which only --replace makes written again", async () => {
    const list = file("oneWay.csv", "kim.a,>,kim@x\nkim.b,>,kim@x\nkim.c,<>,kim@x\nsvc,<,lee@x\n");
    const take = (name: string, ...words: readonly string[]): Promise<Ended> => run("importUserMaps", [name, ...words]);
    const sides = ["--remote", "jira", "--octane", "octane"];
    const first = await take(list, ...sides, "--dry-run");
    expect([first.code, first.err.match(/line .*/g)]).toEqual([0, ["line 1: kim.a > kim@x is one-way: kim.a is read only in jira, known there and never written", "line 2: kim.b > kim@x is one-way: kim.b is read only in jira, known there and never written", "line 4: svc < lee@x is one-way: lee@x is read only in octane, known there and never written"]]);
    expect(first.out).toContain('  added "kim@x": jira/kim.a (read only), jira/kim.b (read only), jira/kim.c, octane/kim@x\n');
    // As an older version, or a list without directions, took them.
    expect((await take(file("both.json", JSON.stringify([{ name: "kim@x", users: ["kim.a", "kim.c"].map((name) => ({ dataSource: "jira", name })) }])))).out).toContain("1 people added");
    expect((await take(list, ...sides)).out).toContain("1 people added, 1 changed");
    expect((await take(list, ...sides)).out).toContain("0 people added, 0 changed");
    const maps = { "kim@x": ["jira/kim.a (read only)", "jira/kim.b (read only)", "jira/kim.c", "octane/kim@x"], "lee@x": ["jira/svc", "octane/lee@x (read only)"] };
    expect(await stored()).toMatchObject(maps);
    const plain = file("plain.csv", "name,jira,octane\nkim@x,kim.a,kim@x\nlee@x,svc,lee@x\n");
    for (let n = 0; n < 2; n++) expect(await take(plain)).toMatchObject({ code: 0, out: expect.stringContaining("0 people added, 0 changed"), err: expect.stringContaining("2 names that are read only in the user maps stay so, though the file has them written") });
    expect(await stored()).toMatchObject(maps);
    const before = (await run("exportUserMaps", ["--json"])).out;
    for (const ending of ["csv", "xml", "json"]) {
      const all = join(home, `all.${ending}`);
      await run("exportUserMaps", ["--out", all]);
      expect((await take(all, "--replace", "--yes", "--backup", join(home, `${ending}.1.xml`))).out).toMatch(/^0 people added, 0 changed, \d+ kept, 0 removed/);
      writeFileSync(all, readFileSync(all, "utf8").replace("jira (read only)", "jira 2").replaceAll(/,"readOnly":true| readOnly="true"/g, ""));
      if (ending !== "csv") expect((await take(all, "--replace", "--yes", "--backup", join(home, `${ending}.2.xml`))).out).toMatch(/^0 people added, 2 changed, \d+ kept, 0 removed/);
      expect((await run("exportUserMaps", ["--json"])).out.includes("readOnly")).toBe(ending === "csv");
      expect((await take(file("before.json", before), "--replace", "--yes", "--backup", join(home, `${ending}.3.xml`))).code).toBe(0);
    }
    await execute(database.url, "delete from user_maps where person in ('kim@x', 'lee@x')");
  });

  it("adds a Synchronizer's names to those whom a user map holds under another label, and moves none from one to another", async () => {
    const list = file("both.csv", "elizabeth.q,<>,elizabeth\nliz.q,<>,robert\nelizabeth.q,>,elizabeth\nliz,>,robert\n");
    const { code, out } = await run("importUserMaps", [list, "--remote", "qc", "--octane", "octane", "--dry-run"]);
    expect([code, out]).toEqual([0, expect.stringContaining("0 people added, 2 changed")]);
    const taken = file("taken.csv", "liz,<>,robert\n");
    expect(await run("importUserMaps", [taken, "--remote", "jira", "--octane", "octane"])).toMatchObject({ code: 1, out: expect.stringContaining('refused "robert"') });
    const xml = "<UserMaps><UserMap><name>Queen</name><User><type>DataSource</type><value>octane</value><name>queen@x</name></User></UserMap></UserMaps>";
    expect((await run("importUserMaps", ["-"], xml)).code).toBe(0);
    expect((await run("importUserMaps", [file("queen.csv", "quinn,<>,queen@x\n"), "--remote", "qc", "--octane", "octane"])).code).toBe(0);
    expect((await stored()).Queen).toEqual(["octane/queen@x", "qc/quinn"]);
  });

  it("reads a sheet of pairs", async () => {
    const sheet = "UserMapName,UsernameMaster,SystemMaster,UsernameTarget,SystemTarget\nSheet,s@x,octane,s,jira\n";
    expect(await run("importUserMaps", ["-"], sheet)).toMatchObject({ code: 0, out: expect.stringContaining("1 people added") });
    expect((await stored()).Sheet).toEqual(["jira/s", "octane/s@x"]);
  });

  it.each([
    ["cut.xml", "<UserMaps><UserMap><name>A</name>", /line 1, column \d+/],
    ["bomb.xml", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><UserMaps><UserMap><name>&b;</name></UserMap></UserMaps>', /line 1, column \d+/],
    ["quote.csv", 'name,jira\nA,"a', /line 2, column 3/],
    ["nul.csv", "name,jira\nA,a\0b\n", /line 2, column \d+/],
    ["wrong.csv", Buffer.from("name,jira\nA,\xff\xfe\xfa\n", "latin1"), /line 2, column \d+/],
    ["head.csv", "who,jira\nA,a\n", /line 1, column 1/],
    ["broken.json", '[{"name": "A", ', /line 1, column \d+/],
    ["twice.csv", "name,jira\nA,new1\nB,new1\n", /line 3, column 1: .*twice\.csv, nothing was changed/],
  ])("ends with 65, line and column for %s", async (name, text, place) => {
    const { code, out, err } = await run("importUserMaps", [file(name, text)]);
    expect([code, out, err]).toEqual([65, "", expect.stringMatching(place)]);
  });

  it("tells of a missing or damaged file without a store", async () => {
    const env = { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" };
    for (const [name, code] of [["missing.csv", 66], ["quote.csv", 65], ["twice.csv", 65]] as const) expect(await runScript("importUserMaps", ["--config", join(home, "tandem"), join(home, name)], { env })).toMatchObject({ code });
  });

  it("has taken nothing from any of these", async () => {
    const now = await stored();
    expect([now.A, now.B]).toEqual([undefined, undefined]);
  });

  it("puts refused records into a file and takes the rest where told to", async () => {
    const rejects = join(home, "rejects.csv");
    const { code, out } = await run("importUserMaps", [file("some.csv", "name,jira\nNew A,na\nNew B,na\nNew C,nc\n"), "--rejects", rejects]);
    expect([code, out]).toEqual([1, expect.stringContaining("2 people added")]);
    expect(readFileSync(rejects, "utf8")).toMatch(/^line,reason\r\n3,/);
    expect((await stored())["New C"]).toEqual(["jira/nc"]);
  });

  it("lists everybody who is refused, with the line, however many others there are, and puts them into that file too", async () => {
    const many = Array.from({ length: 1200 }, (_, n) => `Aa ${n},aa${n}\n`).join("");
    const [list, rejects] = [file("many.csv", `name,jira\n${many}Zz Thief,na\n,x\n`), join(home, "many.rejects.csv")];
    const { code, out } = await run("importUserMaps", [list, "--rejects", rejects]);
    expect([code, out]).toEqual([1, expect.stringMatching(/^ {2}refused "Zz Thief" of line 1202: "na" in jira belongs to "New A"\n1200 people added, .* 2 refused\n$/)]);
    expect(readFileSync(rejects, "utf8")).toBe('line,reason\r\n1202,"""Zz Thief"": ""na"" in jira belongs to ""New A"""\r\n1203,the label is empty\r\n');
    const again = JSON.parse((await run("importUserMaps", [list, "--rejects", rejects, "-n", "--json"])).out) as { shown: unknown[] };
    expect(again.shown).toMatchObject([{ kind: "refused", line: 1202 }]);
    await execute(database.url, "delete from user_maps where person like 'Aa %'");
  });

  it("writes neither a backup nor refused records over a file that is there or is read", async () => {
    const before = await stored();
    const list = file("own.csv", "name,jira\nOwn,own\n,x\n");
    expect(await run("importUserMaps", [list, "--rejects", list])).toMatchObject({ code: 64, err: expect.stringContaining("this file is read") });
    expect(await run("importUserMaps", [file("sound.csv", "name,jira\nOwn,own\n"), "--replace", "--yes", "--backup", list])).toMatchObject({ code: 73, err: expect.stringContaining("there is such a file") });
    expect([readFileSync(list, "utf8"), await stored()]).toEqual(["name,jira\nOwn,own\n,x\n", before]);
  });

  it.each([
    ["a line that cannot be understood", "a1,<>,x1\nb1,=,y1\n", ["--remote", "jira", "--octane", "octane"], 65, 'line 2, column 1: the direction is "="'],
    ["one data source of the two", "a1,<>,x1\n", ["--remote", "jira"], 64, "name both with --remote and --octane"],
    ["no data source", "remote;direction;octane\na1;<>;x1\n", [], 64, "name both with --remote and --octane"],
    ["one for both", "a1,<>,x1\n", ["--remote", "jira", "--octane", "jira"], 64, "both jira"],
  ])("takes nothing of a Synchronizer's list with %s", async (_, text, words, code, reason) => {
    const before = await stored();
    expect(await run("importUserMaps", [file("damaged.csv", text), ...words])).toMatchObject({ code, out: "", err: expect.stringContaining(reason) });
    expect(await stored()).toEqual(before);
  });

  it("knows decisions of matchByName in the form and order of columns a spreadsheet saves", async () => {
    const before = await stored();
    const head = "situation\tdecision\tconnection\tsyncSet\tmasterId\tmasterName\ttargetId\ttargetName\tmasterLogin\ttargetLogin\r\n";
    const rows = ["yes", "no", ""].map((decision, at) => `found\t${decision}\tnone\tuser\tm${at}\tA ${at}\tt${at}\tB\t\t\r\n`).join("");
    const sheet = file("unicode.csv", Buffer.from(`\ufeff${head}${rows}`, "utf16le"));
    expect(await run("importUserMaps", [sheet])).toMatchObject({ code: 65, err: expect.stringContaining('line 2, column 1: no connection is called "none"') });
    expect(await stored()).toEqual(before);
  });

  it("takes the same file for what it is, until somebody loses a name", async () => {
    const list = file("known.csv", "name,jira\nKnown,k1\nNobody,\n");
    expect((await run("importUserMaps", [list])).out).toContain("1 people added");
    const people = Object.keys(await stored()).length;
    const again = await run("importUserMaps", [list, "--rejects", join(home, "none.csv")]);
    expect([again.code, again.out, readFileSync(join(home, "none.csv"), "utf8")]).toEqual([0, `0 people added, 0 changed, ${people} kept, 0 removed, 0 refused, 1 without any name left out\n`, "line,reason\r\n"]);
    const dry = await run("importUserMaps", [list, "--replace", "-n", "--json"]);
    expect(JSON.parse(dry.out)).toMatchObject({ counts: { kept: 1, removed: people - 1 } });
    await execute(database.url, "delete from user_maps where person = 'Known'");
    expect((await run("importUserMaps", [list])).out).toContain("1 people added");
  });

  it("takes nothing of a long file whose last line is refused, and leaves no file of refused records where it cannot be written", async () => {
    const before = await stored();
    const rows = Array.from({ length: 20_000 }, (_, n) => `Long ${n},long${n}\n`).join("");
    const long = file("long.csv", `name,jira\n${rows}Last,long7\n`);
    expect(await run("importUserMaps", [long])).toMatchObject({ code: 65, err: expect.stringContaining('line 20002, column 1: "long7" in jira belongs to another person further up') });
    expect((await run("importUserMaps", [long, "--rejects", join(home, "tandem", "..", "some.csv", "rejects.csv")])).code).toBe(73);
    expect(await stored()).toEqual(before);
  });

  it("replaces only after a backup, only when told to, and never by nobody", async () => {
    const before = await stored();
    const only = file("only.json", JSON.stringify([{ name: "Only", users: [{ dataSource: "jira", name: "gbear" }] }]));
    expect((await run("importUserMaps", [only, "--replace"])).code).toBe(64);
    const none = await run("importUserMaps", [file("none.xml", "<UserMaps/>"), "--replace", "--yes"]);
    expect([none.code, none.err]).toEqual([1, expect.stringContaining("--accept-empty")]);
    expect(await stored()).toEqual(before);
    const { code, err } = await run("importUserMaps", [only, "--replace", "--yes"]);
    expect([code, await stored()]).toEqual([0, { Only: ["jira/gbear"] }]);
    const [backup = ""] = readdirSync(join(home, "tandem", "backups"));
    expect(err).toContain(backup);
    expect((await run("importUserMaps", [join(home, "tandem", "backups", backup), "--replace", "--yes"])).code).toBe(0);
    expect(await stored()).toEqual(before);
  });

  it("writes nothing where it was told to stop before that", async () => {
    await run("importUserMaps", [file("before.csv", "name,jira\nStays,stays\n")]);
    const maps = async () => (await run("exportUserMaps", [])).out;
    const before = await maps();
    // In this process: as soon as the script hears signals.
    const hear = (name: string | symbol): void => {
      if (name !== "SIGTERM") return;
      process.off("newListener", hear);
      setImmediate(() => process.emit("SIGTERM"));
    };
    process.on("newListener", hear);
    const stopped = await runHere("importUserMaps", ["--config", join(home, "tandem"), file("after.csv", "name,jira\nNew,new\n"), "--replace", "--yes", "--backup", join(home, "stopped.xml")], { ...process.env, DATABASE_URL: database.url });
    expect(stopped).toMatchObject({ code: 75, err: expect.stringContaining("stopped before anything was written") });
    expect([await maps(), readFileSync(join(home, "stopped.xml"), "utf8")]).toEqual([before, before]);
  });

  it("warns of data sources that there are not, in every form of list", async () => {
    const sources = join(home, "tandem", "dataSources.yaml");
    writeFileSync(sources, 'dataSources:\n  octane: { system: octane, url: "http://127.0.0.1:9", credentials: {} }\n  jira: { system: jira, url: "http://127.0.0.1:9", credentials: {} }\n');
    try {
      const forms = [
        ["astray.csv", "name,octane,jra\nAstray One,astray1@x,a1\n"],
        ["astray.json", JSON.stringify({ UserMap: [{ name: "Astray Two", User: [{ type: "DATA_SOURCE", value: "octane", name: "astray2@x" }, { type: "DATA_SOURCE", value: "jra", name: "a2" }] }] })],
        ["astray.xml", "<UserMaps><UserMap><name>Astray Three</name><User><type>DataSource</type><value>jra</value><name>a3</name></User></UserMap></UserMaps>"],
      ] as const;
      for (const [name, text] of forms) {
        writeFileSync(join(home, name), text);
        const { code, err } = await run("importUserMaps", [join(home, name), "-q"]);
        expect([code, err]).toEqual([0, `${join(home, name)}: no data source is called "jra": names there are kept, and mean nobody until one is; dataSources.yaml has "jira", "octane"\n`]);
      }
      // A table of another tool: its titles are no data sources, and nobody goes for it.
      const before = await stored();
      const ado = file("ado.csv", "Name,Username,Access level\nAnna Berg,anna@x,Basic\n");
      expect(await run("importUserMaps", [ado, "--replace", "--yes"])).toMatchObject({ code: 65, err: expect.stringContaining('no data source is called "Access level", "Username": replacing would leave user maps that mean nobody') });
      expect(await stored()).toEqual(before);
      writeFileSync(join(home, "right.csv"), "name,octane,jira\nRight,right@x,r1\n");
      expect((await run("importUserMaps", [join(home, "right.csv")])).err).toBe("");
    } finally {
      rmSync(sources);
    }
  });
});

describe("names that are read only, in an iteration", () => {
  it("tell who somebody is and are never written", async () => {
    const site = await openSite();
    try {
      site.define(STORIES.replace("fields:\n", "fields:\n      - { master: owner, target: assignee, userMap: true }\n"));
      // Emil's work is Max's in Jira; Carla has an old account there, and Anna is told by her address.
      const [carla, max] = ["712020:c4f1f6aa-2a3c-4b53-8b1d-77b0a7f3e902", "557058:9d6f4f0e-7a52-4c1d-9a0c-1f7f5f2f1a03"];
      const list = `anna.berg@example.com,<>,carla.diaz@example.com\n${carla},>,carla.diaz@example.com\n${max},<,emil.novak@example.com\n`;
      expect((await site.runWith("importUserMaps", ["-", "--remote", "jira", "--octane", "octane"], { input: list })).code).toBe(0);
      for (const name of ["emil.novak", "carla.diaz"]) story(site, name, { owner: { type: "workspace_user", name: `${name}@example.com` } });
      for (const [summary, id] of [["of Max", max], ["of Carla", carla]]) site.jira.edit({ action: "create", author: "Anna Berg", type: "Story", project: "DEMO", fields: { summary, assignee: { accountId: id } } });
      const { code, out, err } = await site.run("syncIteration");
      expect([code, `${out}${err}`]).toEqual([1, expect.stringContaining("the user map has emil.novak@example.com read only in octane; add them to the user map or name a fallback user")]);
      const who = (rows: readonly { readonly name: string; readonly details: Readonly<Record<string, string>> }[], field: string): Record<string, unknown> => Object.fromEntries(rows.map((row) => [row.name, row.details[field] ?? ""]));
      expect(who(site.jira.items().filter((row) => row.type === "Story"), "assignee")).toEqual({ "emil.novak": "Max Muster", "carla.diaz": "Anna Berg", "of Max": "Max Muster", "of Carla": "Carla Díaz" });
      expect(who(site.octane.items().filter((row) => row.type === "story"), "Owner")).toEqual({ "emil.novak": "Emil Novák", "carla.diaz": "Carla Díaz", "of Max": "", "of Carla": "Carla Díaz" });
    } finally {
      await site.close();
    }
  });
});
