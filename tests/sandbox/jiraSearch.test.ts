// Searching the imitated Jira: the language, its dates in the caller's zone, both ways of paging, and an index that lags.

import { describe, expect, it } from "vitest";
import { caller, newIssue, START, type Caller } from "./jiraCaller.ts";

const dcKeys = (jira: Caller, jql: string): readonly string[] =>
  jira.get<{ issues: readonly { key: string }[] }>(`/rest/api/2/search?fields=key&maxResults=1000&jql=${encodeURIComponent(jql)}`).issues.map((issue) => issue.key);
const dcError = (jira: Caller, jql: string): string => JSON.stringify((jira.call("GET", `/rest/api/2/search?jql=${encodeURIComponent(jql)}`).body as Record<string, unknown>)["errorMessages"]);
const cloudPage = (jira: Caller, body: unknown): { issues: readonly { id: string; key?: string; fields?: Record<string, unknown> }[]; nextPageToken?: string; isLast: boolean } => jira.post("/rest/api/3/search/jql", body, 200);

/** Six issues of every kind on Data Center, a minute apart. */
const sample = (): Caller => {
  const jira = caller("dc");
  jira.post("/rest/api/2/version", { name: "1.0", project: "DEMO" });
  jira.post("/rest/api/2/version", { name: "2.0", project: "DEMO", released: true });
  jira.post("/rest/api/2/component", { name: "UI", project: "DEMO" });
  jira.post("/rest/agile/1.0/sprint", { name: "S 1", originBoardId: 1 });
  const add = (fields: Record<string, unknown>): string => {
    jira.tick(60);
    return newIssue(jira, fields);
  };
  add({ issuetype: { name: "Epic" }, summary: "Epic one", customfield_10103: "Epic one" });
  add({ summary: "Crash in the exact phrase", customfield_10101: "DEMO-1", labels: ["red", "blue"], priority: { name: "High" }, fixVersions: [{ name: "1.0" }], customfield_10100: 1, customfield_10106: 5 });
  add({ issuetype: { name: "Bug" }, summary: "Crashes when saving", description: "a *phrase* exact", customfield_10202: { value: "High" }, components: [{ name: "UI" }], assignee: { name: "anna.berg" }, customfield_10201: "oct:1001:77" });
  add({ issuetype: { name: "Sub-task" }, summary: "Part", parent: { key: "DEMO-2" }, duedate: "2026-04-01" });
  add({ issuetype: { name: "Task" }, summary: "Nothing", customfield_10210: { value: "Cloud", child: { value: "Staging" } }, customfield_10203: [{ value: "Backend" }, { value: "Database" }] });
  add({ project: { key: "SEC" }, summary: "Elsewhere", reporter: { name: "bo.chen" } });
  return jira;
};

