// The switches of the imitated Jira: where the document leaves a behaviour open, both ways are here to be met.

import { describe, expect, it } from "vitest";
import { caller, newIssue, type Caller } from "./jiraCaller.ts";

type Options = Readonly<Record<string, unknown>>;

/** Whether a deed moves `updated` of an issue. */
const moved = (jira: Caller, key: string, deed: () => void): boolean => {
  const read = (): unknown => jira.get<{ fields: { updated: string } }>(`/rest/api/2/issue/${key}?fields=updated`).fields.updated;
  const before = read();
  jira.tick(5);
  deed();
  return read() !== before;
};

const upload = (jira: Caller, key: string): void => {
  const body = Buffer.from("--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nx\r\n--b0--\r\n");
  expect(jira.call("POST", `/rest/api/2/issue/${key}/attachments`, body, { "content-type": "multipart/form-data; boundary=b0", "x-atlassian-token": "no-check" }).status).toBe(200);
};

describe("what moves updated", () => {
  it.each<[string, boolean, (jira: Caller, key: string) => void]>([
    ["attachmentMovesUpdated", true, upload],
    ["worklogMovesUpdated", true, (jira, key) => void jira.post(`/rest/api/2/issue/${key}/worklog`, { timeSpent: "1h" })],
    ["remoteLinkMovesUpdated", true, (jira, key) => void jira.post(`/rest/api/2/issue/${key}/remotelink`, { object: { url: "https://a.test", title: "A" } })],
    ["rankMovesUpdated", true, (jira, key) => void jira.put("/rest/agile/1.0/issue/rank", { issues: [key], rankBeforeIssue: "DEMO-1" })],
    ["propertyMovesUpdated", false, (jira, key) => void jira.put(`/rest/api/2/issue/${key}/properties/p`, { a: 1 }, 201)],
    ["voteMovesUpdated", false, (jira, key) => void jira.call("POST", `/rest/api/2/issue/${key}/watchers`)],
    ["renameMovesUpdated", false, (jira) => void jira.put("/rest/api/2/version/10000", { name: "2" }, 200)],
  ])("%s is %s until told otherwise", (name, usual, deed) => {
    for (const value of [usual, !usual]) {
      const jira = caller("dc", { [name]: value });
      newIssue(jira, {});
      jira.post("/rest/api/2/version", { name: "1", project: "DEMO" });
      const key = newIssue(jira, { fixVersions: [{ name: "1" }] });
      expect([value, moved(jira, key, () => deed(jira, key))]).toEqual([value, value]);
    }
  });

  it("commentDeleteMovesUpdated", () => {
    for (const commentDeleteMovesUpdated of [true, false]) {
      const jira = caller("dc", { commentDeleteMovesUpdated });
      const key = newIssue(jira, {});
      const { id } = jira.post<{ id: string }>(`/rest/api/2/issue/${key}/comment`, { body: "x" });
      expect(moved(jira, key, () => void jira.del(`/rest/api/2/issue/${key}/comment/${id}`))).toBe(commentDeleteMovesUpdated);
    }
  });
});

const withHistory = (flavour: "cloud" | "dc", options: Options, count: number): readonly string[] => {
  const jira = caller(flavour, options);
  const key = newIssue(jira, {});
  for (let n = 0; n < count; n += 1) jira.put(`/rest/api/2/issue/${key}`, { fields: { summary: `S${n}` } });
  return jira.get<{ changelog: { histories: readonly { id: string }[] } }>(`/rest/api/2/issue/${key}?expand=changelog`).changelog.histories.map((one) => one.id);
};

describe("history", () => {
  it("comes newest first and cut at a hundred, or whole", () => {
    const cut = withHistory("cloud", {}, 105);
    expect([cut.length, cut[0]]).toEqual([100, "10104"]);
    expect(withHistory("cloud", { changelogExpand: "all" }, 105).length).toBe(105);
    expect(withHistory("dc", {}, 3)).toEqual(["10000", "10001", "10002"]);
  });

  it("may come in no order", () => {
    const ids = withHistory("dc", { shuffleHistories: true }, 20);
    expect(ids).not.toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(20);
  });
});

