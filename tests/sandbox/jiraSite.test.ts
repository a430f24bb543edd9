// What client suites and administrators' scripts look at beside the issues of the imitated Jira: roles, settings, schemes, webhooks, link types, people.

import { describe, expect, it } from "vitest";
import { caller, newIssue } from "./jiraCaller.ts";

type Json = Record<string, unknown>;

const actors = (body: Json): readonly string[] => (body["actors"] as readonly Json[]).map((row) => String(row["displayName"]));

describe("roles of a project", () => {
  it.each(["cloud", "dc"] as const)("are set whole, added to and taken from (%s)", (flavour) => {
    const jira = caller(flavour);
    const me = flavour === "cloud" ? String(jira.get("/rest/api/3/myself")["accountId"]) : "sync";
    const path = "/rest/api/2/project/DEMO/role/10003";
    expect(actors(jira.get(path)).length).toBeGreaterThan(2);
    expect(actors(jira.put<Json>(path, { id: 10003, categorisedActors: { "atlassian-user-role-actor": [me], "atlassian-group-role-actor": ["jira-administrators"] } }, 200))).toEqual(["Sync Service", "jira-administrators"]);
    expect(actors(jira.post<Json>(path, { group: ["jira-software-users"], user: null }, 200))).toContain("jira-software-users");
    jira.del(`${path}?group=jira-administrators`);
    expect(actors(jira.get(path))).toEqual(["Sync Service", "jira-software-users"]);
    expect([jira.call("POST", path, {}).status, jira.call("POST", path, { user: ["nobody"] }).status, jira.call("GET", "/rest/api/2/project/DEMO/role/1").status]).toEqual([400, 404, 404]);
    expect(jira.get("/rest/api/2/role/10003")).toMatchObject({ id: 10003, name: "Developers" });
    expect(caller(flavour, { admin: false }).call("POST", path, { group: ["jira-administrators"] }).status).toBe(403);
  });
});

describe("webhooks", () => {
  it.each([["cloud", "/rest/webhooks/1.0/webhook", "enabled"], ["dc", "/rest/webhooks/1.0/webhook", "enabled"], ["dc", "/rest/jira-webhook/1.0/webhooks", "active"]] as const)("are kept for their clients (%s %s)", (flavour, path, flag) => {
    const jira = caller(flavour);
    const made = jira.post(path, { name: "mine", url: "https://a.test/hook", events: ["jira:issue_created"], filters: { "issue-related-events-section": "project = DEMO" }, configuration: { SECRET: "x" } });
    const id = String(made["self"]).split("/").at(-1) ?? "";
    expect(jira.put<Json>(`${path}/${id}`, { [flag]: false }, 200)).toMatchObject({ name: "mine", [flag]: false });
    expect(jira.get<readonly Json[]>(path)).toHaveLength(1);
    jira.del(`${path}/${id}`);
    expect([jira.call("GET", `${path}/${id}`).status, jira.call("POST", path, { name: "x", url: "nowhere" }).status]).toEqual([404, 400]);
  });
});

