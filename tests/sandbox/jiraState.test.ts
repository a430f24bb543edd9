// The imitated Jira as a sandbox: whole content in and out, edits by people, the demo backlog, and a hundred thousand issues.

import { describe, expect, it } from "vitest";
import { demoEdits } from "../../lib/sandbox/jira/demo.ts";
import { caller, doc, newIssue, START, type Caller } from "./jiraCaller.ts";

const demo = (flavour: "cloud" | "dc"): Caller => {
  const jira = caller(flavour);
  for (const edit of demoEdits(flavour === "cloud")) {
    jira.tick(30);
    jira.jira.edit(edit);
  }
  return jira;
};

describe.each(["cloud", "dc"] as const)("the demo backlog (%s)", (flavour) => {
  const jira = demo(flavour);

  it("holds what it promises", () => {
    const count = (type: string): number => jira.jira.items().filter((row) => row.type === type).length;
    expect(["Epic", "Story", "Bug", "version", "sprint"].map(count)).toEqual([3, 25, 15, 2, 3]);
    expect(new Set(jira.jira.items().filter((row) => row.type === "Bug").map((row) => row.status))).toEqual(new Set(["Open", "In Progress", "Resolved", "Closed"]));
    expect(jira.get("/rest/agile/1.0/board/1/sprint")).toMatchObject({ values: [{ state: "closed" }, { state: "active" }, { state: "future" }] });
    expect(jira.get("/rest/api/2/issue/DEMO-29?expand=changelog")).toMatchObject({ fields: { status: { name: "In Progress" }, attachment: [{ filename: "Protokoll größer.log" }], customfield_10202: { value: "Very High" }, reporter: { displayName: "Bo Chen" } } });
  });

  it("goes out and in again without a change", () => {
    const state = jira.jira.state();
    const words = JSON.stringify(state);
    const other = caller(flavour);
    other.jira.load(JSON.parse(words));
    expect(JSON.stringify(other.jira.state())).toBe(words);
    const read = (one: Caller): unknown => one.get("/rest/api/2/issue/DEMO-29?expand=changelog,renderedFields");
    expect(read(other)).toEqual(read(jira));
    newIssue(other, {});
    expect(JSON.stringify(jira.jira.state())).toBe(words);
    expect(() => other.jira.load({ flavour: "other" })).toThrow(/not one of the sandbox Jira/);
  });
});

describe("reset", () => {
  it("keeps people and configuration only, and starts the numbers anew", () => {
    const jira = demo("cloud");
    const fresh = JSON.stringify(caller("cloud").jira.state());
    const cleared = demo("cloud");
    cleared.jira.reset();
    newIssue(cleared, {});
    expect(cleared.get("/rest/api/3/issue/DEMO-1")).toMatchObject({ id: "10000" });
    expect(fresh).toContain("anna.berg@example.com");
    expect(jira.jira.items().length).toBe(48);
    expect(caller("cloud").jira.items()).toEqual([]);
  });
});