describe("answers in another form", () => {
  it("remoteLinkByGlobalId, linkDeleteStatus, notifyUsersStatus, tooLargeStatus, attachmentIdAsNumber", () => {
    const jira = caller("cloud", { remoteLinkByGlobalId: "list", linkDeleteStatus: 200, tooLargeStatus: 404, uploadLimit: 0, admin: false, notifyUsersStatus: 400, remoteLinkDeleteNeedsContentType: false });
    const [one, two] = [newIssue(jira, {}), newIssue(jira, {})];
    jira.post(`/rest/api/3/issue/${one}/remotelink`, { globalId: "g", object: { url: "https://a.test", title: "A" } });
    expect(jira.get(`/rest/api/3/issue/${one}/remotelink?globalId=g`)).toHaveLength(1);
    expect(jira.call("DELETE", `/rest/api/3/issue/${one}/remotelink?globalId=g`).status).toBe(204);
    jira.post("/rest/api/3/issueLink", { type: { name: "Relates" }, inwardIssue: { key: one }, outwardIssue: { key: two } });
    expect(jira.call("DELETE", "/rest/api/3/issueLink/10000").status).toBe(200);
    expect(jira.call("PUT", `/rest/api/3/issue/${one}?notifyUsers=false`, { fields: { summary: "T" } }).status).toBe(400);
    expect(() => upload(jira, one)).toThrow(/404/);
  });

  it("requiredTransitionFields, scopedToken", () => {
    const jira = caller("cloud", { requiredTransitionFields: { 11: ["customfield_10201"] }, scopedToken: true });
    const through = "/ex/jira/11223344-a1b2-3b33-c444-def123456789/rest/api/3";
    expect(jira.call("GET", "/rest/api/3/myself").status).toBe(401);
    jira.post(`${through}/issue`, { fields: { project: { key: "DEMO" }, issuetype: { name: "Story" }, summary: "S" } });
    const go = (fields: object): number => jira.call("POST", `${through}/issue/DEMO-1/transitions`, { transition: { id: "11" }, fields }).status;
    expect([go({}), go({ customfield_10201: "77" })]).toEqual([400, 204]);
  });

  it("nullExtras, htmlErrors, baseUrl, serverTitle, deploymentType", () => {
    const jira = caller("dc", { nullExtras: true, htmlErrors: true, baseUrl: "https://jira.example.com/x", serverTitle: "Ours", deploymentType: "DataCenter" });
    newIssue(jira, {});
    expect(jira.get("/rest/api/2/search?jql=")).toMatchObject({ names: null, schema: null, warningMessages: null, issues: [{ renderedFields: null, self: expect.stringMatching(/^https:\/\/jira\.example\.com\/x\/rest/) }] });
    expect(jira.call("GET", "/rest/api/2/nothing").headers["Content-Type"]).toContain("text/html");
    expect(jira.get("/rest/api/2/serverInfo")).toMatchObject({ serverTitle: "Ours", deploymentType: "DataCenter" });
  });

  it("captchaStatus, captchaAfter, expiredToken, xsrfCheck, emails, cloudId", () => {
    expect(caller("cloud", { expiredToken: true }).call("GET", "/rest/api/3/myself").status).toBe(401);
    expect(caller("dc", { expiredToken: true }).call("GET", "/rest/api/2/myself").status).toBe(401);
    const open = caller("cloud", { xsrfCheck: false, emails: "hidden", cloudId: "mine" });
    expect(open.call("POST", "/rest/api/3/issue", { fields: { project: { key: "DEMO" }, issuetype: { name: "Task" }, summary: "S" } }, { "user-agent": "Mozilla/5.0" }).status).toBe(201);
    expect(open.get("/rest/api/3/user/search?query=anna")).not.toHaveProperty("0.emailAddress");
    expect(caller("cloud", { emails: "visible" }).get("/rest/api/3/user/search?query=bo")).toMatchObject([{ emailAddress: "bo.chen@example.com" }]);
    expect(open.get("/_edge/tenant_info")).toEqual({ cloudId: "mine" });
    const strict = caller("dc", { captchaAfter: 1, captchaStatus: 401 });
    const wrong = { authorization: `Basic ${Buffer.from("sync:x").toString("base64")}` };
    expect([1, 2].map(() => strict.call("GET", "/rest/api/2/myself", undefined, wrong).headers["X-Authentication-Denied-Reason"] !== undefined)).toEqual([false, true]);
  });

  it("oldCreatemeta, cloudEpicLink, duplicateFieldName, normaliseAdf, adfLength, textLimit", () => {
    const jira = caller("cloud", { oldCreatemeta: false, cloudEpicLink: "absent", duplicateFieldName: true, normaliseAdf: false, adfLength: "json", textLimit: 200 });
    expect(jira.call("GET", "/rest/api/3/issue/createmeta").status).toBe(404);
    const names = jira.get<readonly { name: string }[]>("/rest/api/3/field").map((field) => field.name);
    expect([names.includes("Epic Link"), names.filter((name) => name === "Severity").length]).toEqual([false, 2]);
    const document = (text: string): unknown => ({ type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text }] }] });
    const post = (text: string): number => jira.call("POST", "/rest/api/3/issue", { fields: { project: { key: "DEMO" }, issuetype: { name: "Task" }, summary: "S", description: document(text) } }).status;
    expect([post("short"), post("x".repeat(150))]).toEqual([201, 400]);
    expect(jira.get("/rest/api/3/issue/DEMO-1?fields=description")).toMatchObject({ fields: { description: document("short") as object } });
  });

  it("repeatToken, unknownKeyFails, combinedDurations, commentPage, searchMax", () => {
    const jira = caller("cloud", { repeatToken: true, unknownKeyFails: false, combinedDurations: true, commentPage: 1, searchMax: 1 });
    for (let n = 0; n < 4; n += 1) newIssue(jira, {});
    const page = (nextPageToken?: string): { issues: readonly unknown[]; nextPageToken?: string } => jira.post("/rest/api/3/search/jql", { jql: "key in (DEMO-1, DEMO-2, DEMO-3, DEMO-4, DEMO-99) and created >= \"-1w 2d\"", fields: ["summary"], maxResults: 9, ...(nextPageToken ? { nextPageToken } : {}) }, 200);
    const first = page();
    const second = page(first.nextPageToken);
    expect([first.issues.length, second.nextPageToken]).toEqual([1, first.nextPageToken]);
    for (const text of ["a", "b"]) jira.post("/rest/api/2/issue/DEMO-1/comment", { body: text });
    expect(jira.get("/rest/api/2/issue/DEMO-1/comment")).toMatchObject({ maxResults: 1, total: 2 });
    expect(caller("cloud").call("POST", "/rest/api/3/search/jql", { jql: "created >= \"-1w 2d\"" }).status).toBe(400);
  });

  it("transitionComment, visibilityKeptOnUpdate, archivedReadable, attachmentLoginPage", () => {
    const jira = caller("dc", { transitionComment: "kept", visibilityKeptOnUpdate: true, archivedReadable: false, attachmentLoginPage: true });
    const key = newIssue(jira, {});
    jira.post(`/rest/api/2/issue/${key}/transitions`, { transition: { id: "11" }, update: { comment: [{ add: { body: "kept", visibility: { type: "role", value: "Developers" } } }] } }, 204);
    expect(jira.put(`/rest/api/2/issue/${key}/comment/10000`, { body: "still" }, 200)).toMatchObject({ visibility: { value: "Developers" } });
    upload(jira, key);
    expect(jira.call("GET", "/secure/attachment/10000/a.txt").status).toBe(302);
    jira.put(`/rest/api/2/issue/${key}/archive`, undefined);
    expect([jira.call("GET", `/rest/api/2/issue/${key}`).status, jira.get("/rest/api/2/search?jql=")]).toMatchObject([404, { total: 0 }]);
    const readable = caller("dc");
    const other = newIssue(readable, {});
    readable.put(`/rest/api/2/issue/${other}/archive`, undefined);
    expect([readable.call("GET", `/rest/api/2/issue/${other}`).status, readable.get("/rest/api/2/search?jql=")]).toMatchObject([200, { total: 0 }]);
  });

  it("sprintNameLimit, parallelSprints, filterDelaySeconds, attachmentRedirect, attachmentRedirectStatus, worklogFeedDelaySeconds, secondPrecision", () => {
    const jira = caller("cloud", { sprintNameLimit: 255, parallelSprints: true, filterDelaySeconds: 10, attachmentRedirect: "sameHost", attachmentRedirectStatus: 302, worklogFeedDelaySeconds: 0, secondPrecision: true });
    const key = newIssue(jira, {});
    expect(jira.get(`/rest/api/3/issue/${key}`)).toMatchObject({ fields: { updated: expect.stringContaining(".000-0500") } });
    const dates = { startDate: "2026-03-02T09:00:00.000Z", endDate: "2026-03-16T09:00:00.000Z", originBoardId: 1 };
    for (const name of ["x".repeat(100), "b"]) {
      const { id } = jira.post<{ id: number }>("/rest/agile/1.0/sprint", { name, ...dates });
      jira.post(`/rest/agile/1.0/sprint/${id}`, { state: "active" }, 200);
    }
    const { id } = jira.post<{ id: string }>("/rest/api/3/filter", { name: "F", jql: "project = DEMO" }, 200);
    const board = { name: "B", type: "scrum", filterId: Number(id), location: { type: "project", projectKeyOrId: "DEMO" } };
    expect(jira.call("POST", "/rest/agile/1.0/board", board).status).toBe(400);
    jira.tick(11);
    expect(jira.post("/rest/agile/1.0/board", board)).toMatchObject({ type: "scrum", location: { projectKey: "DEMO" } });
    upload(jira, key);
    expect(jira.call("GET", "/rest/api/3/attachment/content/10000")).toMatchObject({ status: 302, headers: { Location: expect.stringMatching(/^http:\/\/jira\.test\/media/) } });
    jira.post(`/rest/api/3/issue/${key}/worklog`, { timeSpent: "1h" });
    expect(jira.get("/rest/api/3/worklog/updated?since=0")).toMatchObject({ values: [{}] });
  });
});
