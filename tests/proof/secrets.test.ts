// Hostile texts and planted secrets: secrets appear nowhere (streams, log file, reports, plans, database, process list),
// whatever goes wrong; texts of endpoints are never more than texts; files of ours are private.

import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { safeName } from "../../lib/core/sync/fileName.ts";
import { csvCell, refuse } from "../../lib/core/users/csvRows.ts";
import { execute } from "../support/store/postgres.ts";
import type { Ended, RunHow } from "../support/scripts/process.ts";
import { openSite, type Site, story } from "../support/scripts/site.ts";
import { inStep, KINDS } from "./lying.ts";

const DATABASE_SECRET = "planted-database-4f1b";
const WRONG_SECRET = "planted-wrong-77aa";
const PASSPHRASE = "planted-passphrase-09cd";
const KEY_WORD = "planted-key-word-5e2f";
const SECRETS = ["tandem_secret", "jira-token", DATABASE_SECRET, WRONG_SECRET, PASSPHRASE, KEY_WORD];

const forms = (secret: string): readonly string[] => {
  const users = ["tandem_client", "sync@example.com", ""];
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64"), ...users.map((user) => Buffer.from(`${user}:${secret}`).toString("base64"))];
};

const FORMS = SECRETS.flatMap((secret) => forms(secret));

/** What stands in this text of the planted secrets. */
const leaks = (text: string): readonly string[] => FORMS.filter((form) => text.includes(form));

/** Who started the process, as /proc tells it behind the name of the program, which may hold anything. */
const parentOf = (id: string): string => /^.*\) \S (\d+) /s.exec(readFileSync(`/proc/${id}/stat`, "utf8"))?.[1] ?? "0";

/** Was the process started from here, or by what was: a chain of parents, or for one that cut itself loose its environment. */
const isOurs = (id: string, role: string): boolean => {
  for (let each = parentOf(id); each !== "0" && each !== "1"; each = parentOf(each)) if (each === String(process.pid)) return true;
  return readFileSync(`/proc/${id}/environ`, "utf8").includes(role);
};

/** Command lines of the processes that were started from here. The words planted are the sandboxes' own, and somebody else's site may name them as it likes. */
const processList = (role: string): string =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return isOurs(name, role) ? [line] : [];
      } catch {
        return []; // It has ended meanwhile.
      }
    })
    .join("\n");

const HOSTILE = [
  `<img src=x onerror="alert('hostile')">`,
  `'; DROP TABLE runs; -- hostile`,
  `" OR 1=1 ORDER BY hostile`,
  `hostile^NQactive=true^ORDERBYsys_id`,
  `hostile;id GT 0}||{"`,
  `=HYPERLINK("http://hostile";"x")`,
  `hostile \\" AND project = OTHER \\u0022`,
  "hostile {{7*7}} ${env:PATH} %s %n $(id) `id`",
  `hostile ]]> <!ENTITY x SYSTEM "file:///etc/passwd">`,
  "hostile 100% _a* ?b",
];

