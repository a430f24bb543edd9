// The controls of the Azure DevOps sandbox: example content, state and load, edits by persons, lag, expiry, rows of the page.

import { describe, expect, it } from "vitest";
import { demoEdits } from "../../lib/sandbox/azureDevops/demo.ts";
import { canonical } from "../../lib/sandbox/canonical.ts";
import { startServer } from "../../lib/sandbox/server.ts";
import { loadDemo } from "../../lib/sandbox/demoData.ts";
import { createAzureDevops } from "../../lib/sandbox/azureDevops.ts";
import { CHILD, newCaller, PARENT, relate, set } from "./azureDevopsCaller.ts";

const filled = (options: Readonly<Record<string, unknown>> = {}): ReturnType<typeof newCaller> => {
  const caller = newCaller(options);
  for (const edit of demoEdits()) {
    caller.clock.at += 60_000;
    caller.ado.edit(edit);
  }
  return caller;
};

describe("the example content", () => {
  it.each(["any", "process"])("is accepted where transitions are %s", (transitions) => {
    const caller = filled({ transitions });
    expect(caller.ado.items().length).toBe(22);
    expect(new Set(caller.ado.items().map((row) => row.type))).toEqual(new Set(["Epic", "Feature", "Product Backlog Item", "Bug", "Task", "Impediment", "Test Case"]));
    expect(caller.ids("[System.State] = 'Done'")).toHaveLength(4);
    expect(caller.ado.items()[6]).toMatchObject({ name: "Pay a fee by card", status: "Committed", details: { comments: "2", assignedTo: "Bo Chen", iteration: "DEMO\\Sprint 2", parent: "3" } });
  });

  it("is what startSandbox loads, and the page shows it", async () => {
    const server = await startServer(createAzureDevops);
    try {
      await loadDemo(server);
      const page = await (await fetch(server.url, { headers: { Accept: "text/html" } })).text();
      expect(page).toContain("Drawer stays open after a power cut");
    } finally {
      await server.close();
    }
  });
});

describe("state", () => {
  it("is what load takes, byte for byte, and everything works on from there", () => {
    const caller = filled();
    const state = JSON.stringify(canonical(caller.ado.state()));
    const other = newCaller();
    other.ado.load(JSON.parse(state));
    expect(JSON.stringify(canonical(other.ado.state()))).toBe(state);
    const [id] = caller.ids("[System.Title] = 'Pay a fee by card'");
    expect(other.item(Number(id))).toEqual(caller.item(Number(id)));
    expect(other.make("Task", { Title: "next" })).toBe(caller.make("Task", { Title: "next" }));
    expect(JSON.stringify(canonical(other.ado.state())).length).toBeGreaterThan(state.length);
  });

  it("is the same after every reset, and does not move by reading, refusing or validating", () => {
    const caller = newCaller();
    const fresh = JSON.stringify(canonical(caller.ado.state()));
    caller.make("Bug", { Title: "x", Tags: "a" });
    const before = JSON.stringify(canonical(caller.ado.state()));
    caller.get("_apis/wit/workitems/1?$expand=all");
    expect(caller.change(1, [set("System.State", "Nowhere")]).status).toBe(400);
    expect(caller.change(1, [{ op: "add", path: "/relations/-", value: { rel: "Hyperlink", url: "https://example.com" } }, set("Microsoft.VSTS.Common.Priority", 9)]).status).toBe(400);
    expect(caller.change(1, [set("System.Title", "y"), { op: "add", path: "/relations/-", value: { rel: "Hyperlink", url: "https://example.com" } }], "?validateOnly=true").at("fields/System.Title")).toBe("y");
    expect(JSON.stringify(canonical(caller.ado.state()))).toBe(before);
    caller.ado.reset();
    expect(JSON.stringify(canonical(caller.ado.state()))).toBe(fresh);
  });

  it("refuses what is no state and keeps its own", () => {
    const caller = newCaller();
    caller.make("Bug", { Title: "x" });
    expect(() => caller.ado.load({ items: [] })).toThrow(/users/);
    expect(caller.item(1)["rev"]).toBe(1);
  });
});

