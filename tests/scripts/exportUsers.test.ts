// exportUsers as a user runs it, against both sandboxes.

import { parse } from "csv-parse/sync";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { usersCsv } from "../../lib/run/exportUsers.ts";
import { everyScript } from "../support/scripts/help.ts";
import { openSite, type SandboxSite } from "../support/scripts/sandboxes.ts";

everyScript("exportUsers");

describe("exportUsers", () => {
  let site: SandboxSite;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site?.close());

  it("writes everybody of all data sources as CSV, one column an attribute", async () => {
    const { code, out, err } = await site.run("exportUsers", []);
    expect([code, err]).toEqual([0, expect.stringMatching(/^octane: \d+ people\njira: \d+ people\n$/)]);
    const rows = parse(out, { columns: true }) as Record<string, string>[];
    expect(Object.keys(rows[0] ?? {}).slice(0, 6)).toEqual(["dataSource", "id", "name", "login", "email", "active"]);
    expect(new Set(rows.map((row) => row.dataSource))).toEqual(new Set(["octane", "jira"]));
    expect(rows.find((row) => row.dataSource === "jira" && row.name === "Bo Chen")).toMatchObject({ active: "true" });
  });

  it("writes one data source as JSON into a private file, silently with -q", async () => {
    const file = join(site.home, "people.json");
    expect(await site.run("exportUsers", ["--data-source", "octane", "-o", file, "-q"])).toEqual({ code: 0, out: "", err: "" });
    const written = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>[];
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const printed = await site.run("exportUsers", ["--data-source", "octane", "--json"]);
    // Our own client id is a credential: never on the screen.
    const others = (rows: readonly Record<string, string>[]): readonly Record<string, string>[] => rows.filter((row) => row.login !== "tandem_client" && row.login !== "•••");
    expect(others(JSON.parse(printed.out) as Record<string, string>[])).toEqual(others(written));
    expect(printed.out).not.toContain("tandem_client");
    expect(written.every((row) => row.dataSource === "octane")).toBe(true);
  });

  it("refuses a data source nobody defined, with 64", async () => {
    expect(await site.run("exportUsers", ["--data-source", "nowhere"])).toMatchObject({ code: 64, out: "", err: expect.stringContaining('no data source is called "nowhere"') });
  });
});

describe("the table", () => {
  it("defuses what a spreadsheet would run and keeps quotes, newlines and further attributes", () => {
    const text = usersCsv([{ dataSource: "jira", id: "1", name: '=1+1"x', login: "a\nb", email: "", active: "true", zone: "@UTC" }, { dataSource: "jira", id: "2", name: "Bo", login: "", email: "", active: "false", desk: "7" }]);
    expect(parse(text)).toEqual([["dataSource", "id", "name", "login", "email", "active", "desk", "zone"], ["jira", "1", '\'=1+1"x', "a\nb", "", "true", "", "'@UTC"], ["jira", "2", "Bo", "", "", "false", "7", ""]]);
  });
});
