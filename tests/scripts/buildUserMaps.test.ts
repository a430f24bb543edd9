// buildUserMaps as a user runs it: joins tables, lists every doubt, and pipes into importUserMaps.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";
import { type Ended, runScript } from "../support/scripts/process.ts";

everyScript("buildUserMaps");

const OCTANE = "dataSource,id,name,login,email,active\noctane,1,Gary Bear,gary.bear,gary@x.com,true\noctane,2,Ann Lee,ann,ann@x.com,true\noctane,3,Bot,bot,,true\noctane,4,Alone,alone,alone@x.com,true\n";
const JIRA = [{ dataSource: "jira", id: "a1", name: "Bear, G.", login: "", email: "GARY@x.com", mail: "gary@x.com" }, { dataSource: "jira", id: "a2", name: "Ann 1", login: "ann1", email: "ann@x.com", mail: "" }, { dataSource: "jira", id: "a3", name: "Ann 2", login: "ann2", email: "ann@x.com", mail: "" }];

describe("buildUserMaps", () => {
  let home: string;
  let database: FreshDatabase;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "tandem-build-"));
    mkdirSync(join(home, "tandem"));
    writeFileSync(join(home, "octane.csv"), OCTANE);
    writeFileSync(join(home, "jira.json"), JSON.stringify(JIRA));
    database = await freshDatabase();
  });
  afterAll(async () => {
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  });

  const run = (script: string, words: readonly string[], input?: string): Promise<Ended> => runScript(script, ["--config", join(home, "tandem"), ...words], { env: { DATABASE_URL: database.url }, ...(input === undefined ? {} : { input }) });
  const tables = (): readonly string[] => [join(home, "octane.csv"), join(home, "jira.json")];

  it("joins by e-mail, lists every doubt, writes a table and nothing into the store", async () => {
    const { code, out, err } = await run("buildUserMaps", [...tables(), "-o", join(home, "people.csv")]);
    expect([code, err]).toEqual([1, ""]);
    expect(out).toContain("several people of jira have the key ann@x.com: ann1, ann2");
    expect(out).toContain("only in octane: alone (alone@x.com)");
    expect(out).toMatch(/left out: \S.*, row 3 of octane: no email\n/);
    expect(out).toContain("1 people joined, 1 in one data source only, 1 keys of several people, 1 left out; importing would add 1, change 0, keep 0, refuse 0");
    expect(readFileSync(join(home, "people.csv"), "utf8")).toBe("name,octane,jira\r\nGary Bear,gary.bear,GARY@x.com\r\n");
    expect((await run("exportUserMaps", ["--json"])).out).toBe("[]\n");
  });

  it("reads past the empty rows and columns of a spreadsheet", async () => {
    const rows = OCTANE.trim().split("\n").map((row) => `${row.replaceAll(",", ";")};\r\n`);
    writeFileSync(join(home, "excel.csv"), [...rows, ";;;;;;\r\n"].join(""));
    expect((await run("buildUserMaps", [join(home, "excel.csv"), join(home, "jira.json"), "--json"])).out).toContain("Gary Bear");
  });

  it("pipes into importUserMaps, by other columns where told", async () => {
    const built = await run("buildUserMaps", [...tables(), "--key", "jira=mail", "--identifier", "jira=name", "--json"]);
    expect([built.code, JSON.parse(built.out)]).toEqual([0, [{ name: "Gary Bear", users: [{ dataSource: "jira", name: "Bear, G." }, { dataSource: "octane", name: "gary.bear" }] }]]);
    expect((await run("importUserMaps", ["-"], built.out)).out).toContain("1 people added");
    const table = await run("buildUserMaps", [...tables(), "--key", "jira=mail", "--identifier", "jira=name"]);
    expect(table).toMatchObject({ code: 0, out: expect.stringMatching(/^<\?xml [\s\S]*<name>Gary Bear<\/name>/), err: expect.stringContaining("importing would add 0, change 0, keep 1") });
    expect((await run("importUserMaps", ["-"], table.out)).out).toContain("0 people added, 0 changed, 1 kept");
  });

  it.each(["octane.csv", "jira.json"])("is named where such a table is given to importUserMaps: %s", async (file) => {
    expect(await run("importUserMaps", [join(home, file)])).toMatchObject({ code: 65, out: "", err: expect.stringContaining("buildUserMaps makes user maps of such tables") });
  });

  it.each([
    ["a damaged table", ["octane.csv", "cut.csv"], 65, /cut\.csv: line 2, column 1/],
    ["a table that does not say whose people they are", ["octane.csv", "jiraCloud.csv"], 65, /jiraCloud\.csv: there is no column dataSource; there are "User id", "User name", "email"/],
    ["two columns of one name", ["twice.csv"], 65, /twice\.csv: line 1, column 1: two columns are headed "email"/],
    ["a list in which somebody is nobody", ["odd.json"], 65, /odd\.json: line 2, column 2: this is no person/],
    ["a list cut off", ["part.json"], 65, /part\.json: line 2, column \d+: this is not JSON/],
    ["a result in the place of a table", ["octane.csv", "jira.json", "-o", "jira.json"], 64, /this file is read/],
    ["one data source alone", ["octane.csv"], 64, /cannot be joined/],
    ["a column nobody has", ["octane.csv", "jira.json", "--key", "jira=none"], 64, /no column "none"/],
    ["a file that is not there", ["none.csv"], 66, /none\.csv/],
  ])("refuses %s", async (_, words, code, reason) => {
    writeFileSync(join(home, "cut.csv"), "dataSource,id,email\noctane,1\n");
    writeFileSync(join(home, "twice.csv"), "dataSource,id,email,email\noctane,1,a@x,b@x\n");
    writeFileSync(join(home, "jiraCloud.csv"), "User id,User name,email\n5b1,Ann,a@x\n");
    writeFileSync(join(home, "odd.json"), '[{"dataSource": "jira"},\n 7]');
    writeFileSync(join(home, "part.json"), '[{"dataSource": "jira"},\n {"data');
    const files = words.map((word) => (/\.(csv|json)$/.test(word) ? join(home, word) : word));
    expect(await run("buildUserMaps", files)).toMatchObject({ code, out: "", err: expect.stringMatching(reason) });
  });
});