describe("the query language", () => {
  const jira = sample();
  it.each<[string, readonly string[]]>([
    ["project = DEMO ORDER BY key ASC", ["DEMO-1", "DEMO-2", "DEMO-3", "DEMO-4", "DEMO-5"]],
    ["project in (\"Second\", 10001)", ["SEC-1"]],
    ["project = DEMO AND NOT (issuetype in (Epic, Bug) OR type = Sub-task) order by key", ["DEMO-2", "DEMO-5"]],
    ["issuetype not in subtaskIssueTypes() AND issuetype != Epic AND project=DEMO ORDER BY id desc", ["DEMO-5", "DEMO-3", "DEMO-2"]],
    ["labels = red", ["DEMO-2"]], ["labels in (blue) and labels not in (green)", ["DEMO-2"]], ["labels != red", []], ["labels is empty and project = SEC", ["SEC-1"]],
    ["priority > Medium", ["DEMO-2"]], ["priority = High", ["DEMO-2"]],
    ["fixVersion = 1.0", ["DEMO-2"]], ["fixVersion in unreleasedVersions(DEMO)", ["DEMO-2"]], ["fixVersion in releasedVersions()", []], ["fixVersion ~ \"1*\"", ["DEMO-2"]], ["fixVersion is not EMPTY", ["DEMO-2"]],
    ["component = UI", ["DEMO-3"]],
    ["assignee = anna.berg", ["DEMO-3"]], ["assignee = \"anna.berg@example.com\"", ["DEMO-3"]], ["assignee in membersOf(\"jira-software-users\")", ["DEMO-3"]], ["reporter != currentUser()", ["SEC-1"]], ["creator = currentUser() and key > DEMO-4", ["DEMO-5"]],
    ["\"Epic Link\" = DEMO-1", ["DEMO-2"]], ["cf[10101] in (DEMO-1)", ["DEMO-2"]], ["parent = DEMO-2", ["DEMO-4"]],
    ["Sprint = 1", ["DEMO-2"]], ["sprint in futureSprints()", ["DEMO-2"]], ["sprint = \"S 1\"", ["DEMO-2"]], ["sprint in openSprints()", []],
    ["\"Story Points\" >= 5", ["DEMO-2"]], ["customfield_10106 = 5", ["DEMO-2"]], ["cf[10106] is not empty", ["DEMO-2"]],
    ["Severity = High", ["DEMO-3"]], ["severity in (Low, \"Very High\")", []], ["\"Affected areas\" in (Database)", ["DEMO-5"]], ["Platform in cascadeOption(Cloud, Staging)", ["DEMO-5"]], ["Platform = Cloud", ["DEMO-5"]],
    ["summary ~ crash ORDER BY key", ["DEMO-2", "DEMO-3"]], ["summary ~ \"\\\"exact phrase\\\"\"", ["DEMO-2"]], ["text ~ \"exact phrase\" order by key", ["DEMO-2", "DEMO-3"]], ["summary ~ \"cra*\" and summary !~ saving", ["DEMO-2"]], ["\"Octane id\" ~ \"\\\"oct:1001:77\\\"\"", ["DEMO-3"]],
    ["due < 2026-05-01", ["DEMO-4"]], ["due = \"2026/04/01\"", ["DEMO-4"]], ["duedate is not empty", ["DEMO-4"]],
    ["resolution = Unresolved and project = SEC", ["SEC-1"]], ["statusCategory = \"To Do\" and issuetype = Bug", ["DEMO-3"]], ["status = Open", ["DEMO-3"]],
    ["key in (DEMO-3, demo-1) order by key", ["DEMO-1", "DEMO-3"]], ["id = 10001", ["DEMO-2"]], ["issue = DEMO-1", ["DEMO-1"]], ["issuekey >= DEMO-4 and issuekey <= DEMO-5 order by key", ["DEMO-4", "DEMO-5"]],
    ["project = DEMO ORDER BY priority DESC, summary ASC", ["DEMO-2", "DEMO-3", "DEMO-1", "DEMO-5", "DEMO-4"]],
    ["project = DEMO ORDER BY updated ASC, key ASC", ["DEMO-2", "DEMO-1", "DEMO-3", "DEMO-4", "DEMO-5"]],
    ["created >= startOfDay() and created <= now() and project = SEC", ["SEC-1"]], ["created >= -3m order by key", ["DEMO-4", "DEMO-5", "SEC-1"]], ["created < startOfDay(-1)", []],
  ])("%s", (jql, keys) => {
    const [expected, found] = [keys, dcKeys(jira, jql)];
    expect(jql.includes("ORDER BY updated") ? [...found].sort() : found).toEqual(jql.includes("ORDER BY updated") ? [...expected].sort() : expected);
  });

  it.each<[string, readonly string[]]>([
    ["NOT labels = red", []], ["NOT labels in (green)", ["DEMO-2"]], ["NOT (labels = red OR labels is EMPTY)", []], ["NOT (labels = green AND labels is not EMPTY) AND project = DEMO", ["DEMO-1", "DEMO-2", "DEMO-3", "DEMO-4", "DEMO-5"]],
    ["NOT labels is EMPTY", ["DEMO-2"]], ["NOT priority > Medium AND project = SEC", ["SEC-1"]], ["NOT \"Story Points\" < 5", ["DEMO-2"]], ["NOT due > 2026-05-01", ["DEMO-4"]], ["NOT NOT labels = red", ["DEMO-2"]],
    ["NOT description ~ exact AND issuetype = Story", []], ["NOT key = DEMO-1 AND issuetype = Epic", []], ["NOT status changed AND issuetype = Epic", ["DEMO-1"]], ["NOT status was Open AND issuetype = Bug", []], ["assignee = anna.berg AND NOT assignee = bo.chen", ["DEMO-3"]],
  ])("takes NOT for the opposite operator, so that what has no value stays out: %s", (jql, keys) => expect(dcKeys(jira, `${jql} ORDER BY key`)).toEqual(keys));

  it("sorts keys by their numbers, whatever their length, and by projects first", () => {
    const many = caller("dc");
    many.post("/rest/api/2/project", { key: "DEMO2", name: "Demo two", projectTypeKey: "software", lead: "sync" });
    newIssue(many, { project: { key: "DEMO2" } });
    const keys = Array.from({ length: 11 }, () => newIssue(many, {}));
    expect(dcKeys(many, "ORDER BY key")).toEqual([...keys, "DEMO2-1"]);
    expect(dcKeys(many, "ORDER BY issuekey DESC")).toEqual(["DEMO2-1", ...keys.toReversed()]);
  });

  it.each<[string, string]>([
    ["foo = 1", "Field 'foo' does not exist or you do not have permission to view it."],
    ["project = XYZ", "The value 'XYZ' does not exist for the field 'project'."],
    ["text = x", "The operator '=' is not supported by the 'text' field."],
    ["summary = x", "The operator '=' is not supported by the 'summary' field."],
    ["key in (DEMO-1, DEMO-999)", "An issue with key 'DEMO-999' does not exist for field 'key'."],
    ["Severity = Pink", "The option 'Pink' for field 'Severity' does not exist."],
    ["summary ~ \"abc", "The quoted string 'abc' has not been completed. (line 1, character 11)"],
    ["project DEMO", "Expecting operator but got 'DEMO'."],
    ["project = order", "'order' is a reserved JQL word."],
    ["project = DEMO foo", "Expecting either 'OR' or 'AND' but got 'foo'. (line 1, character 16)"],
    ["updated >= nonsense", "Date value 'nonsense' for field 'updated' is invalid."],
    ["NOT summary = x", "The operator '=' is not supported by the 'summary' field."],
    ["project = DEMO ORDER BY foo", "Field 'foo' does not exist"],
    ["issue.property[sync].id = 1", "Field 'issue.property[sync].id' does not exist"],
  ])("%s is refused in the vendor's words", (jql, words) => {
    expect(dcError(jira, jql)).toContain(words);
  });

  it("makes mistakes warnings when the query is not validated", () => {
    expect(jira.get("/rest/api/2/search?validateQuery=false&jql=key%20in%20(DEMO-1%2CDEMO-999)")).toMatchObject({ total: 1, warningMessages: [expect.stringContaining("DEMO-999")] });
  });

  it("follows saved filters by name and id", () => {
    const made = jira.post("/rest/api/2/filter", { name: "Only bugs", jql: "issuetype = Bug", favourite: true }, 200);
    expect(dcKeys(jira, "filter = \"Only bugs\"")).toEqual(["DEMO-3"]);
    expect(dcKeys(jira, `project = DEMO and filter = ${String(made["id"])}`)).toEqual(["DEMO-3"]);
    expect(jira.get("/rest/api/2/filter/favourite")).toMatchObject([{ name: "Only bugs" }]);
  });

  it("remembers what was, and when it changed", () => {
    jira.tick(3600);
    jira.post("/rest/api/2/issue/DEMO-3/transitions", { transition: { id: "4" } }, 204);
    expect(dcKeys(jira, "status was Open and status = \"In Progress\"")).toEqual(["DEMO-3"]);
    expect(dcKeys(jira, "status changed from Open to \"In Progress\" after -10m by currentUser()")).toEqual(["DEMO-3"]);
    expect(dcKeys(jira, "status changed before startOfDay()")).toEqual([]);
    expect(dcKeys(jira, "issuetype = Bug and status was not \"In Progress\"")).toEqual([]);
  });

  it("searches declared properties only", () => {
    const declared = caller("cloud", { indexedProperties: ["sync"] });
    newIssue(declared, {}, { properties: [{ key: "sync", value: { id: 77, tags: ["a", "b"] } }] });
    newIssue(declared, {}, { properties: [{ key: "sync", value: { id: 78 } }] });
    expect(cloudPage(declared, { jql: "issue.property[sync].id = 77", fields: ["key"] }).issues).toMatchObject([{ key: "DEMO-1" }]);
    expect(cloudPage(declared, { jql: "issue.property[sync].tags = b", fields: ["key"] }).issues.length).toBe(1);
  });
});

