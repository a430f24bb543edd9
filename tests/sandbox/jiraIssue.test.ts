// Issues of the imitated Jira: what a create and an edit accept, how they answer, transitions, history, moves and deletion.

import { describe, expect, it } from "vitest";
import { caller, doc, newIssue, type Caller } from "./jiraCaller.ts";

interface Shown {
  readonly id: string;
  readonly key: string;
  readonly fields: Readonly<Record<string, never>>;
  readonly changelog?: { readonly histories: readonly { readonly items: readonly Readonly<Record<string, string | null>>[] }[] };
}

const issue = (jira: Caller, key: string, query = ""): Shown => jira.get(`/rest/api/2/issue/${key}?${query}`);
const minimum = { project: { key: "DEMO" }, issuetype: { name: "Bug" }, summary: "S" };
const items = (jira: Caller, key: string): readonly Readonly<Record<string, string | null>>[] => (issue(jira, key, "expand=changelog&fields=summary").changelog?.histories ?? []).flatMap((one) => one.items);

describe("creating", () => {
  it.each<["cloud" | "dc", Record<string, unknown>, Record<string, unknown>]>([
    ["cloud", { summary: undefined }, { summary: "You must specify a summary of the issue." }],
    ["cloud", { project: { key: "NOPE" } }, { project: "valid project is required" }],
    ["cloud", { issuetype: undefined }, { issuetype: "Specify an issue type" }],
    ["cloud", { summary: "a\nb" }, { summary: expect.stringContaining("newline") }],
    ["cloud", { summary: "x".repeat(256) }, { summary: "Summary must be less than 255 characters." }],
    ["cloud", { customfield_1: "x" }, { customfield_1: "Field 'customfield_1' cannot be set. It is not on the appropriate screen, or unknown." }],
    ["cloud", { customfield_10202: { value: "Pink" } }, { customfield_10202: "Option value 'Pink' is not valid" }],
    ["cloud", { customfield_10214: { value: "Unknown" } }, { customfield_10214: "Option value 'Unknown' is not valid" }],
    ["cloud", { customfield_10020: [1] }, { customfield_10020: "Number value expected as the Sprint id." }],
    ["cloud", { customfield_10208: "5" }, { customfield_10208: "Operation value must be a number" }],
    ["cloud", { labels: ["a b"] }, { labels: expect.stringContaining("spaces") }],
    ["cloud", { timetracking: "2h" }, { timetracking: "data was not an object" }],
    ["cloud", { duedate: "2026-02-30" }, { duedate: expect.stringContaining("2026-02-30") }],
    ["cloud", { assignee: { name: "anna.berg" } }, { assignee: "accountId must be provided" }],
    ["cloud", { assignee: { accountId: "5b10a0effa615349cb016cd8" } }, { assignee: "User '5b10a0effa615349cb016cd8' cannot be assigned issues." }],
    ["cloud", { resolution: { name: "Done" } }, { resolution: expect.stringContaining("cannot be set") }],
    ["cloud", { fixVersions: [{ name: "9" }] }, { fixVersions: "Version name '9' is not valid" }],
    ["dc", { issuetype: { name: "Epic" } }, { customfield_10103: "Epic Name is required." }],
    ["dc", { issuetype: { name: "Sub-task" } }, { issuetype: "Issue type is a sub-task but parent issue key or id not specified." }],
    ["dc", { assignee: { name: "nobody" } }, { assignee: "User 'nobody' does not exist." }],
    ["dc", { parent: { key: "DEMO-1" } }, { parent: expect.stringContaining("cannot be set") }],
  ])("on %s refuses %j", (flavour, fields, errors) => {
    const reply = caller(flavour).call("POST", "/rest/api/2/issue", { fields: { ...minimum, ...fields } });
    expect(reply).toMatchObject({ status: 400, body: { errorMessages: [], errors } });
  });

  it("collects all mistakes in one answer", () => {
    const reply = caller("cloud").call("POST", "/rest/api/2/issue", { fields: { ...minimum, summary: "", duedate: "x", labels: ["a b"] } });
    expect(Object.keys((reply.body as { errors: object }).errors).sort()).toEqual(["duedate", "labels", "summary"]);
  });

  it("keeps and shows every kind of field", () => {
    const jira = caller("cloud");
    const [anna, bo] = ["5b10ac8d82e05b22cc7d4ef5", "5b109f2e9729b51b54dc274d"];
    const key = newIssue(jira, {
      issuetype: { name: "Bug" }, customfield_10201: "oct:77", customfield_10202: { id: "10021" }, customfield_10203: [{ value: "Backend" }, { id: "10026" }], customfield_10204: "2026-04-01", customfield_10205: "2026-04-01T10:00:00.000+0200",
      customfield_10206: { accountId: anna }, customfield_10207: [{ accountId: anna }, { accountId: bo }], customfield_10208: 5.5, customfield_10209: [{ value: "Security" }], customfield_10210: { value: "Cloud", child: { value: "Staging" } },
      customfield_10211: "h1. Works", customfield_10212: "https://example.com/a", customfield_10213: ["k2", "k1"], customfield_10216: { name: "jira-software-users" }, timetracking: { originalEstimate: "1d", remainingEstimate: "2h" }, environment: "Linux",
    });
    expect(issue(jira, key).fields).toMatchObject({
      customfield_10201: "oct:77", customfield_10202: { value: "High", id: "10021" }, customfield_10203: [{ value: "Backend" }, { value: "Database" }], customfield_10204: "2026-04-01", customfield_10205: "2026-04-01T04:00:00.000-0400",
      customfield_10206: { accountId: anna, emailAddress: "anna.berg@example.com" }, customfield_10207: [{ accountId: anna }, { accountId: bo }], customfield_10208: 5.5, customfield_10209: [{ value: "Security" }],
      customfield_10210: { value: "Cloud", child: { value: "Staging" } }, customfield_10211: "h1. Works", customfield_10212: "https://example.com/a", customfield_10213: ["k1", "k2"], customfield_10216: { name: "jira-software-users" },
      timetracking: { originalEstimate: "1d", remainingEstimate: "2h", originalEstimateSeconds: 28800, remainingEstimateSeconds: 7200 }, environment: "Linux", resolution: null, subtasks: [], issuelinks: [], priority: { name: "Medium" },
      reporter: { displayName: "Sync Service" }, creator: { displayName: "Sync Service" }, status: { name: "Open", statusCategory: { key: "new" } }, issuetype: { hierarchyLevel: 0 },
    });
    jira.put(`/rest/api/2/issue/${key}`, { fields: { customfield_10202: null, customfield_10203: [], customfield_10210: null, customfield_10211: null, customfield_10207: null, customfield_10208: null } });
    expect(issue(jira, key).fields).toMatchObject({ customfield_10202: null, customfield_10203: null, customfield_10210: null, customfield_10211: null, customfield_10207: null, customfield_10208: null });
  });

  it("hides addresses as each person wishes", () => {
    const jira = caller("cloud");
    const shown = (id: string): Record<string, unknown> => jira.get(`/rest/api/3/user?accountId=${id}`);
    expect(shown("5b109f2e9729b51b54dc274d")).not.toHaveProperty("emailAddress");
    expect(shown("712020:c4f1f6aa-2a3c-4b53-8b1d-77b0a7f3e902")).toMatchObject({ emailAddress: "", locale: "es_ES", timeZone: "America/Bogota" });
    expect(jira.get("/rest/api/3/user/search?query=bo.chen")).toMatchObject([{ displayName: "Bo Chen" }]);
  });

  it("answers bulk creation by place in the request", () => {
    const jira = caller("cloud");
    const update = (summary: string): unknown => ({ fields: { ...minimum, summary } });
    const body = { issueUpdates: [update("a"), update(""), update("b"), update("c")] };
    jira.jira.failBulkEntries([3]);
    expect(jira.post("/rest/api/3/issue/bulk", body)).toMatchObject({
      issues: [{ key: "DEMO-1" }, { key: "DEMO-2" }],
      errors: [{ status: 400, elementErrors: { errors: { summary: expect.any(String) } }, failedElementNumber: 1 }, { failedElementNumber: 3 }],
    });
    expect(jira.post("/rest/api/3/issue/bulk", { issueUpdates: [update("")] }, 400)).toMatchObject({ issues: [], errors: [{ failedElementNumber: 0 }] });
    expect(jira.call("POST", "/rest/api/3/issue/bulk", { issueUpdates: Array.from({ length: 51 }, () => update("x")) }).status).toBe(400);
  });

  it("carries properties with it, and keeps them apart from updated", () => {
    const jira = caller("dc");
    const key = newIssue(jira, {}, { properties: [{ key: "sync", value: { id: 1 } }] });
    const before = issue(jira, key).fields["updated"];
    jira.tick(60);
    expect(jira.call("PUT", `/rest/api/2/issue/${key}/properties/sync`, { id: 2 }).status).toBe(200);
    expect(jira.call("PUT", `/rest/api/2/issue/${key}/properties/other`, "[1]", { "content-type": "application/json" }).status).toBe(201);
    expect(jira.get(`/rest/api/2/issue/${key}?properties=sync&fields=updated`)).toMatchObject({ properties: { sync: { id: 2 } }, fields: { updated: before } });
    expect(jira.get(`/rest/api/2/issue/${key}/properties`)).toMatchObject({ keys: [{ key: "other" }, { key: "sync" }] });
    jira.del(`/rest/api/2/issue/${key}/properties/sync`);
    expect(jira.call("GET", `/rest/api/2/issue/${key}/properties/sync`).status).toBe(404);
  });
});