describe("the lists of a site", () => {
  const both = ["application-properties", "permissionscheme", "permissionscheme/0", "notificationscheme", "issuesecurityschemes", "securitylevel/10000", "dashboard", "dashboard/10000", "workflow", "screens", "avatar/project/system", "issuetypescheme",
    "project/DEMO/permissionscheme", "project/DEMO/notificationscheme", "project/DEMO/issuesecuritylevelscheme", "project/DEMO/avatars", "project/DEMO/roledetails", "projectvalidate/key?key=NEW", "groupuserpicker?query=an", "user/permission/search?permissions=BROWSE_PROJECTS&projectKey=DEMO"] as const;

  it.each(["cloud", "dc"] as const)("are there to be read (%s)", (flavour) => {
    const jira = caller(flavour);
    const first = String((jira.jira.state() as { tables: { securityLevels: readonly Json[] } }).tables.securityLevels[0]?.["id"]);
    const more = flavour === "cloud" ? ["workflow/search", "workflowscheme", "dashboard/search"] : ["user/avatars", "priorityschemes", "project/DEMO/priorityscheme", "project/DEMO/workflowscheme"];
    for (const path of [...both, ...more]) expect([path, jira.call("GET", `/rest/api/2/${path.replace("securitylevel/10000", `securitylevel/${first}`)}`).status]).toEqual([path, 200]);
  });

  it("change a setting, and only one that is there", () => {
    const jira = caller("dc");
    jira.put("/rest/api/latest/application-properties/jira.clone.prefix", { id: "jira.clone.prefix", value: "COPY" }, 200);
    expect(jira.get("/rest/api/2/application-properties?key=jira.clone.prefix")).toMatchObject({ value: "COPY", defaultValue: "CLONE -" });
    expect(jira.call("GET", "/rest/api/2/application-properties?key=none").status).toBe(404);
  });

  it("make, rename and remove a link type with its links", () => {
    const jira = caller("cloud");
    const { id } = jira.post<{ id: string }>("/rest/api/3/issueLinkType", { name: "Tests", inward: "is tested by", outward: "tests" });
    const [one, two] = [newIssue(jira, {}), newIssue(jira, {})];
    jira.post("/rest/api/3/issueLink", { type: { name: "Tests" }, inwardIssue: { key: one }, outwardIssue: { key: two } });
    expect(jira.put<Json>(`/rest/api/3/issueLinkType/${id}`, { name: "Proves" }, 200)).toMatchObject({ name: "Proves", outward: "tests" });
    expect(jira.call("POST", "/rest/api/3/issueLinkType", { name: "Proves", inward: "a", outward: "b" }).status).toBe(400);
    jira.del(`/rest/api/3/issueLinkType/${id}`);
    expect(jira.get<{ fields: { issuelinks: unknown[] } }>(`/rest/api/3/issue/${one}?fields=issuelinks`).fields.issuelinks).toEqual([]);
  });

  it("put a project away and bring it back", () => {
    const jira = caller("dc");
    jira.put("/rest/api/2/project/SEC/archive", undefined);
    expect(jira.get<readonly Json[]>("/rest/api/2/project").map((row) => row["key"])).toEqual(["DEMO"]);
    jira.put("/rest/api/2/project/SEC/restore", undefined, 202);
    expect(jira.get<readonly Json[]>("/rest/api/2/project")).toHaveLength(2);
  });
});

describe("people and comments of Data Center", () => {
  it("keep their key when the login is renamed", () => {
    const jira = caller("dc");
    expect(jira.put<Json>("/rest/api/2/user?username=bo.chen", { name: "bo" }, 200)).toMatchObject({ name: "bo", key: "JIRAUSER10102" });
    expect([jira.call("GET", "/rest/api/2/user?username=bo.chen").status, jira.get("/rest/api/2/user?key=JIRAUSER10102")["name"], jira.call("PUT", "/rest/api/2/user?username=bo", { name: "sync" }).status]).toEqual([404, "bo", 400]);
  });

  it("are pinned and let go", () => {
    const jira = caller("dc");
    const key = newIssue(jira, {});
    const { id } = jira.post<{ id: string }>(`/rest/api/2/issue/${key}/comment`, { body: "x" });
    jira.put(`/rest/api/2/issue/${key}/comment/${id}/pin`, "true");
    expect(jira.get<readonly Json[]>(`/rest/api/2/issue/${key}/pinned-comments`)).toMatchObject([{ comment: { id } }]);
    jira.put(`/rest/api/2/issue/${key}/comment/${id}/pin`, "false");
    expect(jira.get(`/rest/api/2/issue/${key}/pinned-comments`)).toEqual([]);
  });
});