describe("edits by people", () => {
  it("obey the rules and name their author", () => {
    const jira = caller("cloud");
    const { key } = jira.jira.edit({ author: "bo.chen@example.com", action: "create", type: "Story", project: "DEMO", fields: { summary: "S", assignee: "Anna Berg", description: doc("x"), customfield_10016: 3 } });
    jira.jira.edit({ author: "Carla Díaz", action: "update", type: "Story", id: key ?? "", fields: { status: { name: "Done" }, resolution: { name: "Won't Do" }, summary: "T" } });
    expect(jira.get(`/rest/api/3/issue/${key ?? ""}?expand=changelog`)).toMatchObject({
      fields: { creator: { displayName: "Bo Chen" }, reporter: { displayName: "Bo Chen" }, assignee: { displayName: "Anna Berg" }, status: { name: "Done" }, resolution: { name: "Won't Do" }, customfield_10016: 3 },
      changelog: { histories: expect.arrayContaining([expect.objectContaining({ author: expect.objectContaining({ displayName: "Carla Díaz" }) })]) },
    });
    const refused = (fields: Record<string, unknown>): (() => unknown) => () => jira.jira.edit({ action: "update", type: "Story", id: key ?? "", fields });
    expect(refused({ summary: "" })).toThrow(/must specify a summary/);
    expect(refused({ status: "Nowhere" })).toThrow(/no status/);
    expect(() => jira.jira.edit({ author: "Max Muster", action: "update", type: "Story", id: key ?? "", fields: {} })).toThrow(/no single person/);
    expect(() => jira.jira.edit({ action: "update", type: "Story", id: "DEMO-9", fields: {} })).toThrow(/no issue/);
  });

  it("reach versions, sprints, components, comments, files, links, work and profiles", () => {
    const jira = caller("dc");
    const { key = "", id } = jira.jira.edit({ action: "create", type: "Bug", project: "DEMO", fields: { summary: "S" } });
    const version = jira.jira.edit({ action: "create", type: "version", project: "DEMO", fields: { name: "1.0" } });
    jira.jira.edit({ action: "update", type: "version", id: version.id, fields: { name: "1.1", released: true } });
    const sprint = jira.jira.edit({ action: "create", type: "sprint", project: "DEMO", fields: { name: "S 1", state: "active", startDate: "2026-03-02T09:00:00.000Z", endDate: "2026-03-09T09:00:00.000Z" } });
    jira.jira.edit({ action: "update", type: "sprint", id: sprint.id, fields: { issues: [key], goal: "g" } });
    jira.jira.edit({ action: "create", type: "component", fields: { name: "UI" } });
    const comment = jira.jira.edit({ action: "comment", type: "Bug", id: key, fields: { text: "hello" } });
    jira.jira.edit({ action: "update", type: "comment", id: comment.id, fields: { text: "hello again" } });
    const file = jira.jira.edit({ action: "attach", type: "Bug", id, fields: { name: "a.bin", content: "aGk=", encoding: "base64" } });
    jira.jira.edit({ action: "update", type: "user", id: "sync", fields: { timeZone: "Asia/Tokyo" } });
    jira.jira.edit({ action: "create", type: "remotelink", id: key, fields: { object: { url: "https://a.test", title: "A" } } });
    expect(jira.get(`/rest/api/2/issue/${key}`)).toMatchObject({ fields: { comment: { comments: [{ body: "hello again", author: { name: "anna.berg" } }] }, attachment: [{ size: 2 }], customfield_10100: [expect.stringContaining("state=ACTIVE")] } });
    expect(jira.get("/rest/api/2/myself")).toMatchObject({ timeZone: "Asia/Tokyo" });
    expect(jira.get("/rest/api/2/project/DEMO/versions")).toMatchObject([{ name: "1.1", released: true }]);
    jira.jira.edit({ action: "delete", type: "attachment", id: file.id });
    jira.jira.edit({ action: "delete", type: "comment", id: comment.id });
    jira.jira.edit({ action: "delete", type: "Bug", id: key });
    expect(jira.call("GET", `/rest/api/2/issue/${id}`).status).toBe(404);
  });

  it("may leave a mark in the history that moves nothing", () => {
    const jira = caller("dc");
    const key = newIssue(jira, {});
    jira.tick(3600);
    jira.jira.edit({ action: "update", type: "workflow", id: key });
    expect(jira.get(`/rest/api/2/issue/${key}?expand=changelog`)).toMatchObject({ fields: { updated: "2026-03-04T04:15:30.000-0500" }, changelog: { histories: [{ created: "2026-03-04T05:15:30.250-0500", items: [{ field: "Workflow" }] }] } });
  });

  it("keep old keys when a whole project is renamed", () => {
    const jira = caller("cloud");
    newIssue(jira, {});
    jira.jira.edit({ action: "update", type: "project", id: "DEMO", fields: { key: "NEW" } });
    expect([jira.get("/rest/api/3/issue/DEMO-1"), jira.get("/rest/api/3/project/DEMO")]).toMatchObject([{ id: "10000", key: "NEW-1" }, { key: "NEW" }]);
  });
});

/** A state of many issues, one changed each second, made from one issue. */
const many = (jira: Caller, count: number): unknown => {
  newIssue(jira, { description: "some words", labels: ["bulk"] });
  const state = jira.jira.state() as { issues: readonly Record<string, unknown>[]; sequences: Record<string, number> };
  const [one] = state.issues;
  const at = Date.parse(START);
  const issues = Array.from({ length: count }, (_, n) => ({ ...one, id: 10_000 + n, key: `DEMO-${n + 1}`, created: at + n * 10, updated: at + n * 10 }));
  return { ...state, issues, sequences: { ...state.sequences, issue: 10_000 + count } };
};

describe("a hundred thousand issues", () => {
  it("are walked by keyset in both flavours without reading what went before", () => {
    const cloud = caller("cloud");
    cloud.jira.load(many(cloud, 100_000));
    let [seen, token] = [0, ""];
    for (let page = 0; page < 4; page += 1) {
      const answer = cloud.post<{ issues: readonly unknown[]; nextPageToken?: string }>("/rest/api/3/search/jql", { jql: "project = DEMO AND updated >= \"2026-01-01\" ORDER BY updated ASC, key ASC", fields: ["id"], maxResults: 5000, ...(token ? { nextPageToken: token } : {}) }, 200);
      seen += answer.issues.length;
      token = answer.nextPageToken ?? "";
    }
    expect(seen).toBe(20_000);
    const dc = caller("dc");
    dc.jira.load(many(dc, 100_000));
    const bound = Date.parse(START) + 99_000 * 10;
    for (let n = 0; n < 20; n += 1) expect(dc.get(`/rest/api/2/search?fields=updated&maxResults=100&jql=${encodeURIComponent(`project = DEMO AND updated >= ${bound + n} ORDER BY updated ASC, key ASC`)}`)["total"]).toBeGreaterThan(900);
    newIssue(dc, {});
    dc.put("/rest/api/2/issue/DEMO-50000", { fields: { summary: "changed" } });
  });
});
