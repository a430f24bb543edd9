// What hangs on an issue and stands beside it in the imitated Jira: comments, files, work, links, people, versions, sprints.

import { describe, expect, it } from "vitest";
import { basic, caller, doc, newIssue, type Caller } from "./jiraCaller.ts";

type Json = Record<string, unknown>;

const updated = (jira: Caller, key: string): string => jira.get<{ fields: { updated: string } }>(`/rest/api/2/issue/${key}?fields=updated`).fields.updated;
const historyOf = (jira: Caller, key: string): readonly Json[] =>
  jira.get<{ changelog: { histories: readonly { items: readonly Json[] }[] } }>(`/rest/api/2/issue/${key}?expand=changelog&fields=summary`).changelog.histories.flatMap((one) => one.items);
/** Whether a deed moved `updated`. */
const moves = (jira: Caller, key: string, deed: () => void): boolean => {
  const before = updated(jira, key);
  jira.tick(60);
  deed();
  return updated(jira, key) !== before;
};

const multipart = (files: readonly (readonly [string, string])[], type = "text/plain"): { body: Buffer; headers: Record<string, string> } => {
  const parts = files.map(([name, content]) => `--b0\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`);
  return { body: Buffer.from(`${parts.join("")}--b0--\r\n`), headers: { "content-type": "multipart/form-data; boundary=b0", "x-atlassian-token": "no-check" } };
};

describe("people of Data Center", () => {
  it("are found by their login however it is written, and no two differ in that alone", () => {
    const jira = caller("dc");
    const assignee = (key: string) => jira.get<{ fields: { assignee: Json | null } }>(`/rest/api/2/issue/${key}?fields=assignee`).fields.assignee?.["name"];
    const key = newIssue(jira, { assignee: { name: "Anna.Berg" } });
    expect(assignee(key)).toBe("anna.berg");
    jira.put(`/rest/api/2/issue/${key}/assignee`, { name: "SYNC" });
    expect(assignee(key)).toBe("sync");
    expect(jira.call("POST", `/rest/api/2/issue/${key}/watchers`, '"ANNA.BERG"').status).toBe(204);
    expect(jira.call("GET", "/rest/api/2/myself", undefined, { authorization: basic("Sync", "jira-pass") }).status).toBe(200);
    expect(jira.call("POST", "/rest/api/2/user", { name: "Anna.Berg", emailAddress: "other@example.com" }).status).toBe(400);
  });
});

it("Cloud tells statuses by their ids, as those who edit workflows see them", () => {
  expect(caller("cloud").get("/rest/api/3/statuses?id=3&id=99")).toEqual([{ id: "3", name: "In Progress", description: expect.any(String), statusCategory: "IN_PROGRESS", scope: { type: "GLOBAL" } }]);
});

describe("comments", () => {
  it("are paged, ordered, changed and removed, each moving updated as the switches say", () => {
    const jira = caller("cloud", { commentEditMovesUpdated: false });
    const key = newIssue(jira, {});
    let id = "";
    expect(moves(jira, key, () => { id = String(jira.post(`/rest/api/3/issue/${key}/comment`, { body: doc("one"), properties: [{ key: "sync", value: 1 }] })["id"]); })).toBe(true);
    jira.post(`/rest/api/2/issue/${key}/comment`, { body: "*two*" });
    expect(jira.get(`/rest/api/3/issue/${key}/comment?orderBy=-created&maxResults=1&expand=renderedBody`)).toMatchObject({ total: 2, maxResults: 1, comments: [{ renderedBody: "<p><b>two</b></p>" }] });
    expect(moves(jira, key, () => void jira.put(`/rest/api/3/issue/${key}/comment/${id}`, { body: doc("three") }, 200))).toBe(false);
    expect(jira.get(`/rest/api/3/comment/${id}/properties/sync`)).toEqual({ key: "sync", value: 1 });
    expect(moves(jira, key, () => void jira.del(`/rest/api/3/issue/${key}/comment/${id}`))).toBe(true);
    expect([jira.call("GET", `/rest/api/3/issue/${key}/comment/${id}`).status, historyOf(jira, key)]).toEqual([404, []]);
  });

  it.each<[unknown, unknown]>([
    [{ body: "plain" }, { errors: { comment: "Comment body is not valid!" } }],
    [{ body: { type: "doc", version: 1, content: [{ type: "nonsense" }] } }, { errors: { comment: "Comment body is not valid!" } }],
    [{}, { errors: { comment: expect.any(String) } }],
    [{ body: doc("x"), visibility: { type: "role", value: "Nobody" } }, { errors: { commentLevel: expect.any(String) } }],
  ])("refuse %j", (body, answer) => {
    const jira = caller("cloud");
    expect(jira.call("POST", `/rest/api/3/issue/${newIssue(jira, {})}/comment`, body)).toMatchObject({ status: 400, body: answer as object });
  });

  it("stay restricted only while told so", () => {
    const jira = caller("dc");
    const key = newIssue(jira, {});
    const { id } = jira.post<{ id: string }>(`/rest/api/2/issue/${key}/comment`, { body: "x", visibility: { type: "role", value: "Developers" } });
    expect(jira.get(`/rest/api/2/issue/${key}/comment/${id}`)).toMatchObject({ visibility: { type: "role", value: "Developers" } });
    expect(jira.put(`/rest/api/2/issue/${key}/comment/${id}`, { body: "y" }, 200)).not.toHaveProperty("visibility");
    const outsider = caller("dc", { admin: false });
    const other = newIssue(outsider, {});
    outsider.jira.edit({ action: "comment", type: "issue", id: other, fields: { text: "secret", visibility: { type: "group", value: "jira-administrators" } } });
    expect(outsider.get(`/rest/api/2/issue/${other}/comment`)).toMatchObject({ total: 0 });
  });
});