describe("a person", () => {
  const caller = newCaller();
  const edit = caller.ado.edit;

  it("creates, changes, comments, attaches, links, deletes and restores", () => {
    const parent = edit({ action: "create", type: "Feature", project: "DEMO", fields: { "System.Title": "above" } }).id;
    const { id } = edit({ author: "Bo Chen", action: "create", type: "Bug", fields: { "System.Title": "by hand", "System.State": "Committed", links: [{ rel: PARENT, target: "above" }] } });
    edit({ author: "carla.diaz@example.com", action: "comment", type: "Bug", id, fields: { text: "hello" } });
    edit({ author: "Carla Díaz", action: "attach", type: "Bug", id, fields: { name: "a.txt", content: "abc" } });
    edit({ action: "update", type: "Bug", id, fields: { "System.Title": "by hand again", "System.State": "Done" } });
    const item = caller.item(Number(id));
    expect(item).toMatchObject({ rev: 5, fields: { "System.Parent": Number(parent), "System.CreatedBy": { displayName: "Bo Chen" }, "System.ChangedBy": { displayName: "Anna Berg" }, "System.State": "Done", "System.CommentCount": 1 } });
    const [file] = (item["relations"] as readonly { readonly rel: string; readonly url: string }[]).filter((one) => one.rel === "AttachedFile");
    expect(String(caller.get(`_apis/wit/attachments/${file?.url.match(/attachments\/([\w-]+)/)?.[1]}`).raw)).toBe("abc");
    edit({ action: "update", type: "Bug", id, fields: { unlink: [{ target: parent }], detach: "a.txt" } });
    expect(caller.item(Number(id))["relations"]).toBeUndefined();
    edit({ action: "delete", type: "Bug", id });
    expect(caller.get(`_apis/wit/workitems/${id}`).status).toBe(404);
    edit({ action: "update", type: "Bug", id, fields: { deleted: false } });
    expect(caller.get(`_apis/wit/workitems/${id}`).status).toBe(200);
    edit({ action: "delete", type: "Bug", id, fields: { destroy: true } });
    expect(caller.get(`DEMO/_apis/wit/recyclebin/${id}`).status).toBe(404);
  });

  it("edits comments, areas, iterations, teams, projects and users", () => {
    const { id } = edit({ action: "create", type: "Task", fields: { "System.Title": "talk" } });
    const comment = edit({ action: "comment", type: "Task", id, fields: { text: "one" } }).id;
    edit({ action: "comment", type: "Task", id, fields: { id: comment, text: "two" } });
    expect(caller.get(`DEMO/_apis/wit/workitems/${id}/comments`).at("comments/0")).toMatchObject({ text: "two", version: 2 });
    edit({ action: "comment", type: "Task", id, fields: { id: comment, deleted: true } });
    edit({ action: "create", type: "iteration", fields: { name: "R2", startDate: "2026-04-01", finishDate: "2026-04-30", team: true } });
    edit({ action: "update", type: "iteration", id: "DEMO\\R2", fields: { name: "Release 2" } });
    edit({ action: "update", type: "Task", id, fields: { "System.IterationPath": "DEMO\\Release 2" } });
    edit({ action: "delete", type: "iteration", id: "Release 2" });
    expect(caller.item(Number(id))).toMatchObject({ fields: { "System.IterationPath": "DEMO" } });
    edit({ action: "create", type: "area", fields: { name: "Sub", parent: "Web" } });
    edit({ action: "create", type: "team", fields: { name: "Crew", members: ["Bo Chen"] } });
    edit({ action: "create", type: "project", fields: { name: "Third" } });
    edit({ action: "update", type: "project", id: "Third", fields: { name: "Third again" } });
    edit({ action: "create", type: "user", fields: { name: "Nia New", mail: "nia@example.com" } });
    edit({ action: "update", type: "Task", id, fields: { "System.AssignedTo": "Nia New" } });
    edit({ action: "delete", type: "user", id: "Nia New" });
    expect(caller.item(Number(id))).toMatchObject({ fields: { "System.AssignedTo": { displayName: "Nia New", inactive: true } } });
    expect(caller.get("_apis/projects").list("value").map((one) => one["name"])).toContain("Third again");
  });

  it.each([
    [{ action: "update", type: "Bug", id: "4711", fields: {} }, /no work item "4711"/],
    [{ action: "create", type: "Nothing", fields: {} }, /no type "Nothing"/],
    [{ action: "create", type: "Bug", author: "Nobody", fields: { "System.Title": "x" } }, /no person "Nobody"/],
    [{ action: "create", type: "Bug", fields: {} }, /TF401320.*Title/],
    [{ action: "delete", type: "area", id: "Nowhere" }, /no area "Nowhere"/],
  ] as const)("is refused %j in words", (wrong, message) => {
    expect(() => edit(wrong)).toThrow(message);
  });
});