describe("dates", () => {
  const zones: readonly [string, string][] = [["Europe/Berlin", "2026-03-04 10:15"], ["America/Los_Angeles", "2026-03-04 01:15"], ["Asia/Kolkata", "2026/03/04 14:45"]];
  it.each(zones)("are read in the caller's zone (%s), to the minute", (zone, local) => {
    const jira = caller("dc", { zone });
    newIssue(jira, {});
    expect(dcKeys(jira, `updated >= "${local}"`)).toEqual(["DEMO-1"]);
    expect(dcKeys(jira, `updated <= "${local}"`)).toEqual([]);
    expect(jira.get("/rest/api/2/issue/DEMO-1?fields=updated")).toMatchObject({ fields: { updated: "2026-03-04T04:15:30.000-0500" } });
  });

  it("may be bare epoch milliseconds, unless the switch says no", () => {
    const jira = caller("cloud");
    newIssue(jira, {});
    const at = Date.parse(START);
    expect(cloudPage(jira, { jql: `updated >= ${at}` }).issues.length).toBe(1);
    expect(cloudPage(jira, { jql: `updated >= ${at + 1}` }).issues.length).toBe(0);
    expect(caller("cloud", { epochMillis: false }).call("POST", "/rest/api/3/search/jql", { jql: `updated >= ${at}` }).status).toBe(400);
  });
});