describe("attachments", () => {
  it("need their header, keep their names, and redirect to another host on Cloud", () => {
    const jira = caller("cloud", { baseUrl: "http://127.0.0.1:9" });
    const key = newIssue(jira, {});
    const { body, headers } = multipart([["größe.txt", "hello"], ["größe.txt", "again"]]);
    expect(jira.call("POST", `/rest/api/3/issue/${key}/attachments`, body, { ...headers, "x-atlassian-token": undefined })).toMatchObject({ status: 403, body: "XSRF check failed" });
    const files = jira.call("POST", `/rest/api/3/issue/${key}/attachments`, body, headers).body as readonly { id: string; filename: string; size: number; content: string }[];
    expect(files).toMatchObject([{ filename: "größe.txt", size: 5, mimeType: "text/plain" }, { filename: "größe.txt" }]);
    const redirect = jira.call("GET", new URL(files[0]?.content ?? "").pathname);
    expect([redirect.status, redirect.headers["Location"]]).toEqual([303, expect.stringMatching(/^http:\/\/localhost:9\/media\/file\//)]);
    expect(jira.call("GET", `/secure/attachment/${files[0]?.id ?? ""}/gr%C3%B6%C3%9Fe.txt`)).toMatchObject({ status: 303, headers: { Location: expect.stringContaining("/media/file/") } });
    const location = new URL(String(redirect.headers["Location"]));
    const target = location.pathname + location.search;
    expect(jira.call("GET", target, undefined, { authorization: undefined }).body).toEqual(Buffer.from("hello"));
    expect(jira.call("GET", target).status).toBe(400);
    expect(jira.call("GET", `/rest/api/3/attachment/content/${files[0]?.id ?? ""}?redirect=false`, undefined, { range: "bytes=1-2" })).toMatchObject({ status: 206, body: Buffer.from("el") });
    expect(jira.get(`/rest/api/3/attachment/${files[0]?.id ?? ""}`)).toMatchObject({ id: Number(files[0]?.id) });
    expect(moves(jira, key, () => void jira.del(`/rest/api/3/attachment/${files[0]?.id ?? ""}`))).toBe(true);
    expect(historyOf(jira, key).map((line) => line["field"])).toEqual(["Attachment", "Attachment", "Attachment"]);
  });

  it("are refused when too large, and come from the same host on Data Center", () => {
    const jira = caller("dc", { uploadLimit: 6 });
    const key = newIssue(jira, {});
    const large = multipart([["a.txt", "too large"]]);
    expect(jira.call("POST", `/rest/api/2/issue/${key}/attachments`, large.body, large.headers).status).toBe(413);
    const small = multipart([["a b.txt", "hello"]]);
    const [file] = jira.call("POST", `/rest/api/2/issue/${key}/attachments`, small.body, small.headers).body as readonly { content: string }[];
    expect(file?.content).toMatch(/\/secure\/attachment\/\d+\/a%20b\.txt$/);
    const path = new URL(file?.content ?? "").pathname;
    expect(jira.call("GET", path).body).toEqual(Buffer.from("hello"));
    const image = multipart([["a.png", "image"]], "image/png");
    const [picture] = jira.call("POST", `/rest/api/2/issue/${key}/attachments`, image.body, image.headers).body as readonly { thumbnail: string }[];
    expect(jira.call("GET", new URL(picture?.thumbnail ?? "").pathname)).toMatchObject({ status: 200, headers: { "Content-Type": "image/png" } });
    expect(jira.call("GET", path, undefined, { authorization: undefined })).toMatchObject({ status: 302, headers: { Location: expect.stringContaining("login.jsp") } });
    expect(jira.call("GET", "/login.jsp", undefined, { authorization: undefined })).toMatchObject({ status: 200, headers: { "Content-Type": "text/html;charset=UTF-8" } });
  });
});

describe("work", () => {
  it("changes the estimates and tells the feeds a minute later", () => {
    const jira = caller("cloud");
    const key = newIssue(jira, { timetracking: { originalEstimate: "1d" } });
    const { id } = jira.post<{ id: string }>(`/rest/api/3/issue/${key}/worklog`, { timeSpent: "1h 30m", started: "2026-03-02T09:00:00.000+0100", comment: doc("done") });
    expect(jira.get(`/rest/api/3/issue/${key}?fields=timetracking,worklog`)).toMatchObject({ fields: { timetracking: { timeSpent: "1h 30m", remainingEstimateSeconds: 23400 }, worklog: { total: 1, maxResults: 20 } } });
    jira.put(`/rest/api/3/issue/${key}/worklog/${id}?adjustEstimate=leave`, { timeSpentSeconds: 3600 }, 200);
    expect(jira.get("/rest/api/3/worklog/updated?since=0")).toMatchObject({ values: [], lastPage: true });
    jira.tick(61);
    expect(jira.get("/rest/api/3/worklog/updated?since=0")).toMatchObject({ values: [{ worklogId: Number(id) }, { worklogId: Number(id) }] });
    expect(jira.post("/rest/api/3/worklog/list", { ids: [Number(id)] }, 200)).toMatchObject([{ id, timeSpentSeconds: 3600 }]);
    jira.del(`/rest/api/3/issue/${key}/worklog/${id}`);
    for (const body of [{ timeSpent: "soon" }, {}, { timeSpentSeconds: "an hour" }, { timeSpent: "1h", started: "2026-03-02T09:00:00Z" }]) expect(jira.call("POST", `/rest/api/3/issue/${key}/worklog`, body).status).toBe(400);
  });

  it("takes seconds as text, and leaves nothing remaining where nothing was estimated", () => {
    const jira = caller("dc");
    const key = newIssue(jira, {});
    jira.post(`/rest/api/2/issue/${key}/worklog`, { timeSpentSeconds: "3600" });
    expect(jira.get(`/rest/api/2/issue/${key}?fields=timetracking`)).toMatchObject({ fields: { timetracking: { timeSpentSeconds: 3600, remainingEstimate: "0m", remainingEstimateSeconds: 0 } } });
  });
});

describe("links", () => {
  it("run from inwardIssue to outwardIssue, once, and move both ends", () => {
    const jira = caller("dc");
    const [one, two] = [newIssue(jira, {}), newIssue(jira, {})];
    const body = { type: { name: "Blocks" }, inwardIssue: { key: one }, outwardIssue: { key: two }, comment: null };
    expect(moves(jira, two, () => expect(jira.call("POST", "/rest/api/2/issueLink", body)).toMatchObject({ status: 201, body: undefined }))).toBe(true);
    jira.post("/rest/api/2/issueLink", body);
    const links = (key: string): readonly Json[] => jira.get<{ fields: { issuelinks: readonly Json[] } }>(`/rest/api/2/issue/${key}?fields=issuelinks`).fields.issuelinks;
    expect([links(one), links(two)]).toMatchObject([[{ outwardIssue: { key: two } }], [{ inwardIssue: { key: one } }]]);
    expect([historyOf(jira, one), historyOf(jira, two)]).toMatchObject([[{ field: "Link", to: two, toString: `This issue blocks ${two}` }], [{ toString: `This issue is blocked by ${one}` }]]);
    expect(jira.get(`/rest/api/2/search?jql=${encodeURIComponent(`issue in linkedIssues(${one}, blocks)`)}`)).toMatchObject({ issues: [{ key: two }] });
    jira.del(`/rest/api/2/issueLink/${String(links(one)[0]?.["id"])}`);
    expect(links(two)).toEqual([]);
    expect(jira.call("POST", "/rest/api/2/issueLink", { ...body, type: { name: "Nope" } }).status).toBe(404);
    expect(jira.call("POST", "/rest/api/2/issueLink", { ...body, outwardIssue: { key: "DEMO-99" } }).status).toBe(404);
  });

  it("to other systems are one per global id", () => {
    const jira = caller("cloud");
    const key = newIssue(jira, {});
    const link = (title: string, globalId?: string): number => jira.call("POST", `/rest/api/3/issue/${key}/remotelink`, { ...(globalId ? { globalId } : {}), relationship: "synchronized with", object: { url: "https://o.test/77", title } }).status;
    expect(moves(jira, key, () => expect(link("A", "system=octane&id=77")).toBe(201))).toBe(true);
    expect([link("B", "system=octane&id=77"), link("C"), link("C")]).toEqual([200, 201, 201]);
    expect(jira.get(`/rest/api/3/issue/${key}/remotelink`)).toMatchObject([{ id: expect.any(Number), object: { title: "B" } }, {}, {}]);
    expect(jira.get(`/rest/api/3/issue/${key}/remotelink?globalId=${encodeURIComponent("system=octane&id=77")}`)).toMatchObject({ object: { title: "B" } });
    expect(jira.post("/rest/api/3/search/jql", { jql: "issue in issuesWithRemoteLinksByGlobalId(\"system=octane&id=77\")", fields: ["key"] }, 200)).toMatchObject({ issues: [{ key }] });
    const path = `/rest/api/3/issue/${key}/remotelink?globalId=${encodeURIComponent("system=octane&id=77")}`;
    expect([jira.call("DELETE", path).status, jira.call("DELETE", path, undefined, { "content-type": "application/json" }).status]).toEqual([415, 204]);
    expect(historyOf(jira, key).every((line) => line["field"] === "RemoteIssueLink")).toBe(true);
    expect(caller("cloud").call("POST", "/rest/api/3/issue/X-1/remotelink", { object: { url: "x" } }).status).toBe(404);
  });
});

describe("people and permissions", () => {
  it("are found as each flavour finds them", () => {
    const [cloud, dc] = [caller("cloud"), caller("dc")];
    const names = (rows: readonly { displayName: string }[]): readonly string[] => rows.map((row) => row.displayName);
    expect(names(cloud.get("/rest/api/3/user/search?query=muster"))).toEqual(["Max Muster", "Max Muster"]);
    expect(names(cloud.get("/rest/api/3/users/search?maxResults=3"))).toEqual(["Sync Service", "Anna Berg", "Bo Chen"]);
    expect(names(cloud.get("/rest/api/3/user/assignable/search?project=DEMO&maxResults=7"))).not.toContain("Ivo Inactive");
    expect([cloud.call("GET", "/rest/api/3/user/assignable/search").status, cloud.call("GET", "/rest/api/3/user/email?accountId=x").status]).toEqual([400, 400]);
    expect(names(dc.get("/rest/api/2/user/search?username=."))).toHaveLength(6);
    expect(dc.get("/rest/api/2/user?username=bo.chen")).toMatchObject({ key: "JIRAUSER10102", name: "bo.chen", emailAddress: "bo.chen@example.com", deleted: false });
    expect(dc.get("/rest/api/2/user/picker?query=ann")).toMatchObject({ total: 1, users: [{ name: "anna.berg" }] });
    expect(cloud.get("/rest/api/3/user/bulk?accountId=5b10ac8d82e05b22cc7d4ef5&accountId=5b109f2e9729b51b54dc274d")).toMatchObject({ total: 2 });
    expect(cloud.get("/rest/api/3/group/member?groupname=jira-administrators")).toMatchObject({ values: [{ displayName: "Sync Service" }] });
  });

  it("have rights, told in each flavour's own way", () => {
    const cloud = caller("cloud", { deniedPermissions: ["DELETE_ISSUES"] });
    expect(cloud.call("GET", "/rest/api/3/mypermissions").status).toBe(400);
    expect(cloud.call("GET", "/rest/api/3/mypermissions?permissions=NOPE").status).toBe(400);
    expect(cloud.get("/rest/api/3/mypermissions?permissions=DELETE_ISSUES,CREATE_ISSUES&projectKey=DEMO")).toMatchObject({ permissions: { DELETE_ISSUES: { havePermission: false }, CREATE_ISSUES: { id: "11", havePermission: true } } });
    expect(caller("dc").get("/rest/api/2/mypermissions")).toMatchObject({ permissions: { BROWSE: { deprecatedKey: true }, BROWSE_PROJECTS: { havePermission: true } } });
    expect(cloud.call("GET", "/rest/api/3/project/NOPE")).toMatchObject({ status: 404, body: { errorMessages: ["No project could be found with key 'NOPE'."] } });
  });
});

describe("versions and components", () => {
  it("are made, ordered, released, merged and removed", () => {
    const jira = caller("cloud");
    const make = (name: string): string => String(jira.post("/rest/api/3/version", { name, projectId: 10000, releaseDate: "2026-03-01", startDate: "2026-02-01" })["id"]);
    const [one, two, three] = [make("1"), make("2"), make("3")];
    const key = newIssue(jira, { fixVersions: [{ id: one }, { id: two }] });
    const names = (): readonly string[] => jira.get<readonly { name: string }[]>("/rest/api/3/project/DEMO/versions").map((row) => row.name);
    expect(jira.get(`/rest/api/3/version/${one}`)).toMatchObject({ overdue: true, projectId: 10000, userReleaseDate: "01/Mar/26", archived: false, released: false });
    expect(jira.call("POST", "/rest/api/3/version", { name: "1", projectId: 10000 }).status).toBe(400);
    expect(moves(jira, key, () => void jira.put(`/rest/api/3/version/${one}`, { name: "1.0", released: true }, 200))).toBe(false);
    jira.post(`/rest/api/3/version/${three}/move`, { position: "First" }, 200);
    expect(names()).toEqual(["3", "1.0", "2"]);
    jira.put(`/rest/api/3/version/${one}/mergeto/${three}`, undefined);
    expect([names(), jira.call("GET", `/rest/api/3/version/${one}`).status, jira.get(`/rest/api/3/issue/${key}?fields=fixVersions`)]).toMatchObject([["3", "2"], 404, { fields: { fixVersions: [{ name: "2" }, { name: "3" }] } }]);
    jira.post(`/rest/api/3/version/${two}/removeAndSwap`, {}, 204);
    expect(jira.get("/rest/api/3/project/DEMO/version?status=unreleased")).toMatchObject({ total: 1 });
    const component = String(jira.post("/rest/api/3/component", { name: "UI", project: "DEMO", leadAccountId: "5b10ac8d82e05b22cc7d4ef5" })["id"]);
    expect(jira.get(`/rest/api/3/component/${component}`)).toMatchObject({ lead: { displayName: "Anna Berg" }, project: "DEMO", projectId: 10000 });
    jira.del(`/rest/api/3/component/${component}`);
  });
});

describe("boards and sprints", () => {
  const board = (jira: Caller): number => jira.get<{ values: readonly { id: number }[] }>("/rest/agile/1.0/board?projectKeyOrId=DEMO").values[0]?.id ?? 0;
  const dates = { startDate: "2026-03-02T09:00:00.000Z", endDate: "2026-03-16T09:00:00.000Z" };

  it("tell their filter, columns, estimation and rank", () => {
    const jira = caller("dc");
    expect(jira.get(`/rest/agile/1.0/board/${board(jira)}/configuration`)).toMatchObject({ type: "scrum", filter: { id: "10000" }, columnConfig: { columns: [{ name: "To Do" }, { name: "In Progress" }, { name: "Done" }] }, estimation: { field: { fieldId: "customfield_10106" } }, ranking: { rankCustomFieldId: 10105 } });
    const filter = String(jira.post("/rest/api/2/filter", { name: "F", jql: "project = SEC" }, 200)["id"]);
    const kanban = jira.post<{ id: number }>("/rest/agile/1.0/board", { name: "K", type: "kanban", filterId: Number(filter) });
    expect(jira.call("GET", `/rest/agile/1.0/board/${kanban.id}/sprint`)).toMatchObject({ status: 400, body: { errorMessages: ["The board does not support sprints"] } });
    jira.del(`/rest/agile/1.0/board/${kanban.id}`);
  });

  it.each(["cloud", "dc"] as const)("go from future to active to closed and nowhere else (%s)", (flavour) => {
    const jira = caller(flavour);
    const { id } = jira.post<{ id: number }>("/rest/agile/1.0/sprint", { name: " S 1 ", originBoardId: board(jira), goal: "g" });
    const set = (body: unknown): number => jira.call("POST", `/rest/agile/1.0/sprint/${id}`, body).status;
    expect([set({ state: "closed" }), set({ state: "active" }), set({ state: "active", ...dates })]).toEqual([400, 400, 200]);
    const other = jira.post<{ id: number }>("/rest/agile/1.0/sprint", { name: "S 2", originBoardId: board(jira), ...dates });
    expect(jira.call("POST", `/rest/agile/1.0/sprint/${other.id}`, { state: "active" }).status).toBe(400);
    expect([set({ goal: "" }), set({ state: "closed" }), set({ state: "active" })]).toEqual([200, 200, 400]);
    expect(jira.get(`/rest/agile/1.0/sprint/${id}`)).toMatchObject({ state: "closed", name: "S 1", goal: "", completeDate: expect.any(String), originBoardId: board(jira) });
    expect(jira.get<{ startDate: string }>(`/rest/agile/1.0/sprint/${id}`).startDate).toBe(flavour === "cloud" ? "2026-03-02T09:00:00.000Z" : "2026-03-02T04:00:00.000-05:00");
    expect(set({ name: "later" })).toBe(flavour === "cloud" ? 200 : 400);
    expect(jira.call("DELETE", `/rest/agile/1.0/sprint/${id}`).status).toBe(flavour === "cloud" ? 204 : 400);
    expect(jira.call("POST", "/rest/agile/1.0/sprint", { name: "x".repeat(31), originBoardId: board(jira) }).status).toBe(400);
    expect(jira.call("PUT", `/rest/agile/1.0/sprint/${other.id}`, { name: "S 3", state: "future" }).body).not.toHaveProperty("startDate");
  });

  it("keep closed sprints in the issue, and one open one, as text on Data Center", () => {
    const jira = caller("dc");
    const key = newIssue(jira, {});
    const sprint = (name: string): number => jira.post<{ id: number }>("/rest/agile/1.0/sprint", { name, originBoardId: board(jira), ...dates }).id;
    const [one, two] = [sprint("A, b [c]"), sprint("Two")];
    jira.post(`/rest/agile/1.0/sprint/${one}/issue`, { issues: [key] }, 204);
    jira.post(`/rest/agile/1.0/sprint/${one}`, { state: "active" }, 200);
    jira.post(`/rest/agile/1.0/sprint/${one}`, { state: "closed" }, 200);
    jira.put(`/rest/api/2/issue/${key}`, { fields: { customfield_10100: two } });
    const value = jira.get<{ fields: { customfield_10100: readonly string[] } }>(`/rest/api/2/issue/${key}`).fields.customfield_10100;
    expect(value).toEqual([expect.stringMatching(/^com\.atlassian\.greenhopper\.service\.sprint\.Sprint@[0-9a-f]+\[id=1,rapidViewId=1,state=CLOSED,name=A, b \[c\],startDate=2026-03-02T04:00:00\.000-05:00,/), expect.stringContaining("id=2,")]);
    expect(jira.get(`/rest/agile/1.0/issue/${key}`)).toMatchObject({ fields: { sprint: { id: two }, closedSprints: [{ id: one }], epic: null, flagged: false } });
    expect(historyOf(jira, key)).toMatchObject([{ field: "Sprint", from: "", to: "1", toString: "A, b [c]" }, { field: "Sprint", from: "1", to: "1, 2", toString: "A, b [c], Two" }]);
    expect(jira.call("POST", `/rest/agile/1.0/sprint/${one}/issue`, { issues: [key] }).status).toBe(400);
    expect(jira.call("POST", `/rest/agile/1.0/sprint/${two}/issue`, { issues: [key, "DEMO-99"] }).status).toBe(400);
    jira.post("/rest/agile/1.0/backlog/issue", { issues: [key] }, 204);
    expect(jira.get(`/rest/agile/1.0/sprint/${two}/issue`)).toMatchObject({ total: 0 });
  });

  it("rank issues, and say 207 when some could not be", () => {
    const jira = caller("cloud");
    const keys = [newIssue(jira, {}), newIssue(jira, {}), newIssue(jira, {})];
    const order = (): readonly string[] => jira.get<{ issues: readonly { key: string }[] }>(`/rest/agile/1.0/board/${board(jira)}/issue`).issues.map((one) => one.key);
    expect(order()).toEqual(keys);
    jira.put("/rest/agile/1.0/issue/rank", { issues: ["DEMO-3"], rankBeforeIssue: "DEMO-1" });
    expect(order()).toEqual(["DEMO-3", "DEMO-1", "DEMO-2"]);
    jira.put("/rest/agile/1.0/issue/rank", { issues: ["DEMO-3", "DEMO-1"], rankAfterIssue: "DEMO-2" });
    expect(order()).toEqual(["DEMO-2", "DEMO-3", "DEMO-1"]);
    jira.put("/rest/agile/1.0/issue/rank", { issues: ["DEMO-1"], rankAfterIssue: "DEMO-1" });
    for (let n = 0; n < 40; n += 1) jira.put("/rest/agile/1.0/issue/rank", { issues: [n % 2 === 0 ? "DEMO-3" : "DEMO-1"], rankAfterIssue: "DEMO-2" });
    expect(order()).toEqual(["DEMO-2", "DEMO-1", "DEMO-3"]);
    jira.jira.failBulkEntries([0]);
    expect(jira.call("PUT", "/rest/agile/1.0/issue/rank", { issues: ["DEMO-3", "DEMO-1"], rankBeforeIssue: "DEMO-2" })).toMatchObject({ status: 207, body: { entries: [{ status: 503 }, { status: 200 }] } });
  });

  it("serve both families of issue lists on Cloud", () => {
    const jira = caller("cloud");
    for (let n = 0; n < 3; n += 1) newIssue(jira, {});
    const page = jira.get<{ nextPageToken: string }>(`/rest/software/1.0/board/${board(jira)}/issue?maxResults=2&fields=summary`);
    expect(page).toMatchObject({ isLast: false, issues: [{ key: "DEMO-1" }, { key: "DEMO-2" }] });
    expect(jira.get(`/rest/software/1.0/board/${board(jira)}/issue?maxResults=2&fields=summary&nextPageToken=${page.nextPageToken}`)).toMatchObject({ isLast: true, issues: [{ key: "DEMO-3" }] });
    expect(jira.get(`/rest/software/1.0/board/${board(jira)}/backlog/approximate-count`)).toEqual({ count: 3 });
    expect(caller("dc").call("GET", "/rest/software/1.0/board/1/issue").status).toBe(404);
  });

  it("gather stories below epics by each flavour's own field", () => {
    const dc = caller("dc");
    const epic = newIssue(dc, { issuetype: { name: "Epic" }, customfield_10103: "Big" });
    const story = newIssue(dc, { customfield_10101: epic });
    expect(dc.get(`/rest/api/2/issue/${story}`)).toMatchObject({ fields: { customfield_10101: epic } });
    expect(dc.get(`/rest/api/2/issue/${story}`)).not.toHaveProperty("fields.parent");
    expect(dc.get(`/rest/agile/1.0/epic/${epic}/issue`)).toMatchObject({ total: 1 });
    expect(dc.post(`/rest/agile/1.0/epic/${epic}`, { name: "Bigger", done: true }, 200)).toMatchObject({ name: "Bigger", done: true, color: { key: "color_1" } });
    const cloud = caller("cloud");
    const big = newIssue(cloud, { issuetype: { name: "Epic" } });
    const small = newIssue(cloud, { parent: { key: big } });
    expect(cloud.get(`/rest/api/3/issue/${small}`)).toMatchObject({ fields: { parent: { key: big, fields: { issuetype: { name: "Epic" } } }, customfield_10014: big } });
    cloud.put(`/rest/api/3/issue/${small}`, { update: { parent: [{ set: { none: true } }] } });
    expect(cloud.get(`/rest/api/3/issue/${small}`)).not.toHaveProperty("fields.parent");
    expect(cloud.call("PUT", `/rest/api/3/issue/${big}`, { fields: { parent: { key: small } } }).status).toBe(400);
  });
});
