import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { openSite, type Site, STORIES, story } from "../support/scripts/site.ts";

everyScript("checkConnection");

describe("checkConnection", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("finds values and people in use that nothing maps, and says what to do", async () => {
    expect((await site.run("checkConnection")).code).toBe(0);
    site.define(`${STORIES}      - { master: owner, target: assignee }\n      - { master: phase, target: status, values: [{ master: New, target: To Do }] }\n`);
    story(site, "With a person", { owner: { type: "workspace_user", name: "Emil Novák" }, phase: { type: "phase", name: "In Progress" } });
    const { code, out } = await site.run("checkConnection", "--detailed-exit-code");
    expect(code).toBe(2);
    expect(out).toContain('value "In Progress" of Phase is not in the value map');
    expect(out).toContain("Emil Novák is unknown in jira");
    expect(out).toContain("→ add the person to the user map");
    expect((await site.run("checkConnection", "--json")).code).toBe(0);
  });

  it("writes its findings as a table, and takes it back with the partners that people gave", async () => {
    const table = join(site.directory, "findings.csv");
    expect((await site.run("checkConnection", "--out", table, "-q")).code).toBe(0);
    const text = readFileSync(table, "utf8");
    expect(text).toContain(",Phase,phase~status,In Progress,,1,");
    const edit = (to: string): void => writeFileSync(table, text.replace(",In Progress,,", `,In Progress,${to},`));
    edit("Nowhere");
    expect(await site.run("checkConnection", "--findings", table)).toMatchObject({ code: 1, out: expect.stringContaining('has no value "Nowhere"') });
    edit("in progress");
    expect(await site.run("checkConnection", "--findings", table, "--dry-run")).toMatchObject({ code: 0, out: expect.stringContaining("1 values would be added, 0 refused") });
    // A definition by its other ending.
    const file = join(site.directory, "connections", "octane-jira.yaml");
    renameSync(file, file.replace(/yaml$/, "yml"));
    expect(await site.run("checkConnection", "--findings", table)).toMatchObject({ code: 0, err: "", out: expect.stringContaining("1 values added, 0 refused") });
    renameSync(file.replace(/yaml$/, "yml"), file);
    expect(readFileSync(file, "utf8")).toContain("{ master: In Progress, target: In Progress }");
    expect((await site.run("checkConnection")).out).not.toContain("is not in the value map");
  });

  it("tries rights by making, changing and removing an item of each type, after asking, and leaves no trace", async () => {
    site.define(STORIES);
    const before = JSON.stringify([site.octane.items(), site.jira.items()]);
    expect(await site.run("checkConnection", "--try-writes")).toMatchObject({ code: 64, err: expect.stringContaining("add --yes") });
    site.jira.clearCalls();
    const shown = await site.run("checkConnection", "--try-writes", "--dry-run");
    expect([shown.code, shown.out]).toEqual([0, expect.stringContaining("  would make, change and remove a trial item: Story in project DEMO of jira\n")]);
    expect(site.jira.calls().filter(({ method, path }) => method !== "GET" && !path.includes("/search/"))).toEqual([]);
    const { code, out, err } = await site.run("checkConnection", "--try-writes", "--yes");
    expect([code, err, out]).toEqual([0, "", expect.stringContaining(" 0 errors, ")]);
    expect(JSON.stringify([site.octane.items(), site.jira.items()])).toBe(before);
    expect(site.jira.calls().filter(({ method, path }) => method === "DELETE" && path.includes("/issue/")).length).toBe(1);
    site.jira.faults.add({ match: { method: "POST", path: "/issue", times: 1 }, effect: { status: 403, body: { errorMessages: ["You do not have permission to create issues in this project."], errors: {} } } });
    const refused = await site.run("checkConnection", "--try-writes", "--yes");
    expect([refused.code, refused.out]).toEqual([1, expect.stringMatching(/error: rights: .*Story in jira cannot be created: .*permission/)]);
  });

  it("lists what is wrong with a definition with 78", async () => {
    site.define(STORIES.replace("master: story", "master: nothing"));
    expect((await site.run("checkConnection")).code).toBe(78);
  });

  it("warns where the field for the marker is not there, and refuses an option that is misspelled", async () => {
    const { readFileSync, writeFileSync } = await import("node:fs");
    const file = `${site.directory}/dataSources.yaml`;
    const before = readFileSync(file, "utf8");
    site.define(STORIES);
    try {
      writeFileSync(file, before.replace("intentField: tandem_id_udf", "intentField: tandem_uuid_udf"));
      const without = await site.run("checkConnection");
      expect([without.code, without.out.includes('warning: mapping: octane-jira/story~Story/1002~DEMO master: story in octane has no text field "tandem_uuid_udf", which intentField names')]).toEqual([0, true]);
      writeFileSync(file, before.replace("intentField: tandem_id_udf", "intentFeild: tandem_id_udf"));
      expect(await site.run("checkConnection")).toMatchObject({ code: 78, err: expect.stringContaining("options.intentFeild: is not understood → did you mean intentField?") });
    } finally {
      writeFileSync(file, before);
    }
  });

  it("tells values of one field together, and what to do once", async () => {
    site.define(`${STORIES}      - { master: phase, target: status, values: [{ master: New, target: To Do }] }\n`);
    for (const name of ["In Testing", "Done"]) story(site, name, { phase: { type: "phase", name } });
    const { out } = await site.run("checkConnection");
    expect(out).toMatch(/ {2}warning: values: octane-jira\/story~Story\/1002~DEMO master Phase:\n( {6}value "(In Progress|In Testing|Done)" of Phase is not in the value map \(1 items, e\.g\. \d+\)\n){3}/);
    expect(out.match(/add the value to the field's value map; --out/g)).toHaveLength(1);
  });

  it("ends with 77 where the account may not search", async () => {
    site.jira.faults.add({ match: { path: "/search/jql" }, effect: { status: 403, body: { errorMessages: ["You may not search."], errors: {} } } });
    expect(await site.run("checkConnection")).toMatchObject({ code: 77, err: expect.stringContaining("You may not search.\n→ give the account the permission it lacks") });
    site.jira.faults.clear();
    // With the name of the data source, wherever it is refused.
    site.jira.faults.add({ match: { path: "/project/search" }, effect: { status: 403, body: { errorMessages: ["No."], errors: {} } } });
    expect((await site.run("checkConnection")).err).toContain("checkConnection: jira: GET /rest/api/3/project/search cannot be read\n→ does the account lack a permission there?");
    site.jira.faults.clear();
  });
});
