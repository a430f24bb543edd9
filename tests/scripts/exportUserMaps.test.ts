// exportUserMaps as a user runs it: what it writes is read again in every format.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compiledScript } from "../support/testRun/compiled.ts";
import { everyScript } from "../support/scripts/help.ts";
import { execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";
import { type Ended, runScript } from "../support/scripts/process.ts";

everyScript("exportUserMaps");

const NAMES = ['quo"te', "new\nline", "\u05d0\u05d1\u05d2", "😀", "<>", "=1+1", "'=x", "a;b", " edge ", "&amp;", "]]>", "Zoë"];
const MAPS = NAMES.map((name, at) => ({ name: `P${String(at).padStart(2, "0")} ${name}`, users: [{ dataSource: "jira", name }, { dataSource: "octane", name: `o ${name}` }, ...(at % 3 === 0 ? [{ dataSource: "octane", name: `p ${name}` }] : []), ...(at % 4 === 1 ? [{ dataSource: "jira", name: `old ${name}`, readOnly: true }] : [])] }));

describe("exportUserMaps", () => {
  let home: string;
  let database: FreshDatabase;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "tandem-maps-"));
    mkdirSync(join(home, "tandem"));
    database = await freshDatabase();
    expect((await run("importUserMaps", ["-"], JSON.stringify(MAPS))).code).toBe(0);
  });
  afterAll(async () => {
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  });

  const run = (script: string, words: readonly string[], input?: string): Promise<Ended> => runScript(script, ["--config", join(home, "tandem"), ...words], { env: { DATABASE_URL: database.url }, ...(input === undefined ? {} : { input }) });

  it("comes back the same from XML, a table and JSON", async () => {
    const first = await run("exportUserMaps", []);
    expect([first.code, first.err]).toEqual([0, `${MAPS.length} people\n`]);
    for (const ending of ["csv", "xml", "json"]) {
      const path = join(home, `maps.${ending}`);
      expect(await run("exportUserMaps", ["-o", path, "-q"])).toEqual({ code: 0, out: "", err: "" });
      await execute(database.url, "truncate user_maps");
      expect((await run("importUserMaps", [path])).out).toContain(`${MAPS.length} people added`);
      expect((await run("exportUserMaps", [])).out).toBe(first.out);
    }
    expect(readFileSync(join(home, "maps.csv"), "utf8")).toContain("'=1+1");
    expect(readFileSync(join(home, "maps.csv"), "utf8").split("\r\n")[0]).toBe("name,jira,jira (read only),octane");
  });

  it("writes a Synchronizer's list", async () => {
    const { code, out, err } = await run("exportUserMaps", ["--remote", "jira", "--octane", "octane"]);
    expect(err).toContain("4 people have several names in one data source");
    // The Synchronizer replaces all it has by what it reads: no line but pairs.
    expect([code, out.trimEnd().split("\r\n").every((line) => /,(<|>|<>),/.test(line))]).toEqual([0, true]);
    expect(out).toContain("Zoë,<>,o Zoë\r\n");
    expect(out).toContain("'=1+1,<>,o =1+1\r\nold =1+1,>,o =1+1\r\n".replace("'", ""));
    expect((await run("exportUserMaps", ["--file-format", "synchronizer"])).code).toBe(64);
  });

  it("keeps every byte outside the block of a file", async () => {
    const path = join(home, "whole.xml");
    const [head, tail] = ['<?xml version="1.0"?>\r\n<Config a=\'1\'>\t<!-- <UserMaps> -->\r\n  <UserMaps>', "</UserMaps>\r\n  <Else>&#65;</Else></Config>\n\n"];
    writeFileSync(path, `${head}<UserMap><name>Old</name></UserMap>${tail}`);
    expect((await run("exportUserMaps", ["--into", path, "-q"])).code).toBe(0);
    const text = readFileSync(path, "utf8");
    expect([text.startsWith(head), text.endsWith(tail), text.includes("Old"), text.includes("Zoë")]).toEqual([true, true, false, true]);
    expect((await run("importUserMaps", [path, "-n"])).out).toContain(`${MAPS.length} kept`);
  });

  it("reads such a file from standard input, and writes it whole to standard output, in its own encoding", async () => {
    const text = '<?xml version="1.0" encoding="ISO-8859-1"?><Config name="Zürich"><UserMaps></UserMaps></Config>';
    const path = join(home, "latin.xml");
    writeFileSync(path, Buffer.from(text, "latin1"));
    const script = await compiledScript("exportUserMaps");
    const [fromInput, fromFile] = [["--into", "-"], ["--into", path, "--out", "-"]].map((words) => spawnSync(process.execPath, [script, "--config", join(home, "tandem"), ...words], { input: readFileSync(path), env: { ...process.env, DATABASE_URL: database.url } }));
    const written = fromInput?.stdout.toString("latin1") ?? "";
    expect([fromInput?.status, fromFile?.stdout.equals(fromInput?.stdout ?? Buffer.from(""))]).toEqual([0, true]);
    expect([written.startsWith('<?xml version="1.0" encoding="ISO-8859-1"?><Config name="Zürich"><UserMaps>'), written.includes("<UserMap>"), written.endsWith("</UserMaps></Config>")]).toEqual([true, true, true]);
  });

  it("ends with 66 for a file that is not there", async () => {
    expect(await run("exportUserMaps", ["--into", join(home, "none.xml")])).toMatchObject({ code: 66, out: "" });
  });
});
