// Lists of the imitated Jira: what narrows and orders them, and pages that are followed by the addresses in them.

import { describe, expect, it } from "vitest";
import { caller, newIssue, type Caller } from "./jiraCaller.ts";

type Row = Readonly<Record<string, unknown>>;
interface Page {
  readonly nextPage?: string;
  readonly isLast: boolean;
  readonly total: number;
  readonly values: readonly Row[];
}

const filled = (flavour: "cloud" | "dc"): Caller => {
  const jira = caller(flavour);
  for (const [name, releaseDate, released] of [["Beta", "2026-03-01", true], ["alpha", "2026-05-01", false], ["Gamma", undefined, true], ["alpine", "2026-01-01", true]] as const) {
    jira.post("/rest/api/2/version", { name, project: "DEMO", projectId: 10000, released, ...(releaseDate ? { releaseDate } : {}) });
  }
  for (const name of ["Web", "API", "App"]) jira.post("/rest/api/2/component", { name, project: "DEMO" });
  return jira;
};

const names = (page: Page): readonly unknown[] => page.values.map((row) => row["name"]);

describe("lists of Cloud", () => {
  const jira = filled("cloud");

  it.each<[string, readonly string[]]>([
    ["/project/search?orderBy=-key", ["Second", "Demo"]], ["/project/search?keys=sec", ["Second"]], ["/project/search?status=archived", []], ["/project/search?status=live&status=archived&query=dem", ["Demo"]],
    ["/project/DEMO/version?status=released&orderBy=releaseDate", ["alpine", "Beta", "Gamma"]], ["/project/DEMO/version?orderBy=-releaseDate", ["alpha", "Beta", "alpine", "Gamma"]], ["/project/DEMO/version?query=alp&orderBy=name", ["alpha", "alpine"]],
    ["/project/DEMO/version", ["Beta", "alpha", "Gamma", "alpine"]], ["/project/DEMO/component?query=ap&orderBy=-name", ["App", "API"]], ["/component?projectIdsOrKeys=SEC", []], ["/component?projectIdsOrKeys=DEMO&orderBy=name", ["API", "App", "Web"]],
    ["/priority/search?id=3", ["Medium"]], ["/priority/search?priorityName=high&priorityName=Low", ["High", "Low"]], ["/priority/search?onlyDefault=true", ["Medium"]], ["/resolution/search?id=10000", ["Done"]], ["/resolution/search?onlyDefault=true", []],
    ["/statuses/search?searchString=progress", ["In Progress"]], ["/statuses/search?statusCategory=IN_PROGRESS&searchString=review", ["In Review"]], ["/group/bulk?groupName=jira-administrators", ["jira-administrators"]],
    ["/dashboard/search?dashboardName=nothing", []], ["/field/search?id=summary&id=status&orderBy=-name", ["Summary", "Status"]],
  ])("%s", (path, expected) => expect(names(jira.get<Page>(`/rest/api/3${path}`))).toEqual(expected));

  it("of statuses by their names", () => expect(jira.get<readonly Row[]>("/rest/api/3/statuses/byNames?name=done&name=Open")).toMatchObject([{ name: "Open" }, { name: "Done" }]));

  it("of people who may be assigned, by account", () => {
    const [someone] = jira.get<readonly Row[]>("/rest/api/3/user/assignable/search?project=DEMO&query=anna");
    expect(jira.get(`/rest/api/3/user/assignable/search?project=DEMO&accountId=${String(someone?.["accountId"])}`)).toEqual([someone]);
  });
});

describe("lists of Data Center", () => {
  const jira = filled("dc");

  it.each<[string, readonly string[]]>([
    ["/version?orderBy=name&maxResults=2", ["alpha", "alpine"]], ["/version?projectIds=10001", []], ["/component/page?query=web", ["Web"]], ["/component/page?projectIds=10000&orderBy=-name", ["Web", "App", "API"]],
  ])("%s", (path, expected) => expect(names(jira.get<Page>(`/rest/api/2${path}`))).toEqual(expected));
});

describe("pages", () => {
  it.each([
    ["cloud", "/rest/api/3/project/DEMO/version?query=a&orderBy=-name&maxResults=1", ["Gamma", "Beta", "alpine", "alpha"]],
    ["cloud", "/rest/agile/1.0/board?maxResults=1&name=demo&type=scrum", ["Demo board"]],
    ["dc", "/rest/api/2/component/page?maxResults=1&query=ap&orderBy=name", ["API", "App"]],
  ] as const)("are followed by the addresses in them, which keep what was asked (%s %s)", (flavour, first, expected) => {
    const jira = filled(flavour);
    const found: unknown[] = [];
    let path: string | undefined = first;
    while (path !== undefined) {
      const page: Page = jira.get(path);
      found.push(...names(page));
      const next: string | undefined = page.nextPage;
      expect(page.isLast).toBe(next === undefined);
      path = next?.slice("http://jira.test".length);
    }
    expect(found).toEqual(expected);
  });

  it("of pickers tell how many there are", () => {
    const jira = caller("dc");
    expect(jira.get("/rest/api/2/groups/picker?maxResults=1")).toMatchObject({ header: "Showing 1 of 2 matching groups", total: 2, groups: [{}] });
    expect(jira.get("/rest/api/2/groups/picker?exclude=jira-administrators")).toMatchObject({ total: 1, groups: [{ name: "jira-software-users" }] });
    expect([jira.get("/rest/api/2/user/picker?query=anna")["total"], jira.get("/rest/api/2/user/picker?query=anna&exclude=anna.berg")["total"]]).toEqual([1, 0]);
    for (let n = 0; n < 21; n += 1) newIssue(jira, { summary: "Same words" });
    expect(jira.get("/rest/api/2/issue/picker?query=same")).toMatchObject({ sections: [{ sub: "Showing 20 of 21 matching issues" }] });
    jira.jira.edit({ author: "Anna Berg", action: "update", type: "issue", id: "DEMO-1", fields: { security: { name: "Staff only" } } });
    expect(jira.get("/rest/api/2/issue/picker?query=demo-1")).toMatchObject({ sections: [{ sub: "Showing 10 of 10 matching issues" }] });
  });
});