describe("planted secrets", () => {
  let site: Site;
  let home = "";
  const seen: Ended[] = [];
  const listed = new Set<string>();
  const looked = new Set<string>();
  const role = `planted_${process.pid}`;
  const asRole = (): string => Object.assign(new URL(site.databaseUrl ?? ""), { username: role, password: DATABASE_SECRET }).href;

  /** Runs a script and looks at the process list all the while. */
  const run = async (name: string, words: readonly string[], env: RunHow["env"] = {}): Promise<Ended> => {
    let over = false;
    const looking = (async () => {
      while (!over) {
        for (const line of processList(role).split("\n")) {
          if (line !== "") looked.add(name);
          for (const form of leaks(line)) listed.add(`${name}: ${form} in: ${line.slice(0, 500)}`);
        }
        await new Promise((done) => setTimeout(done, 60));
      }
    })();
    const ended = await site.runWith(name, [...words, "-v", "--log", join(home, "tandem.log")], { env: { DATABASE_URL: asRole(), BACKUP_WORD: PASSPHRASE, KEY_WORD, ...env } });
    over = true;
    await looking;
    seen.push(ended);
    return ended;
  };

  beforeAll(async () => {
    site = await openSite();
    home = join(site.directory, "..");
    await execute(site.databaseUrl ?? "", `create role ${role} login superuser password '${DATABASE_SECRET}'`);
    writeFileSync(join(site.directory, ".env"), `UNUSED=${KEY_WORD}\n`, { mode: 0o600 });
  });
  afterAll(async () => {
    await execute(site.databaseUrl ?? "", `reassign owned by ${role} to current_user`, `drop owned by ${role}`, `drop role ${role}`);
    await site.close();
  });

  it("stand in nothing that the scripts print or write, however they end", async () => {
    for (const text of HOSTILE) story(site, text);
    const codes = [
      (await run("checkConnection", ["--connection", "octane-jira"])).code,
      (await run("syncIteration", ["--connection", "octane-jira", "--plan", join(home, "plan.json")])).code,
      (await run("syncIteration", ["--connection", "octane-jira"])).code,
      (await run("auditReport", ["--connection", "octane-jira", "--out", join(home, "audit.html")])).code,
      (await run("backupDatabase", ["--out", join(home, "backup"), "--passphrase", "${env:BACKUP_WORD}"])).code,
    ];
    expect([codes, seen.filter(({ code }) => code !== 0).map(({ err }) => err)]).toEqual([[0, 0, 0, 0, 0], []]);
    expect([[...listed], [...looked]]).toEqual([[], ["checkConnection", "syncIteration", "auditReport", "backupDatabase"]]);
    // A server that says back what it was told, in a refusal and in a page.
    site.jira.faults.add({ match: { path: "/search" }, effect: { status: 500, headers: { "X-Echo": "jira-token" }, body: `{"errorMessages":["Authorization: Basic ${forms("jira-token")[4]} jira-token"]}` } });
    const bad = [
      (await run("syncIteration", ["--connection", "octane-jira"])).code,
      (await run("syncIteration", ["--connection", "octane-jira"], { OCTANE_SECRET: WRONG_SECRET })).code,
      (await run("connectionStatus", [], { DATABASE_URL: `postgres://tandem:${DATABASE_SECRET}@127.0.0.1:1/none` })).code,
      (await run("backupDatabase", ["--out", join(home, "again"), "--passphrase", PASSPHRASE])).code,
    ];
    site.jira.faults.clear();
    expect(bad).toEqual([69, 77, 69, 64]);
    // The last one had it in its own words: what a caller writes there is theirs, all else is ours.
    for (const { out, err } of seen) expect(leaks(`${out}\n${err}`)).toEqual([]);
    expect([...listed].filter((line) => !line.startsWith(`backupDatabase: ${PASSPHRASE} `))).toEqual([]);
  }, 900_000);

  it("stand in no file but the ones people wrote, and every file of ours is private", () => {
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const ours = files.filter((file) => !/dataSources\.yaml$|\.env$|octane-jira\.yaml$/.test(file));
    expect(ours.length).toBeGreaterThanOrEqual(4);
    expect(ours.map((file) => [file.slice(home.length), leaks(readFileSync(file, "latin1")), statSync(file).mode & 0o077])).toEqual(ours.map((file) => [file.slice(home.length), [], 0]));
  });

  it("stand beside no text of an endpoint that a browser would run", () => {
    const html = readFileSync(join(home, "audit.html"), "utf8");
    expect([html.includes("hostile"), HOSTILE.filter((text) => text.startsWith("<") && html.includes(text)), /<img/i.test(html)]).toEqual([true, [], false]);
  });

  it("stand in no row of the database", async () => {
    const { databaseUrl = "" } = site;
    const tables = await execute(databaseUrl, "select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')");
    expect(tables.length).toBeGreaterThan(10);
    const text: string[] = [];
    for (const { name } of tables) text.push(JSON.stringify(await execute(databaseUrl, `select to_jsonb(t) as row from ${String(name)} t`)));
    expect(leaks(text.join("\n"))).toEqual([]);
    expect(text.join("\n")).toContain("DROP TABLE runs");
  });

  it("are not read from outside the configuration folder, nor through a link out of it", async () => {
    mkdirSync(join(home, "elsewhere"), { recursive: true });
    writeFileSync(join(home, "elsewhere", "token"), "outside-word", { mode: 0o600 });
    symlinkSync(join(home, "elsewhere", "token"), join(site.directory, "linked"));
    const sources = readFileSync(join(site.directory, "dataSources.yaml"), "utf8");
    writeFileSync(join(site.directory, "dataSources.yaml"), sources.replace("${env:OCTANE_SECRET}", "${file:../elsewhere/token}").replace("${env:JIRA_TOKEN}", "${file:linked}"));
    const ended = await run("checkConnection", ["--connection", "octane-jira"]);
    writeFileSync(join(site.directory, "dataSources.yaml"), sources);
    expect([ended.code, ended.err.match(/lies outside the configuration folder/g)?.length ?? 0, ended.err.includes("outside-word")]).toEqual([78, expect.any(Number), false]);
    expect(ended.err).toContain("lies outside the configuration folder");
  });

  it.each([
    ["an entity bomb", `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><userMaps>&b;</userMaps>`],
    ["a file from outside", `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><userMaps>&x;</userMaps>`],
  ])("%s in XML is refused", async (_title, text) => {
    const file = join(home, "bomb.xml");
    writeFileSync(file, text);
    const ended = await run("importUserMaps", [file]);
    expect([ended.code, ended.err.includes("a document type that declares something is not allowed here"), ended.err.includes("root:")]).toEqual([65, true, false]);
  });

  it("the check of certificates cannot be switched off", async () => {
    const ended = await run("checkConnection", ["--connection", "octane-jira"], { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect([ended.code, ended.err.includes("NODE_TLS_REJECT_UNAUTHORIZED")]).toEqual([78, true]);
  });
});

describe("hostile texts", () => {
  it.each(Object.values(KINDS).map((kind) => [kind.title, kind] as const))("are names like others between ALM Octane and %s, also where one is looked for by its name", async (_title, kind) => {
    const { world, expected } = await inStep(kind);
    try {
      for (const side of ["master", "target"] as const) {
        for (const text of HOSTILE) world.create(side, `${text} ${side}`);
        expected.push(...HOSTILE.map((text) => `${text} ${side}`));
        for (const server of Object.values(world.servers)) for (const method of ["POST", "PATCH"]) server.faults.add({ match: { method, body: "hostile", nth: 1 }, effect: { dropAfter: true } });
        await world.endure();
        for (const server of Object.values(world.servers)) server.faults.clear();
      }
      await world.quiet(expected, { sweep: true });
    } finally {
      await world.close();
    }
  });

  it.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "\"'\t=1\""],
    ["\r=1", "\"'\r=1\""],
    ["\uff1d1+1", "'\uff1d1+1"],
    ["\uff20x", "'\uff20x"],
    ['a"b', '"a""b"'],
    ["a,b", '"a,b"'],
    ["a\nb", '"a\nb"'],
    [" =1+1", '" =1+1"'],
    ["plain", "plain"],
  ])("%j is no formula in a sheet", (text, expected) => {
    const cell = csvCell(text);
    expect(cell).toBe(expected);
    expect(refuse(cell.replace(/^"([^]*)"$/, "$1").replaceAll('""', '"'))).toBe(text);
  });

  it.each([
    ["../../etc/passwd", "_.._etc_passwd"],
    ["..", "attachment"],
    ["C:\\autoexec.bat", "C__autoexec.bat"],
    ["a\u0000b.txt", "ab.txt"],
    ["invoice\u202Efdp.exe", "invoicefdp.exe"],
    ["  .hidden ", "hidden"],
    ['a"; filename="b', "a_; filename=_b"],
    ["a\r\nX: y", "aX_ y"],
    ["", "attachment"],
    ["CON", "_CON"],
    ["nul.txt", "_nul.txt"],
    ["com1 .tar.gz", "_com1 .tar.gz"],
    ["console.log", "console.log"],
    ["a\ud800b\u009bc.txt", "abc.txt"],
  ])("%j as the name of a file", (name, expected) => expect(safeName(name)).toBe(expected));
});