describe("rich text", () => {
  it("is a document on version 3 and wiki markup on version 2", () => {
    const jira = caller("cloud");
    const key = String(jira.post("/rest/api/3/issue", { fields: { ...minimum, description: doc("one", "two") } })["key"]);
    expect(jira.get(`/rest/api/2/issue/${key}`)).toMatchObject({ fields: { description: "one\n\ntwo" } });
    jira.put(`/rest/api/2/issue/${key}`, { fields: { description: "h2. Head\n\n* a" } });
    expect(jira.get(`/rest/api/3/issue/${key}`)).toMatchObject({ fields: { description: { type: "doc", version: 1, content: [{ type: "heading", attrs: { level: 2, localId: expect.any(String) } }, { type: "bulletList" }] } } });
    expect(jira.get(`/rest/api/3/issue/${key}?expand=renderedFields`)).toMatchObject({ renderedFields: { description: expect.stringContaining("<h2>Head</h2>") } });
  });

  it.each<[string, unknown, unknown]>([
    ["a string", "text", { errors: { description: expect.stringContaining("Operation value must be an Atlassian Document") } }],
    ["an empty text node", { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text: "" }] }] }, { errorMessages: ["INVALID_INPUT"] }],
    ["a table in a panel", { type: "doc", version: 1, content: [{ type: "panel", attrs: { panelType: "info" }, content: [{ type: "table", content: [] }] }] }, { errorMessages: ["INVALID_INPUT"] }],
    ["too much", doc("x".repeat(32_768)), { errors: { description: expect.stringContaining("32,767 characters") } }],
  ])("refuses %s on version 3", (_what, description, body) => {
    expect(caller("cloud").call("POST", "/rest/api/3/issue", { fields: { ...minimum, description } })).toMatchObject({ status: 400, body });
  });

  it("keeps the browser's line ends on Data Center", () => {
    const jira = caller("dc");
    const { key } = jira.jira.edit({ action: "create", type: "Bug", project: "DEMO", fields: { summary: "S", description: "a\nb" } });
    expect(issue(jira, key ?? "").fields["description"]).toBe("a\r\nb");
  });
});

