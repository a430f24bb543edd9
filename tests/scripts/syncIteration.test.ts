import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { issues, openSite, rename, type Site, STORIES, story } from "../support/scripts/site.ts";

everyScript("syncIteration");

describe("syncIteration", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("shows the plan, writes nothing in a dry run, then carries it over, and is silent with -q when all is well", async () => {
    const id = story(site, "First");
    const before = site.jira.callCount();
    const dry = await site.run("syncIteration", "--dry-run", "--detailed-exit-code");
    expect([dry.code, dry.err]).toEqual([2, ""]);
    expect(dry.out).toContain('create Story in jira DEMO from 1004 "First"');
    expect(dry.out.trimEnd().split("\n").at(-1)).toContain("1 to create, 0 to change");
    expect(site.jira.calls().slice(before).filter((call) => !["GET", "OPTIONS"].includes(call.method) && !/search|jql|bulkfetch/.test(call.path))).toEqual([]);
    expect(issues(site)).toEqual([]);
    const run = await site.run("syncIteration", "--json");
    expect([run.code, issues(site)]).toEqual([0, ["First"]]);
    expect(JSON.parse(run.out)).toMatchObject({ status: "done", counts: { target: { created: 1 } } });
    rename(site, id, "Renamed");
    const quiet = await site.run("syncIteration", "-q");
    expect(quiet).toEqual({ code: 0, out: "", err: "" });
    expect(issues(site)).toEqual(["Renamed"]);
    expect((await site.run("syncIteration")).out).toMatch(/^octane-jira: done: 0 created, 0 updated; \d+ read, \d+ calls \(least possible \d+\), [\d.]+ s, run [0-9a-f-]{36}\n$/);
  });

  it("says why items failed, the most frequent reason first, with -q too", async () => {
    for (const name of ["Refused 1", "Refused 2"]) story(site, name);
    site.jira.faults.add({ match: { method: "POST", path: "/\\/issue(\\/bulk)?$/" }, effect: { status: 400, body: { errorMessages: ["You may not create issues here."], errors: {} } } });
    const quiet = await site.run("syncIteration", "-q");
    expect([quiet.code, quiet.out]).toEqual([1, expect.stringMatching(/^ {2}2 × .*You may not create issues here\./)]);
    site.jira.faults.clear();
    await site.run("retryQuarantine");
    const { code, out } = await site.run("syncIteration", "--json");
    expect([code, JSON.parse(out).reasons]).toEqual([0, []]);
  });

  it("saves a plan, applies exactly it from standard input, and says what it left alone", async () => {
    const id = story(site, "Planned");
    const file = `${site.directory}/plan.jsonl`;
    expect((await site.run("syncIteration", "--plan", file)).code).toBe(0);
    expect(issues(site)).not.toContain("Planned");
    const applied = await site.runWith("syncIteration", ["--apply", "-"], { input: readFileSync(file, "utf8") });
    expect([applied.code, issues(site).includes("Planned")]).toEqual([0, true]);
    expect(applied.out).toContain("1 of 1 planned writes made");
    rename(site, id, "Planned again");
    await site.run("syncIteration", "--plan", file);
    rename(site, id, "Other");
    const left = await site.run("syncIteration", "--apply", file);
    expect(left.code).toBe(1);
    expect(left.out).toContain("no longer as the plan saw it");
    const piped = await site.run("syncIteration", "--plan", "-", "-q");
    expect([piped.code, piped.err, piped.out.split("\n")[0]?.startsWith('{"tandemPlan":1')]).toEqual([0, "", true]);
    const writes = site.jira.calls().filter(({ method }) => method === "PUT").length;
    const looked = await site.runWith("syncIteration", ["--apply", "-", "--dry-run", "--detailed-exit-code"], { input: piped.out });
    expect([looked.code, looked.out.trimEnd().split("\n").at(-1)]).toEqual([2, "1 of 1 planned writes would be made"]);
    expect([issues(site).includes("Other"), site.jira.calls().filter(({ method }) => method === "PUT").length]).toEqual([false, writes]);
    expect((await site.run("syncIteration", "--plan", "-", "--json")).code).toBe(64);
    const damaged = await site.runWith("syncIteration", ["--apply", "-"], { input: "no plan" });
    expect([damaged.code, damaged.err.includes("-:1:1")]).toEqual([65, true]);
  });

  it.each([
    ["a wrong type name", (yaml: string) => yaml.replace("master: story", "master: storry"), "types[0].master", 'no item type "storry"'],
    ["two mappings to one field", (yaml: string) => yaml.replace("target: description", "target: summary"), "types[0].fields[1].target", "is written by two mappings"],
    ["the same projects twice", (yaml: string) => yaml.replace('  - { master: "1002", target: "DEMO" }', '  - { master: "1002", target: "DEMO" }\n  - { master: "1002", target: "DEMO" }'), "projects[1]", "is mapped twice"],
    ["a required field that nothing sets", (yaml: string) => yaml.replace("      - { master: name, target: summary }\n", ""), "types[0].fields", "is required"],
    ["a value that is in no list", (yaml: string) => `${yaml}      - { master: phase, target: status, values: [{ master: Nowhere, target: To Do }] }\n`, "types[0].fields[3].values[0].master", 'has no value "Nowhere"'],
    ["a field that does not exist", (yaml: string) => yaml.replace("master: description", "master: descriptoin"), "types[0].fields[1].master", 'it has "description"'],
    ["text that is no YAML", (yaml: string) => `${yaml}  : [`, "octane-jira.yaml", "not valid YAML"],
  ])("refuses %s with 78, its place, what to do, and writes nothing", async (_what, damage, place, message) => {
    site.define(damage(STORIES));
    const before = site.octane.calls().filter((call) => call.method === "PUT").length;
    const { code, out, err } = await site.run("syncIteration");
    expect([code, out]).toEqual([78, ""]);
    expect(err).toContain(place);
    expect(err).toContain(message);
    expect(site.octane.calls().filter((call) => call.method === "PUT").length).toBe(before);
    site.define(STORIES);
  });

  it("refuses a connection over the same items as another one until that is stopped, and goes on with the one that was there first", async () => {
    const [second, third] = ["second", "third"].map((name) => `${site.directory}/connections/${name}.yaml`) as [string, string];
    writeFileSync(second, STORIES.replace("name: octane-jira", "name: second"));
    try {
      story(site, "Of both");
      const plan = `${site.directory}/both.jsonl`;
      for (const words of [["--connection", "second"], ["--connection", "second", "--dry-run"], ["--connection", "second", "--plan", plan]]) {
        const { code, out, err } = await site.run("syncIteration", ...words);
        expect([code, out]).toEqual([78, ""]);
        expect(err).toMatch(/connections\/second\.yaml:9:5 types\[0\]: story of 1002 ~ Story of DEMO is mapped by connection octane-jira too/);
      }
      const checked = await site.run("checkConnection", "--connection", "second");
      expect([checked.code, checked.out.includes("error: mapping: story of 1002 ~ Story of DEMO is mapped by connection octane-jira too")]).toEqual([1, true]);
      expect([(await site.run("syncIteration", "--connection", "octane-jira")).code, issues(site).filter((name) => name === "Of both")]).toEqual([0, ["Of both"]]);
      // Two of which neither was there first.
      writeFileSync(third, STORIES.replace("name: octane-jira", "name: third"));
      await site.run("stopConnection", "--connection", "octane-jira");
      expect((await site.run("syncIteration", "--connection", "second", "--dry-run")).err).toContain("is mapped by connection third too");
      await site.run("stopConnection", "--connection", "third");
      expect((await site.run("syncIteration", "--connection", "second", "--dry-run")).err).not.toContain("is mapped by");
    } finally {
      rmSync(second);
      rmSync(third, { force: true });
      await site.run("startConnection", "--connection", "octane-jira");
    }
  });

  it("turns a read-only field one-way with a notice", async () => {
    site.define(`${STORIES}      - { master: creation_time, target: "Octane id" }\n`);
    const { err, code } = await site.run("syncIteration", "--dry-run");
    expect([code, err.includes("is read-only on the master")]).toEqual([0, true]);
    site.define(STORIES);
  });

  it("ends with 77, told once, where a login is refused in the middle; no further sync set, nor any other script, tries it again", async () => {
    site.define(STORIES.replace("types:\n", "types:\n  - master: defect\n    target: Bug\n    fields:\n      - { master: name, target: summary }\n"));
    const refusing = (): void => void site.jira.faults.add({ match: { method: "POST", path: "/search\\/jql/", nth: 1, times: 100 }, effect: { status: 401, body: { message: "Client must be authenticated to access this resource." } } });
    try {
      for (const [script, ...words] of [["syncIteration"], ["syncIteration", "--dry-run"], ["matchByName", "--type", "story"], ["seedCrossReferences", "--from-field", "target.summary"], ["auditReport"]] as const) {
        refusing();
        const { code, err } = await site.run(script, ...words);
        const hits = site.jira.faults.list()[0]?.hits;
        site.jira.faults.clear();
        expect([script, code, err.match(/Jira refused the login/g)?.length, hits]).toEqual([script, 77, 1, 1]);
      }
      site.jira.faults.add({ match: { path: "users/search" }, effect: { status: 401 } });
      expect(await site.run("exportUsers", "--data-source", "jira")).toMatchObject({ code: 77, err: expect.stringContaining("Jira refused the login") });
      site.jira.faults.clear();
      const { out } = await site.run("runHistory", "--json");
      expect(JSON.parse(out)[0]).toMatchObject({ status: "failed", message: expect.stringContaining("Jira refused the login") });
    } finally {
      site.jira.faults.clear();
      site.define(STORIES);
    }
  });

  it("sends a password that one connection was refused for no other of the same start, each of which ends with 77; the next start asks anew", async () => {
    const [fourth, fifth] = ["fourth", "fifth"].map((name) => join(site.directory, "connections", `${name}.yaml`));
    const sources = join(site.directory, "dataSources.yaml");
    const text = readFileSync(sources, "utf8");
    const entry = text.match(/^ {2}jira:\n(?: {4}.*\n)*/m)?.[0] ?? "";
    try {
      writeFileSync(sources, text.replace(entry, `${entry}${entry.replace("jira:", "jira-again:")}`));
      writeFileSync(fourth ?? "", STORIES.replace("name: octane-jira", "name: fourth"));
      writeFileSync(fifth ?? "", STORIES.replace("name: octane-jira", "name: fifth").replace("target: jira\n", "target: jira-again\n"));
      for (const words of [["--all"], ["--all", "--dry-run"], ["--all", "-q"]]) {
        site.jira.faults.add({ match: { path: "/\\/myself/", nth: 1, times: 100 }, effect: { status: 401 } });
        const { code, err } = await site.run("syncIteration", ...words);
        expect([words, code, site.jira.faults.list()[0]?.hits, err.match(/syncIteration (octane-jira|fourth|fifth): /g)?.length, err.match(/jira(-again)?: not tried again in this start: jira(-again)?: Jira refused the login/g)?.length]).toEqual([words, 77, 1, 3, 2]);
        site.jira.faults.clear();
      }
    } finally {
      site.jira.faults.clear();
      writeFileSync(sources, text);
      for (const path of [fourth, fifth]) rmSync(path ?? "", { force: true });
    }
  });

  it("says what is wrong with a login, an address and a certificate, with the right codes", async () => {
    const wrong = await site.runWith("syncIteration", [], { env: { OCTANE_SECRET: "wrong-secret-1" } });
    expect([wrong.code, wrong.err.includes("octane"), wrong.err.includes("wrong-secret-1")]).toEqual([77, true, false]);
    const missing = await site.runWith("syncIteration", [], { env: { OCTANE_SECRET: undefined } });
    expect([missing.code, missing.err.includes("OCTANE_SECRET is not set")]).toEqual([78, true]);
    const file = `${site.directory}/dataSources.yaml`;
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(site.octane.url, "http://127.0.0.1:9"));
    const unreachable = await site.run("syncIteration");
    expect([unreachable.code, unreachable.err.includes("127.0.0.1:9")]).toEqual([69, true]);
    writeFileSync(file, text);
    const database = await site.runWith("syncIteration", [], { env: { DATABASE_URL: "postgres://nobody:geheim99@127.0.0.1:9/none" } });
    expect([database.code, database.err.includes("geheim99")]).toEqual([69, false]);
  });

  it("refuses a data source that leads elsewhere than before, until somebody says that it is the same system", async () => {
    const file = `${site.directory}/dataSources.yaml`;
    const text = readFileSync(file, "utf8");
    // The same server, under a name by which it was never called.
    writeFileSync(file, text.replace(site.jira.url, site.jira.url.replace("127.0.0.1", "localhost")));
    const refused = await site.run("syncIteration", "-q");
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/jira leads to jira localhost:\d+, and the cross references of octane-jira were made with jira 127\.0\.0\.1:\d+[^]*--accept-new-address/)]);
    const accepted = await site.run("syncIteration", "--accept-new-address");
    const later = await site.run("syncIteration");
    writeFileSync(file, text);
    const back = await site.run("syncIteration", "--accept-new-address");
    expect([accepted.code, later.code, back.code]).toEqual([0, 0, 0]);
  });
});