describe("the cursor of Cloud", () => {
  const filled = (options: Record<string, unknown> = {}): Caller => {
    const jira = caller("cloud", options);
    for (let n = 0; n < 7; n += 1) {
      newIssue(jira, { summary: `S${n}`, description: "*x*" });
      jira.tick(1);
    }
    return jira;
  };
  const all = (jira: Caller, maxResults: number, meanwhile: (page: number) => void = () => undefined): readonly string[] => {
    const keys: string[] = [];
    let token: string | undefined;
    for (let page = 0; page < 20; page += 1) {
      const answer = cloudPage(jira, { jql: "project = DEMO ORDER BY updated ASC, key ASC", maxResults, fields: ["key", "updated"], ...(token ? { nextPageToken: token } : {}) });
      keys.push(...answer.issues.map((issue) => issue.key ?? ""));
      if (answer.isLast || !answer.nextPageToken) return keys;
      token = answer.nextPageToken;
      meanwhile(page);
    }
    throw new Error("the cursor never ended");
  };
  const every = ["DEMO-1", "DEMO-2", "DEMO-3", "DEMO-4", "DEMO-5", "DEMO-6", "DEMO-7"];

  it.each(["keyset", "snapshot", "offset"])("walks through all pages (%s)", (searchCursor) => {
    expect(all(filled({ searchCursor }), 3)).toEqual(every);
    expect(all(filled({ searchCursor, shortPages: true }), 3)).toEqual(every);
  });

  it("shows an issue that jumps to the end again by key, and loses its neighbour by offset", () => {
    const touch = (jira: Caller) => (page: number): void => {
      if (page === 0) jira.put("/rest/api/2/issue/DEMO-1", { fields: { summary: "moved" } });
    };
    const keyset = filled();
    expect(all(keyset, 3, touch(keyset))).toEqual([...every, "DEMO-1"]);
    const offset = filled({ searchCursor: "offset" });
    expect(all(offset, 3, touch(offset))).not.toContain("DEMO-4");
  });

  it("answers bare ids unless fields are asked for, and no total", () => {
    const jira = filled();
    const page = cloudPage(jira, { jql: "key = DEMO-1" });
    expect(page).toEqual({ issues: [{ id: "10000" }], isLast: true });
    expect(cloudPage(jira, { jql: "key = DEMO-1", fields: ["summary"] }).issues[0]).toMatchObject({ key: "DEMO-1", fields: { summary: "S0" } });
    expect(cloudPage(jira, { jql: "key = DEMO-1", fields: ["*all", "-description"], expand: "names" })).toMatchObject({ names: { summary: "Summary" } });
    expect(Object.keys(cloudPage(caller("cloud", { searchDefault: "key" }), { jql: "project = DEMO" }))).toEqual(["issues", "isLast"]);
  });

  it.each<[string, unknown, string]>([
    ["an unbounded query", { jql: "ORDER BY key" }, "Unbounded JQL queries are not allowed here."],
    ["no query", {}, "Unbounded JQL"],
    ["eight sort fields", { jql: "project = DEMO ORDER BY key, id, created, updated, summary, status, priority, type" }, "maximum number of sort fields"],
    ["six properties", { jql: "project = DEMO", properties: ["a", "b", "c", "d", "e", "f"] }, "maximum number of properties"],
    ["an expand that is a list", { jql: "project = DEMO", expand: ["names"] }, "Invalid request payload"],
    ["a foreign token", { jql: "project = DEMO", nextPageToken: "abc" }, "token is invalid"],
    ["a key to reconcile", { jql: "project = DEMO", reconcileIssues: ["DEMO-1"] }, "numeric"],
  ])("refuses %s", (_what, body, words) => {
    const reply = caller("cloud").call("POST", "/rest/api/3/search/jql", body);
    expect([reply.status, JSON.stringify(reply.body)]).toEqual([400, expect.stringContaining(words)]);
  });

  it("takes several bare words for a text search", () => {
    const jira = caller("cloud");
    newIssue(jira, { summary: "the red crane" });
    expect(cloudPage(jira, { jql: "red crane" }).issues.length).toBe(1);
  });

  it("caps pages at 100 with fields and 5000 without, counts, matches and parses", () => {
    const jira = caller("cloud");
    for (let n = 0; n < 105; n += 1) newIssue(jira, {});
    expect(cloudPage(jira, { jql: "project = DEMO", maxResults: 5000, fields: ["summary"] }).issues.length).toBe(100);
    expect(cloudPage(jira, { jql: "project = DEMO", maxResults: 5000 }).issues.length).toBe(105);
    expect(jira.post("/rest/api/3/search/approximate-count", { jql: "project = DEMO" }, 200)).toEqual({ count: 105 });
    expect(jira.post("/rest/api/3/jql/match", { issueIds: [10000, 10001], jqls: ["key = DEMO-1", "x ="] }, 200)).toMatchObject({ matches: [{ matchedIssues: [10000], errors: [] }, { errors: [expect.any(String)] }] });
    expect(jira.post("/rest/api/3/jql/parse", { queries: ["project = DEMO", "foo = 1"] }, 200)).toMatchObject({ queries: [{ structure: {} }, { errors: [expect.stringContaining("foo")] }] });
  });

  it("says 410 where the old search was", () => {
    expect(caller("cloud").call("GET", "/rest/api/2/search?jql=x")).toMatchObject({ status: 410, body: { errorMessages: [expect.stringContaining("/rest/api/3/search/jql")] } });
  });
});

