// seedCrossReferences as a user runs it, against both sandboxes: nothing that was seeded is created by the iteration after it.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { execute } from "../support/store/postgres.ts";
import { openSite, type SandboxSite } from "../support/scripts/sandboxes.ts";

everyScript("seedCrossReferences");

const SET = "octane-jira/story~Story/1002~DEMO";
const COUNT = 6;

describe("seedCrossReferences", () => {
  let site: SandboxSite;
  let masters: readonly string[];
  let targets: readonly string[];
  beforeAll(async () => {
    site = await openSite();
    for (let n = 0; n < COUNT; n++) {
      site.octane.edit({ action: "create", author: "bo.chen@example.com", type: "story", project: "1002", fields: { name: `Story ${n}` } });
      site.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: `Story ${n}` } });
    }
    masters = site.octane.items().filter((item) => item.type === "story").map((item) => item.id);
    targets = site.jira.items().filter((item) => item.type === "Story").map((item) => item.id);
  });
  afterAll(() => site?.close());

  const file = (name: string, text: string): string => {
    writeFileSync(join(site.home, name), text);
    return join(site.home, name);
  };
  const pair = (n: number, other = n): string => `${masters[n]},${targets[other]}`;
  const stored = (): Promise<readonly Record<string, unknown>[]> => execute(site.database.url, "select master_id, target_id, state from links order by length(master_id), master_id");

  it("shows what a dry run would take and writes nothing", async () => {
    const { code, out, err } = await site.run("seedCrossReferences", [file("dry.csv", `masterId,targetId,syncSet\n${pair(0)},${SET}\n`), "-n", "--detailed-exit-code"]);
    expect([code, err]).toEqual([2, ""]);
    expect(out).toBe(`  add ${masters[0]} ~ ${targets[0]}\noctane-jira: would be: 1 pairs added, 0 removed, 0 already so, 0 refused\n`);
    expect(await stored()).toEqual([]);
  });

  it("refuses a sync set that there is not", async () => {
    expect(await site.run("seedCrossReferences", [file("one.csv", `masterId,targetId\n${pair(0)}\n`), "--sync-set", "octane-jira/story~Story/1~DEMO"])).toMatchObject({ code: 64, out: "", err: expect.stringContaining(SET) });
    expect(await stored()).toEqual([]);
  });

  it("takes what is sound, refuses contradictions and items that are not there, each with its line", async () => {
    const rows = [pair(0), `${masters[1]},999999`, pair(1), pair(2), pair(2, 3), pair(4, 3)].map((row) => `${row},story,Story`);
    const { code, out } = await site.run("seedCrossReferences", [file("some.csv", `masterId,targetId,masterType,targetType\n${rows.join("\n")}\n${pair(4)},defect,Bug\n`)]);
    expect([code, out]).toEqual([1, expect.stringContaining("2 pairs added, 0 removed, 0 already so, 5 refused")]);
    for (const reason of [/\(line 3\): jira shows no Story 999999 in DEMO/, /\(line 5\): master \d+ stands with several partners: \d+ on line 5, \d+ on line 6/, /\(line 6\): master/, /\(line 7\): target \d+ stands with several partners/, /\(line 8\): no sync set is defect/]) expect(out).toMatch(reason);
    expect(await stored()).toEqual([0, 1].map((n) => ({ master_id: masters[n], target_id: targets[n], state: "adopting" })));
  });

  it("reads the decisions of matchByName from a pipe: only those that say yes", async () => {
    const head = "decision,situation,connection,syncSet,masterId,masterName,targetId,targetName,score,reason";
    const row = (decision: string, n: number): string => `${decision},near,octane-jira,${SET},${masters[n]},a,${targets[n]},b,0.90,`;
    const { code, out } = await site.run("seedCrossReferences", ["-"], [head, row("yes", 2), row("", 3), row("no", 4), ""].join("\n"));
    expect([code, out]).toEqual([0, expect.stringContaining("1 pairs added")]);
    expect(await stored()).toHaveLength(3);
  });

  it("reads them as spreadsheets and tools hand them back: only those that say yes", async () => {
    const head = ["situation", "decision", "connection", "syncSet", "masterId", "masterName", "targetId", "targetName", "score", "reason", ""];
    const rows = [["no", 4], ["", 5]].map(([decision, n]) => ["found", decision, "octane-jira", SET, masters[Number(n)], "a", targets[Number(n)], "b", "0,90", "x", ""]);
    const sheet = join(site.home, "unicode.csv");
    writeFileSync(sheet, Buffer.from(`\ufeff${[head, ...rows].map((row) => `${row.join("\t")}\r\n`).join("")}`, "utf16le"));
    expect(await site.run("seedCrossReferences", [sheet])).toMatchObject({ code: 0, out: expect.stringContaining("0 pairs added"), err: expect.stringMatching(/^pairs that matchByName leaves alone .*: 1\n$/) });
    const sorted = rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]] as const).toSorted(([one], [other]) => String(one).localeCompare(String(other)))));
    expect(await site.run("seedCrossReferences", ["-"], JSON.stringify(sorted))).toMatchObject({ code: 0, out: expect.stringContaining("0 pairs added"), err: expect.stringMatching(/^pairs that matchByName leaves alone .*: 1\n$/) });
    expect(await stored()).toHaveLength(3);
  });

  it("reads a field that holds the other item's key, and keys instead of ids", async () => {
    const site2 = await openSite();
    try {
      const key = site2.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: "One" } }).key ?? "";
      const second = site2.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: "Two" } });
      const create = (name: string, description: string): string => site2.octane.edit({ action: "create", author: "bo.chen@example.com", type: "story", project: "1002", fields: { name, description } }).id;
      const one = create("One", `<html><body><p>${site2.jira.url}/browse/${key}</p></body></html>`);
      const two = create("Two", "");
      // The same key at another server is another item.
      const foreign = create("Foreign", `<html><body><p>https://old-jira.example.com/browse/${second.key}</p></body></html>`);
      const away = await site2.run("seedCrossReferences", ["--from-field", "master.description", "-n"]);
      expect([away.code, away.out]).toEqual([1, expect.stringMatching(new RegExp(`^ {2}master ${foreign} leads to old-jira.example.com, not to jira: left out\\n[\\s\\S]* would be: 1 pairs added`))]);
      site2.octane.edit({ action: "delete", author: "bo.chen@example.com", type: "story", project: "1002", id: foreign });
      const none = await site2.run("seedCrossReferences", ["--from-field", "master.No such field"]);
      expect([none.code, none.err]).toEqual([64, expect.stringContaining('has a field "No such field"')]);
      const map = join(site2.home, "map.xml");
      writeFileSync(map, `<LinkIdsMap><Link almId="${two}" jiraKey="${second.key}"/><Strange a="1" b="2"/></LinkIdsMap>`);
      writeFileSync(join(site2.home, "jira.DEMO.Story.txt"), `${second.key} = ${second.id}\n`);
      const seeded = await site2.run("seedCrossReferences", [map, "--sync-set", SET, "--jira-keys", join(site2.home, "jira.DEMO.Story.txt")]);
      expect(seeded.err).toContain("--link-ids MASTER~TARGET names the elements or attributes");
      expect([seeded.code, seeded.out]).toEqual([1, expect.stringMatching(/line 1: <Strange> is not understood[\s\S]*1 pairs added, 0 removed, 0 already so, 0 refused/)]);
      const field = await site2.run("seedCrossReferences", ["--from-field", "master.description", "-n"]);
      expect([field.code, field.out]).toEqual([0, `  add ${one} ~ ${site2.jira.items().find((row) => row.key === key)?.id}\noctane-jira: would be: 1 pairs added, 0 removed, 0 already so, 0 refused\n`]);
      site2.octane.edit({ action: "update", author: "bo.chen@example.com", type: "story", project: "1002", id: one ?? "", fields: { description: `<html><body><p>${key.toLowerCase()}, ${site2.jira.url}/browse/${key}</p></body></html>` } });
      expect(await site2.run("seedCrossReferences", ["--from-field", "master.description", "-n"])).toMatchObject({ code: 0, out: field.out });
      const byKey = join(site2.home, "keys.csv");
      writeFileSync(byKey, `masterId,targetId,syncSet\n${one},${key},${SET}\n`);
      expect((await site2.run("seedCrossReferences", [byKey])).out).toContain("1 pairs added");
      expect((await site2.run("syncIteration", ["--json"])).out).toContain('"created": 0');
      expect(await execute(site2.database.url, "select count(*)::int as n from links")).toEqual([{ n: 2 }]);
      const three = site2.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: "Three", labels: [one, two] } }).id;
      expect(await site2.run("seedCrossReferences", ["--from-field", "target.labels", "-n"])).toMatchObject({ code: 1, out: expect.stringMatching(new RegExp(`^ {2}target DEMO-3 names several: (${one}, ${two}|${two}, ${one}): left out\\n.* 0 pairs added`)) });
      const copies = ["Copied", "Copied again"].map((name) => create(name, `<html><body><p>DEMO-3</p></body></html>`));
      const copied = await site2.run("seedCrossReferences", ["--from-field", "master.description", "-n"]);
      expect([copied.code, copied.out]).toEqual([1, expect.stringContaining("0 pairs added, 0 removed, 1 already so, 2 refused")]);
      for (const copy of copies) expect(copied.out).toContain(`refused ${copy} ~ ${three}`);
    } finally {
      await site2.close();
    }
  });

  it("reads remote links that lead to the other system, and passes over all others", async () => {
    const site4 = await openSite();
    try {
      const [one, two, three] = ["One", "Two", "Three"].map((name) => site4.octane.edit({ action: "create", author: "bo.chen@example.com", type: "story", project: "1002", fields: { name } }).id);
      const issues = ["One", "Two", "Three", "Four"].map((summary) => site4.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary } }));
      const link = (at: number, url: string): void => void site4.jira.edit({ action: "create", author: "Bo Chen", type: "remotelink", project: "DEMO", fields: { issue: issues[at]?.key, object: { url, title: "there" } } });
      const page = (id = ""): string => `${site4.octane.url}/ui/?p=1001/1002#/entity-navigation?entityType=work_item&id=${id}`;
      link(0, "https://wiki.example.com/pages/4711");
      link(0, page(one));
      link(1, page(two));
      link(1, page(three));
      link(2, "https://elsewhere.example.com/ui/?id=77");
      // The same number in another workspace is another story.
      link(3, page(three).replace("1001/1002", "1001/1003"));
      const { code, out } = await site4.run("seedCrossReferences", ["--from-field", "target.remoteLinks"]);
      expect([code, out]).toEqual([1, `  target ${issues[1]?.key} names several: ${two}, ${three}: left out\noctane-jira: 1 pairs added, 0 removed, 0 already so, 0 refused\n`]);
      expect(await execute(site4.database.url, "select master_id, target_id from links")).toEqual([{ master_id: one, target_id: issues[0]?.id }]);
      // Who may be the partner of several gets no new one, on neither side.
      const facts = await execute(site4.database.url, "select name from facts where name like 'disputed:%' order by name");
      expect(facts.map(({ name }) => (JSON.parse(String(name).replace(/^[^[]*/, "")) as readonly string[]).at(-1))).toEqual([two, three, issues[1]?.id]);
      expect(await site4.run("seedCrossReferences", ["--from-field", "master.remoteLinks"])).toMatchObject({ code: 64, err: expect.stringContaining('has a field "remoteLinks"') });
    } finally {
      await site4.close();
    }
  });

  it("takes no item of another type or place, finds one by its key in any letters, and a second run asks for nothing", async () => {
    const site3 = await openSite();
    try {
      const bug = site3.jira.edit({ action: "create", author: "Bo Chen", type: "Bug", project: "DEMO", fields: { summary: "Bug" } });
      const issues = ["One", "Two", "Three"].map((summary) => site3.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary } }));
      const [one, two, three] = ["One", "Two", "Three"].map((name) => site3.octane.edit({ action: "create", author: "bo.chen@example.com", type: "story", project: "1002", fields: { name } }).id);
      const write = (name: string, rows: readonly string[]): string => {
        writeFileSync(join(site3.home, name), `masterId,targetId,action,syncSet\n${rows.map((row) => `${row},${SET}\n`).join("")}`);
        return join(site3.home, name);
      };
      const keys = issues.map(({ key = "" }) => key);
      const first = await site3.run("seedCrossReferences", [write("keys.csv", [`${one},${bug.id},`, `${two},${keys[1]?.toLowerCase()},`, `${three},${keys[2]},`])]);
      expect([first.code, first.out]).toEqual([1, expect.stringContaining(`refused ${one} ~ ${bug.id} (line 2): ${bug.key} is a Bug in DEMO of jira, not a Story in DEMO\noctane-jira: 2 pairs added`)]);
      const changes = write("exchange.csv", [`${two},${keys[1]},remove`, `${three},${issues[2]?.id},remove`, `${two},${keys[2]},add`, `${three},${keys[1]},add`]);
      expect(await site3.run("seedCrossReferences", [changes])).toMatchObject({ code: 0, out: expect.stringContaining("2 pairs added, 2 removed, 0 already so, 0 refused") });
      expect(await site3.run("seedCrossReferences", [changes])).toMatchObject({ code: 0, out: expect.stringContaining("0 pairs added, 0 removed, 4 already so, 0 refused") });
      expect(await site3.run("seedCrossReferences", [write("remove.csv", [`${two},${keys[2]?.toLowerCase()},remove`])])).toMatchObject({ code: 0, out: expect.stringContaining("0 pairs added, 1 removed") });
    } finally {
      await site3.close();
    }
  });

  it("adds and removes by XML, removes first, and leaves what the file does not name", async () => {
    const xml = `<sets><set syncset="${SET}"><adds><add master="${masters[2]}" target="${targets[3]}"/></adds><removes><remove master="${masters[2]}" target="${targets[2]}"/></removes></set></sets>`;
    const { code, out } = await site.run("seedCrossReferences", [file("refs.xml", xml)]);
    expect([code, out]).toEqual([0, expect.stringContaining("1 pairs added, 1 removed")]);
    expect((await stored()).map((row) => row.target_id)).toEqual([targets[0], targets[1], targets[3]]);
    const back = `<sets><set syncset="${SET}"><removes><remove master="${masters[2]}" target="${targets[3]}"/></removes></set></sets>`;
    expect((await site.run("seedCrossReferences", [file("back.xml", back)])).out).toContain("0 pairs added, 1 removed");
  });

  it("takes of an earlier tool's sets those that are said to be ours, and never one for another", async () => {
    const site5 = await openSite();
    try {
      const [one, two] = ["One", "Two"].map((name) => site5.octane.edit({ action: "create", author: "bo.chen@example.com", type: "story", project: "1002", fields: { name } }).id);
      const issues = ["One", "Another"].map((summary) => site5.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary } }));
      const write = (name: string, text: string): string => {
        writeFileSync(join(site5.home, name), text);
        return join(site5.home, name);
      };
      const add = (id: string | undefined, other: string | undefined): string => `<adds><add source="${id}" target="${other}"/></adds>`;
      const xml = write("CrossReferences.xml", `<sets><set syncsetguid="AA-1" version="4">${add(one, issues[0]?.key)}</set><set syncsetguid="BB-2">${add(two, issues[1]?.key)}</set></sets>`);
      expect(await site5.run("seedCrossReferences", [xml, "--sync-set", SET])).toMatchObject({ code: 64, out: "", err: expect.stringContaining("the file holds 2 sets: AA-1, BB-2") });
      expect(await site5.run("seedCrossReferences", [xml, "--set", `CC=${SET}`])).toMatchObject({ code: 1, out: expect.stringContaining("--set CC: no pair of the file is in a set of that name") });
      expect(await site5.run("seedCrossReferences", [xml, "--set", `AA-1=${SET}x`])).toMatchObject({ code: 64, err: expect.stringContaining("no such sync set") });
      expect(await site5.run("seedCrossReferences", [xml, "--set", `{aa-1}=${SET}`, "-n"])).toMatchObject({ code: 1, out: expect.stringMatching(/ {2}add \d+ ~ \d+\n.*no sync set is BB-2: --set "BB-2=KEY" says which is meant\n/) });
      const both = await site5.run("seedCrossReferences", [xml, "--set", `aa-1=${SET}`, "--set", `BB-2=${SET}`, "-n"]);
      expect([both.code, both.err]).toEqual([0, expect.stringContaining("the attribute version of <set> is not understood and left out")]);
      expect(both.out).toContain(`add ${two} ~ ${issues[1]?.id}: "Two" ~ "Another"`);
      const table = write("all.csv", `masterId,targetId,masterType,targetType\n${one},${issues[0]?.key},story,Story\n${two},${issues[1]?.key},release,version\n`);
      expect(await site5.run("seedCrossReferences", [table, "--sync-set", SET])).toMatchObject({ code: 0, out: expect.stringContaining("1 pairs added, 0 removed, 0 already so, 0 refused"), err: expect.stringContaining("1 pairs of other sync sets passed over") });
      const keys = [write("jira.DEMO.Story.txt", "DEMO-1 10000\n"), write("jira.DEMO.Bug.txt", "DEMO-1 10001\n")];
      expect(await site5.run("seedCrossReferences", [table, "--jira-keys", keys[0] ?? "", "--jira-keys", keys[1] ?? ""])).toMatchObject({ code: 65, err: expect.stringContaining("DEMO-1 has the id 10000 in") });
      const strange = write("LinkIDsMap.xml", `<links><row a="${two}" b="${issues[1]?.key}"/></links>`);
      expect(await site5.run("seedCrossReferences", [strange, "--link-ids", "a~b", "--sync-set", SET, "-n"])).toMatchObject({ code: 0, out: expect.stringContaining("1 pairs added") });
      expect(await site5.run("seedCrossReferences", [table, "--link-ids", "a~b", "-n"])).toMatchObject({ code: 64 });
    } finally {
      await site5.close();
    }
  });

  it.each([
    ["cut.csv", "masterId,targetId\n1,\"2", /line 2, column 3/],
    ["cut.xml", "<sets><set>", /line 1, column \d+/],
    ["head.csv", "a,b\n1,2\n", /line 1, column 1/],
  ])("ends with 65, line and column for %s", async (name, text, place) => {
    expect(await site.run("seedCrossReferences", [file(name, text)])).toMatchObject({ code: 65, out: "", err: expect.stringMatching(place) });
  });

  it("lets the next iteration create nothing once all is seeded, and goes on where a file was taken before", async () => {
    const all = file("all.json", masters.map((masterId, n) => JSON.stringify({ masterId, targetId: targets[n], syncSet: SET })).join("\n"));
    const { code, out } = await site.run("seedCrossReferences", [all]);
    expect([code, out]).toEqual([0, expect.stringContaining(`${COUNT - 2} pairs added, 0 removed, 2 already so, 0 refused`)]);
    const count = (): number => site.octane.items().filter((item) => item.type === "story").length + site.jira.items().filter((item) => item.type === "Story").length;
    const run = await site.run("syncIteration", []);
    expect([run.code, run.err]).toEqual([0, ""]);
    expect([count(), new Set((await stored()).map((row) => row.state))]).toEqual([2 * COUNT, new Set(["active"])]);
  });
});