describe("editing", () => {
  it("adds and removes without touching what others set", () => {
    const jira = caller("cloud");
    const key = newIssue(jira, { labels: ["a", "b"] });
    jira.put(`/rest/api/3/issue/${key}`, { update: { labels: [{ add: "c" }, { remove: "a" }], comment: [{ add: { body: doc("hi") } }] } });
    expect(issue(jira, key).fields).toMatchObject({ labels: ["b", "c"], comment: { total: 1 } });
    expect(jira.put(`/rest/api/3/issue/${key}?returnIssue=true`, { fields: { summary: "T" } }, 200)).toMatchObject({ key, fields: { summary: "T" } });
  });

  it.each<[unknown, number, unknown]>([
    [{}, 400, { errorMessages: ["one of 'fields' or 'update' required"] }],
    [{ fields: { summary: "" } }, 400, { errors: { summary: "You must specify a summary of the issue." } }],
    [{ fields: { labels: ["x"] }, update: { labels: [{ add: "y" }] } }, 400, { errors: { labels: expect.stringContaining("both") } }],
    [{ update: { labels: ["x"] } }, 400, { errors: { labels: expect.stringContaining("Supported operation(s) are: 'add,set,remove'") } }],
    [{ update: { summary: [{ add: "x" }] } }, 400, { errors: { summary: "Field 'summary' does not support operation 'add'. Supported operation(s) are: 'set'" } }],
    [{ fields: { created: "x" } }, 400, { errors: { created: expect.stringContaining("cannot be set") } }],
    [{ fields: { issuetype: { name: "Bug" } } }, 400, { errors: { issuetype: expect.any(String) } }],
    [{ fields: { status: { name: "Done" }, summary: "T" } }, 204, undefined],
    [{ fields: { issuetype: { name: "Task" } } }, 204, undefined],
  ])("answers %j with %d", (body, status, answer) => {
    const jira = caller("cloud");
    const key = newIssue(jira, {});
    const reply = jira.call("PUT", `/rest/api/3/issue/${key}`, body);
    expect(reply.status).toBe(status);
    if (answer !== undefined) expect(reply.body).toMatchObject(answer as object);
    expect(issue(jira, key).fields["status"]).toMatchObject({ name: "To Do" });
  });

  it("refuses silent edits to those who are no admin, and edits without the right", () => {
    const jira = caller("cloud", { admin: false });
    const key = newIssue(jira, {});
    expect(jira.call("PUT", `/rest/api/3/issue/${key}?notifyUsers=false`, { fields: { summary: "T" } })).toMatchObject({ status: 403, body: { errorMessages: [expect.stringContaining("discard the user notification")] } });
    expect(caller("cloud").call("POST", "/rest/api/3/version", { name: "1", projectId: 10000 }).status).toBe(201);
    expect(jira.call("POST", "/rest/api/3/version", { name: "1", projectId: 10000 }).status).toBe(403);
    const denied = caller("cloud", { deniedPermissions: ["EDIT_ISSUES", "TRANSITION_ISSUES", "SCHEDULE_ISSUES"] });
    const other = newIssue(denied, {});
    expect([denied.call("PUT", `/rest/api/3/issue/${other}`, { fields: { summary: "T" } }).status, denied.get(`/rest/api/3/issue/${other}/editmeta`)]).toEqual([403, { fields: {} }]);
    expect(denied.get(`/rest/api/3/issue/${other}/transitions`)).toMatchObject({ transitions: [] });
  });

  it("leaves updated alone when nothing changes", () => {
    const jira = caller("dc");
    const key = newIssue(jira, {});
    const before = issue(jira, key).fields["updated"];
    jira.tick(5);
    jira.put(`/rest/api/2/issue/${key}`, { fields: { summary: "A story" }, update: {} });
    expect(issue(jira, key).fields["updated"]).toBe(before);
  });
});