describe("faults of the imitation", () => {
  it("hides fresh saves from searches and feeds while there is a lag", () => {
    const caller = newCaller();
    caller.make("Bug", { Title: "old" });
    caller.clock.at += 60_000;
    caller.ado.setSearchLag(30);
    caller.change(1, [set("System.Title", "new")]);
    expect(caller.ids("[System.Title] = 'old'")).toEqual([1]);
    expect(caller.get("_apis/wit/reporting/workitemrevisions").list("values")).toHaveLength(1);
    expect(caller.item(1)).toMatchObject({ fields: { "System.Title": "new" } });
    caller.clock.at += 31_000;
    expect(caller.ids("[System.Title] = 'new'")).toEqual([1]);
  });

  it("makes the token expire for good, and survives the end of sessions that tokens do not have", () => {
    const caller = newCaller();
    caller.ado.expireSessions();
    expect(caller.get("_apis/projects").status).toBe(200);
    caller.ado.edit({ action: "update", type: "token", fields: { expired: true } });
    expect(caller.get("_apis/projects").status).toBe(203);
    expect(decodeURIComponent(String(caller.get("_apis/projects").headers["X-TFS-ServiceError"]))).toContain("expired");
  });

  it("fails the entries of a batch that it is told to", () => {
    const caller = newCaller();
    caller.ado.failBulkEntries([1]);
    const entry = (title: string): unknown => ({ method: "PATCH", uri: "/DEMO/_apis/wit/workitems/$Task?api-version=7.1", headers: { "Content-Type": "application/json-patch+json" }, body: [set("System.Title", title)] });
    const answer = caller.patch("_apis/wit/$batch", [entry("a"), entry("b"), entry("c")]);
    expect(answer.list("value").map((one) => one["code"])).toEqual([200, 500, 200]);
    expect(caller.ids("[System.Id] > 0")).toHaveLength(2);
  });
});

describe("a batch", () => {
  it("links later entries to earlier ones by temporary ids, with and without host and project", () => {
    const caller = newCaller();
    const headers = { "Content-Type": "application/json-patch+json" };
    const answer = caller.patch("_apis/wit/$batch", [
      { method: "PATCH", uri: "/DEMO/_apis/wit/workitems/$Feature?api-version=7.1", headers, body: [{ op: "add", path: "/id", value: -1 }, set("System.Title", "f")] },
      { method: "PATCH", uri: "http://localhost/tandem/DEMO/_apis/wit/workitems/$Task?api-version=7.1", headers, body: [{ op: "add", path: "/id", value: -2 }, set("System.Title", "t"), relate(PARENT, -1)] },
      { method: "PATCH", uri: "/_apis/wit/workitems/99?api-version=7.1", headers, body: [set("System.Title", "x")] },
    ]);
    expect(answer.list("value").map((one) => one["code"])).toEqual([200, 200, 404]);
    expect(JSON.parse(String(answer.at("value/2/body")))).toMatchObject({ typeKey: "WorkItemUnauthorizedAccessException" });
    expect(caller.item(1)).toMatchObject({ relations: [{ rel: CHILD, url: expect.stringMatching(/workItems\/2$/) }] });
  });
});