describe("JQL that people keep in their filters", () => {
  it.each([
    ["text ~ \"alpha OR beta\"", 2], ["text ~ \"NOT alpha\"", 1], ["text ~ \"alpha NOT one\"", 0], ["project in projectsWhereUserHasPermission(\"Edit Issues\")", 2], ["project in projectsWhereUserHasRole(Developers)", 2], ["project in projectsLeadByUser(\"Anna Berg\")", 2],
    ["component in componentsLeadByUser()", 0], ["lastViewed is EMPTY", 2], ["workRatio > 10", 0], ["category is EMPTY", 2], ["projectType = software", 2], ["worklogDate >= -1d", 0], ["worklogComment ~ x", 0], ["statusCategoryChangedDate >= -1d", 2],
  ] as const)("%s finds %i", (jql, count) => {
    const jira = caller("dc");
    for (const summary of ["Alpha one", "Beta two"]) newIssue(jira, { summary });
    const lead = jira.get<{ lead: { displayName: string } }>("/rest/api/2/project/DEMO").lead.displayName;
    expect(jira.get(`/rest/api/2/search?maxResults=0&jql=${encodeURIComponent(jql.replace("Anna Berg", lead))}`)["total"]).toBe(count);
  });
});

describe("shapes that the client of version 6 checks", () => {
  it("are those of its schemas", () => {
    const jira = caller("cloud");
    jira.post("/rest/api/3/version", { name: "1.0", projectId: 10000 });
    expect(jira.get("/rest/agile/1.0/board/1/version")).toMatchObject({ values: [{ id: 10000 }] });
    expect(jira.get("/rest/agile/1.0/board/1")).toMatchObject({ location: { avatarURI: expect.stringMatching(/^http:/) } });
    expect(jira.get("/rest/api/3/task/1")).toMatchObject({ self: expect.stringMatching(/^http:/), elapsedRuntime: 1, submittedBy: 10_000 });
    expect(jira.get("/rest/api/3/filter/10000")).toMatchObject({ subscriptions: { size: 0, items: [] } });
    expect(caller("dc").get("/rest/api/2/filter/10000")).toMatchObject({ subscriptions: { size: 0, items: [] } });
  });
});

describe("filters", () => {
  it("are found with the details that are asked for, and shared", () => {
    const jira = caller("cloud");
    const { id } = jira.post<{ id: string }>("/rest/api/3/filter", { name: "A first", jql: "project = DEMO", sharePermissions: [{ type: "global" }] }, 200);
    const found = jira.get<{ values: Record<string, unknown>[] }>(`/rest/api/3/filter/search?orderBy=-name&expand=jql,subscriptions`).values;
    expect(found.at(-1)).toEqual({ expand: expect.stringContaining("jql"), self: expect.stringMatching(/^http:/), id, name: "A first", jql: "project = DEMO", subscriptions: [] });
    expect(jira.get<{ total: number }>(`/rest/api/3/filter/search?id=${id}&filterName=%22a%20first%22`).total).toBe(1);
    expect(jira.post(`/rest/api/3/filter/${id}/permission`, { type: "group", groupname: "jira-users" })).toMatchObject([{ type: "global" }, { type: "group", group: { name: "jira-users" } }]);
    expect(jira.get(`/rest/api/3/filter/${id}`)).toMatchObject({ sharePermissions: [{ type: "global" }, { type: "group" }] });
  });
});

describe("worklogs", () => {
  it.each(["cloud", "dc"] as const)("have properties, and any of their days finds the issue (%s)", (flavour) => {
    const jira = caller(flavour);
    const path = `/rest/api/2/issue/${newIssue(jira, {})}/worklog`;
    const { id } = jira.post<{ id: string }>(path, { timeSpent: "1h", started: "2026-01-05T10:00:00.000+0000", properties: [{ key: "a", value: 1 }] });
    jira.post(path, { timeSpent: "1h", started: "2026-02-05T10:00:00.000+0000" });
    jira.put(`${path}/${id}/properties/b`, { c: 2 }, 201);
    expect(jira.get(`${path}/${id}?expand=properties`)).toMatchObject({ properties: [{ key: "a", value: 1 }, { key: "b", value: { c: 2 } }] });
    jira.del(`${path}/${id}/properties/a`);
    expect(jira.get(`${path}/${id}/properties`)).toMatchObject({ keys: [{ key: "b" }] });
    const found = (jql: string): unknown => (flavour === "cloud" ? jira.post<Json>("/rest/api/3/search/approximate-count", { jql }, 200)["count"] : jira.get(`/rest/api/2/search?maxResults=0&jql=${encodeURIComponent(jql)}`)["total"]);
    expect([found("worklogDate = 2026-01-05"), found("worklogDate <= 2026-01-05"), found("worklogDate = 2026-01-06"), found("worklogDate < 2026-01-06"), found("worklogDate > 2026-02-05"), found("worklogDate is EMPTY AND project = DEMO")]).toEqual([1, 1, 0, 1, 0, 0]);
  });
});