describe("transitions", () => {
  it("lead to Done in three steps, or in two with a resolution", () => {
    const jira = caller("cloud");
    const key = newIssue(jira, {});
    const go = (id: string, more: Record<string, unknown> = {}): number => jira.call("POST", `/rest/api/3/issue/${key}/transitions`, { transition: { id }, ...more }).status;
    expect(jira.get(`/rest/api/3/issue/${key}/transitions`)).toMatchObject({ expand: "transitions", transitions: [{ id: "11", to: { name: "In Progress" }, hasScreen: false }] });
    expect([go("41"), go("11"), go("51"), go("51", { fields: { resolution: { name: "Done" }, summary: "no" } })]).toEqual([400, 204, 400, 400]);
    expect(jira.get(`/rest/api/3/issue/${key}/transitions?expand=transitions.fields&transitionId=51`)).toMatchObject({ transitions: [{ name: "Done", fields: { resolution: { required: true, allowedValues: expect.any(Array) } } }] });
    expect([go("21"), go("41")]).toEqual([204, 204]);
    expect(issue(jira, key).fields).toMatchObject({ status: { name: "Done" }, resolution: { name: "Done" }, resolutiondate: expect.stringContaining("-0500") });
    expect(go("71")).toBe(204);
    expect(issue(jira, key).fields).toMatchObject({ resolution: null, resolutiondate: null });
  });

  it("can collide, be unknown, and lose comments", () => {
    const jira = caller("cloud", { transitionConflicts: 1 });
    const key = newIssue(jira, {});
    const go = (): number => jira.call("POST", `/rest/api/3/issue/${key}/transitions`, { transition: { id: "11" } }).status;
    expect([go(), go()]).toEqual([409, 204]);
    const dc = caller("dc", { wrongTransitionStatus: 500 });
    const other = newIssue(dc, {});
    expect(dc.call("POST", `/rest/api/2/issue/${other}/transitions`, { transition: { id: "99" } }).status).toBe(500);
    dc.post(`/rest/api/2/issue/${other}/transitions`, { transition: { id: "11" }, update: { comment: [{ add: { body: "lost" } }] }, fields: {} }, 204);
    expect(issue(dc, other).fields).toMatchObject({ status: { name: "In Progress" }, comment: { total: 0 } });
  });
});