describe("an index that lags", () => {
  it("hides fresh writes from searches only, and reconciles by id", () => {
    const jira = caller("cloud");
    newIssue(jira, { summary: "old" });
    jira.jira.setSearchLag(30);
    jira.put("/rest/api/3/issue/DEMO-1", { fields: { summary: "new" } });
    newIssue(jira, { summary: "fresh" });
    const summaries = (more: Record<string, unknown> = {}): readonly unknown[] => cloudPage(jira, { jql: "project = DEMO ORDER BY key", fields: ["summary"], ...more }).issues.map((issue) => issue.fields?.["summary"]);
    expect(summaries()).toEqual(["old"]);
    expect(summaries({ reconcileIssues: [10000, 10001] })).toEqual(["new", "fresh"]);
    expect(jira.get("/rest/api/3/issue/DEMO-1")).toMatchObject({ fields: { summary: "new" } });
    jira.tick(31);
    expect(summaries()).toEqual(["new", "fresh"]);
    jira.del("/rest/api/3/issue/DEMO-2");
    expect(summaries()).toEqual(["new", "fresh"]);
    jira.tick(31);
    expect(summaries()).toEqual(["new"]);
  });

  it("lags between the nodes of a cluster, but not on the node that wrote", () => {
    const jira = caller("dc", { nodes: 2 });
    const search = (cookie?: string): unknown => (jira.call("GET", "/rest/api/2/search?jql=project%3DDEMO", undefined, cookie ? { authorization: undefined, cookie } : {}).body as Record<string, unknown>)["total"];
    const opened = jira.call("POST", "/rest/auth/1/session", { username: "sync", password: "jira-pass" }, { authorization: undefined }).body as { session: { value: string } };
    const cookie = `JSESSIONID=${opened.session.value}`;
    jira.call("POST", "/rest/api/2/issue", { fields: { project: { key: "DEMO" }, issuetype: { name: "Story" }, summary: "S" } }, { authorization: undefined, cookie });
    expect(search(cookie)).toBe(1);
    expect(new Set([search(), search()])).toEqual(new Set([0, 1]));
    jira.tick(6);
    expect([search(), search()]).toEqual([1, 1]);
  });
});