describe("labels", () => {
  it.each(["cloud", "dc"] as const)("are suggested where their field says so (%s)", (flavour) => {
    const jira = caller(flavour);
    const key = newIssue(jira, { labels: ["blue", "Black", "red"] });
    const { fields } = jira.get<{ fields: { labels: { autoCompleteUrl: string } } }>(`/rest/api/2/issue/${key}/editmeta`);
    const { pathname, search } = new URL(fields.labels.autoCompleteUrl);
    expect(jira.get(`${pathname}${search}bl`)).toEqual({ token: "bl", suggestions: [{ label: "Black", html: "<b>Bl</b>ack" }, { label: "blue", html: "<b>bl</b>ue" }] });
  });
});

describe("small things beside", () => {
  it("are told from the path, whatever slashes it doubles", () => {
    expect(caller("cloud").get("//rest/api/3/myself")).toMatchObject({ self: expect.stringContaining("jira.test/rest/api/3/user?") });
  });

  it("are answered", () => {
    const [cloud, dc] = [caller("cloud"), caller("dc")];
    const id = cloud.get(`/rest/api/3/issue/${newIssue(cloud, {})}`)["id"];
    expect(cloud.post("/rest/api/3/issue/watching", { issueIds: [id] }, 200)).toEqual({ issuesIsWatching: { [String(id)]: expect.any(Boolean) } });
    expect(cloud.post("/rest/api/3/jql/sanitize", { queries: [{ query: "project = DEMO" }] }, 200)).toEqual({ queries: [{ initialQuery: "project = DEMO", sanitizedQuery: "project = DEMO" }] });
    expect(cloud.post("/rest/api/3/permissions/project", { permissions: ["BROWSE_PROJECTS"] }, 200)).toMatchObject({ projects: [{ id: 10000, key: "DEMO" }, {}] });
    for (const jira of [cloud, dc]) {
      expect(jira.get("/rest/agile/1.0/board/1/quickfilter")).toMatchObject({ values: [], isLast: true });
      expect(jira.get("/rest/api/2/project/type/software")).toMatchObject({ key: "software" });
    }
    const field = dc.get<readonly Json[]>("/rest/api/2/field").find((one) => (one["schema"] as Json | undefined)?.["custom"] === "com.atlassian.jira.plugin.system.customfieldtypes:select");
    expect(dc.get(`/rest/api/2/customFields/${String(field?.["id"])}/options?maxResults=1`)).toMatchObject({ options: [{ id: expect.any(Number), disabled: false, childrenIds: [] }], total: expect.any(Number) });
  });
});

describe("restricted comments and worklogs", () => {
  it("are seen by who holds the role in the project", () => {
    const jira = caller("dc");
    const path = `/rest/api/2/issue/${newIssue(jira, {})}`;
    const visibility = { type: "role", value: "Developers" };
    const { id } = jira.post<{ id: string }>(`${path}/comment`, { body: "hidden", visibility });
    jira.post(`${path}/worklog`, { timeSpent: "1h", visibility });
    const seen = (): unknown => [jira.get(`${path}/comment`)["total"], jira.get(`${path}/worklog`)["total"], jira.call("GET", `${path}/comment/${id}`).status];
    expect(seen()).toEqual([1, 1, 200]);
    jira.put("/rest/api/2/project/DEMO/role/10003", { categorisedActors: { "atlassian-group-role-actor": ["jira-software-users"] } }, 200);
    expect(seen()).toEqual([1, 1, 200]);
    jira.put("/rest/api/2/project/DEMO/role/10003", { categorisedActors: { "atlassian-user-role-actor": [] } }, 200);
    expect(seen()).toEqual([0, 0, 404]);
  });
});