describe("history", () => {
  it("words every kind of change as the vendor does", () => {
    const jira = caller("cloud");
    const epic = newIssue(jira, { issuetype: { name: "Epic" } });
    const key = newIssue(jira, { labels: ["a"] });
    jira.post("/rest/api/3/version", { name: "1.0", projectId: 10000 });
    jira.put(`/rest/api/3/issue/${key}`, { fields: { summary: "T", labels: ["a", "b"], fixVersions: [{ name: "1.0" }], duedate: "2026-05-01", parent: { key: epic } } });
    expect(items(jira, key)).toEqual(expect.arrayContaining([
      { field: "summary", fieldtype: "jira", fieldId: "summary", from: null, fromString: "A story", to: null, toString: "T" },
      { field: "labels", fieldtype: "jira", fieldId: "labels", from: "", fromString: "a", to: "", toString: "a b" },
      { field: "Fix Version", fieldtype: "jira", fieldId: "fixVersions", from: null, fromString: null, to: "10000", toString: "1.0" },
      { field: "duedate", fieldtype: "jira", fieldId: "duedate", from: null, fromString: null, to: "2026-05-01", toString: "2026-05-01 00:00:00.0" },
      { field: "IssueParentAssociation", fieldtype: "jira", from: null, fromString: null, to: "10000", toString: epic },
    ]));
    expect(items(jira, epic)).toMatchObject([{ field: "Epic Child", toString: key }]);
  });

  it("has no field ids on Data Center, and whole seconds in updated only", () => {
    const jira = caller("dc");
    const key = newIssue(jira, {});
    jira.put(`/rest/api/2/issue/${key}`, { fields: { summary: "T" } });
    const shown = jira.get<{ fields: { updated: string }; changelog: { total: number; histories: readonly { created: string; items: readonly object[] }[] } }>(`/rest/api/2/issue/${key}?expand=changelog`);
    expect([shown.fields.updated, shown.changelog.histories[0]?.created]).toEqual(["2026-03-04T04:15:30.000-0500", "2026-03-04T04:15:30.250-0500"]);
    expect(shown.changelog.histories[0]?.items[0]).not.toHaveProperty("fieldId");
    expect(jira.call("GET", `/rest/api/2/issue/${key}/changelog`).status).toBe(404);
  });

  it("comes paged and in bulk on Cloud", () => {
    const jira = caller("cloud");
    const key = newIssue(jira, {});
    for (let n = 0; n < 3; n += 1) jira.put(`/rest/api/3/issue/${key}`, { fields: { summary: `S${n}` } });
    expect(jira.get(`/rest/api/3/issue/${key}/changelog?maxResults=2&startAt=1`)).toMatchObject({ startAt: 1, maxResults: 2, total: 3, isLast: true, values: [{ items: [{ toString: "S1" }] }, {}] });
    expect(jira.post("/rest/api/3/changelog/bulkfetch", { issueIdsOrKeys: [key], maxResults: 2 }, 200)).toMatchObject({ issueChangeLogs: [{ issueId: "10000", changeHistories: [{}, {}] }], nextPageToken: expect.any(String) });
    expect(jira.post("/rest/api/3/changelog/bulkfetch", { issueIdsOrKeys: [key], maxResults: 0 }, 200)).not.toHaveProperty("nextPageToken");
  });
});