describe("offsets on Data Center", () => {
  it("clamps silently and echoes the clamp", () => {
    const jira = caller("dc", { searchMax: 3 });
    for (let n = 0; n < 5; n += 1) newIssue(jira, {});
    expect(jira.post("/rest/api/2/search", { jql: "", maxResults: 5000, startAt: 3, fields: ["key"], expand: ["names"] }, 200)).toMatchObject({ startAt: 3, maxResults: 3, total: 5, issues: [{ key: "DEMO-2" }, { key: "DEMO-1" }] });
    expect(jira.get("/rest/api/2/search?jql=&maxResults=0")).toMatchObject({ total: 5, issues: [] });
    expect(jira.call("GET", "/rest/api/2/search/jql?jql=project=DEMO").status).toBe(404);
  });

  it("answers the navigable fields by default", () => {
    const jira = caller("dc");
    newIssue(jira, { description: "x" });
    const [issue] = jira.get<{ issues: readonly { fields: Record<string, unknown> }[] }>("/rest/api/2/search?jql=").issues;
    expect(issue?.fields["description"]).toBe("x");
    expect(issue?.fields["comment"]).toBeUndefined();
    expect(jira.get("/rest/api/2/issue/DEMO-1")).toMatchObject({ fields: { comment: { total: 0 } } });
  });
});