describe("moves and deletions", () => {
  it("keep the id and the old key of a moved issue", () => {
    const jira = caller("dc");
    const key = newIssue(jira, {});
    const { id, key: next } = jira.jira.edit({ author: "Bo Chen", action: "update", type: "issue", id: key, fields: { project: { key: "SEC" } } });
    expect([next, issue(jira, key).key, issue(jira, id).key, issue(jira, "demo-1").id]).toEqual(["SEC-1", "SEC-1", "SEC-1", id]);
    expect(jira.get(`/rest/api/2/search?jql=key%3D${key}`)).toMatchObject({ total: 1 });
    expect(items(jira, key)).toMatchObject([{ field: "project", toString: "Second" }, { field: "Key", fromString: key, toString: "SEC-1" }]);
  });

  it("leave nothing behind", () => {
    const jira = caller("cloud");
    const key = newIssue(jira, {});
    newIssue(jira, { issuetype: { name: "Sub-task" }, parent: { key } });
    expect(jira.call("DELETE", `/rest/api/3/issue/${key}`).status).toBe(400);
    jira.del(`/rest/api/3/issue/${key}?deleteSubtasks=true`);
    expect(jira.call("GET", `/rest/api/3/issue/${key}`)).toMatchObject({ status: 404, body: { errorMessages: ["Issue does not exist or you do not have permission to see it."], errors: {} } });
    expect(jira.call("GET", "/rest/api/3/issue/DEMO-2").status).toBe(404);
    expect(caller("dc").call("GET", "/rest/api/2/issue/DEMO-1").body).toEqual({ errorMessages: ["Issue Does Not Exist"], errors: {} });
  });

  it("look the same as an issue that was hidden", () => {
    const jira = caller("cloud");
    const key = newIssue(jira, {});
    jira.jira.edit({ author: "Anna Berg", action: "update", type: "issue", id: key, fields: { security: { name: "Staff only" } } });
    expect(jira.call("GET", `/rest/api/3/issue/${key}`).status).toBe(404);
    expect(jira.post("/rest/api/3/issue/bulkfetch", { issueIdsOrKeys: [key], fields: ["summary"] }, 200)).toEqual({ issues: [], issueErrors: [] });
    expect(jira.post("/rest/api/3/search/jql", { jql: "project = DEMO" }, 200)).toMatchObject({ issues: [] });
  });
});

describe("many issues at once", () => {
  it("move to another project as a task in the background, to be asked for; Cloud only", () => {
    const jira = caller("cloud");
    const { key, id } = jira.jira.edit({ action: "create", type: "Story", project: "DEMO", fields: { summary: "S" } });
    const body = { targetToSourcesMapping: { "SEC,10001": { issueIdsOrKeys: [key, "DEMO-999"], inferFieldDefaults: true, inferStatusDefaults: true, inferSubtaskTypeDefault: true } } };
    const { taskId } = jira.post<{ taskId: string }>("/rest/api/3/bulk/issues/move", body, 201);
    expect(jira.get(`/rest/api/3/bulk/queue/${taskId}`)).toMatchObject({ taskId, status: "COMPLETE", progressPercent: 100, processedAccessibleIssues: [Number(id)], failedAccessibleIssues: {}, invalidOrInaccessibleIssueCount: 1, totalIssueCount: 2 });
    expect(jira.get(`/rest/api/3/issue/${key ?? ""}?fields=project`)).toMatchObject({ id, key: expect.stringMatching(/^SEC-/), fields: { project: { key: "SEC" } } });
    expect(jira.get<{ values: readonly { items: readonly { field: string }[] }[] }>(`/rest/api/3/issue/${id}/changelog`).values.flatMap(({ items }) => items.map(({ field }) => field))).toEqual(expect.arrayContaining(["project", "Key"]));
    for (const wrong of [{}, { targetToSourcesMapping: { "NOPE,10001": { issueIdsOrKeys: [id] } } }, { targetToSourcesMapping: { "SEC,99": { issueIdsOrKeys: [id] } } }, { targetToSourcesMapping: { "SEC,10001": { issueIdsOrKeys: [] } } }]) expect(jira.call("POST", "/rest/api/3/bulk/issues/move", wrong).status).toBe(400);
    expect([jira.call("GET", "/rest/api/3/bulk/queue/1").status, caller("dc").call("POST", "/rest/api/2/bulk/issues/move", body).status]).toEqual([404, 404]);
  });
});

describe("metadata", () => {
  it("describes the create screen in each flavour's own form", () => {
    const cloud = caller("cloud");
    expect(cloud.get("/rest/api/3/issue/createmeta/DEMO/issuetypes")).toMatchObject({ total: 5, issueTypes: [{ name: "Epic", hierarchyLevel: 1 }, {}, {}, {}, {}] });
    expect(cloud.get("/rest/api/3/issue/createmeta/DEMO/issuetypes/10004?maxResults=3")).toMatchObject({ maxResults: 3, fields: expect.any(Array), results: expect.any(Array) });
    expect(cloud.get("/rest/api/3/issue/createmeta?projectKeys=DEMO&issuetypeNames=Bug&expand=projects.issuetypes.fields")).toMatchObject({ projects: [{ key: "DEMO", issuetypes: [{ name: "Bug", fields: { summary: { required: true, operations: ["set"] }, customfield_10202: { allowedValues: [{ value: "Very High" }, {}, {}, {}] } } }] }] });
    const dc = caller("dc");
    expect(dc.get("/rest/api/2/issue/createmeta/DEMO/issuetypes/10000?maxResults=100")).toMatchObject({ isLast: true, values: expect.arrayContaining([expect.objectContaining({ fieldId: "customfield_10103", required: true })]) });
    expect([dc.call("GET", "/rest/api/2/issue/createmeta").status, dc.call("GET", "/rest/api/2/issue/createmeta/NOPE/issuetypes").status]).toEqual([404, 400]);
  });

  it("locks closed bugs and hides fields when switched so", () => {
    const jira = caller("cloud", { closedIssuesEditable: false, hiddenFields: ["Severity"], requiredFields: { Bug: ["Octane id"] } });
    expect(jira.call("POST", "/rest/api/3/issue", { fields: { ...minimum, customfield_10202: { value: "High" } } })).toMatchObject({ body: { errors: { customfield_10201: "Octane id is required.", customfield_10202: expect.stringContaining("cannot be set") } } });
    const { key } = jira.jira.edit({ action: "create", type: "Bug", project: "DEMO", fields: { summary: "S", "Octane id": "1", status: "Closed" } });
    expect(jira.get(`/rest/api/3/issue/${key ?? ""}/editmeta`)).toEqual({ fields: {} });
    expect(jira.call("PUT", `/rest/api/3/issue/${key ?? ""}`, { fields: { summary: "T" } }).status).toBe(400);
  });

  it("lists fields with their clause names, sprints as strings on Data Center", () => {
    const field = (jira: Caller, name: string): unknown => jira.get<readonly { name: string }[]>("/rest/api/2/field").find((one) => one.name === name);
    expect(field(caller("cloud"), "Story Points")).toMatchObject({ id: "customfield_10016", key: "customfield_10016", custom: true, clauseNames: ["cf[10016]", "Story Points"], schema: { type: "number", customId: 10016 } });
    expect(field(caller("dc"), "Sprint")).toMatchObject({ schema: { type: "array", items: "string", custom: "com.pyxis.greenhopper.jira:gh-sprint" } });
  });
});
