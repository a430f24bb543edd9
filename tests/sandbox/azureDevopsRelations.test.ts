// What stands around the work items of the sandbox Azure DevOps: relations, tags, identities, the recycle bin, moves.

import { describe, expect, it } from "vitest";
import { type Body, CHILD, look, newCaller, PARENT, relate, RELATED, set } from "./azureDevopsCaller.ts";

const PBI = "Product Backlog Item";
const NO_LINK = "";

describe("relations", () => {
  it("appear at both ends without moving revision, date or watermark of either", () => {
    const caller = newCaller();
    const [a, b] = [caller.make("Feature", { Title: "a" }), caller.make(PBI, { Title: "b" })];
    const before = [caller.item(a), caller.item(b)].map((item) => [item["rev"], look(item, "fields/System.ChangedDate"), look(item, "fields/System.Watermark")]);
    caller.clock.at += 60_000;
    const answer = caller.change(a, [relate(CHILD, b, "from sync")]);
    expect(answer.body).toMatchObject({ rev: 1, relations: [{ rel: CHILD, url: caller.item(b)["url"], attributes: { isLocked: false, comment: "from sync", name: "Child" } }] });
    expect(caller.item(b)).toMatchObject({ fields: { "System.Parent": a }, relations: [{ rel: PARENT, attributes: { name: "Parent" } }] });
    expect([caller.item(a), caller.item(b)].map((item) => [item["rev"], look(item, "fields/System.ChangedDate"), look(item, "fields/System.Watermark")])).toEqual(before);
    expect(caller.change(a, [{ op: "replace", path: "/relations/0/attributes/comment", value: "changed" }]).at("relations/0/attributes/comment")).toBe("changed");
    expect(caller.change(a, [{ op: "remove", path: "/relations/0" }]).body).not.toHaveProperty("relations");
    expect(caller.get(`_apis/wit/workItems/${b}/updates`).list("value").map((one) => [one["rev"], Object.keys((one["relations"] ?? {}) as object)])).toEqual([[1, []], [1, ["added"]], [1, ["updated"]], [1, ["removed"]]]);
  });

  it("move the revision of both ends by switch", () => {
    const caller = newCaller({ linkMovesRev: true });
    const [a, b] = [caller.make("Bug", { Title: "a" }), caller.make("Bug", { Title: "b" })];
    expect(caller.change(a, [relate(RELATED, b)]).at("rev")).toBe(2);
    expect(caller.item(b)).toMatchObject({ rev: 2 });
  });

  it("to addresses, files and artifacts do make a revision", () => {
    const caller = newCaller();
    const id = caller.make("Bug", { Title: "a" });
    const add = (rel: string, url: string, attributes: Body = {}): Body => ({ op: "add", path: "/relations/-", value: { rel, url, attributes } });
    const linked = caller.change(id, [add("Hyperlink", "https://example.com/1", { comment: "c" })]);
    expect(linked.body).toMatchObject({ rev: 2, relations: [{ rel: "Hyperlink", url: "https://example.com/1", attributes: { id: expect.any(Number), comment: "c", authorizedDate: expect.any(String), resourceCreatedDate: expect.any(String), revisedDate: "9999-01-01T00:00:00Z" } }] });
    expect(caller.change(id, [add("ArtifactLink", "vstfs:///Build/Build/7", { name: "Build" })]).at("rev")).toBe(3);
    expect(caller.change(id, [add("ArtifactLink", "vstfs:///Build/Build/8")]).status).toBe(400);
    expect(caller.change(id, [add("ArtifactLink", "https://x", { name: "Build" })]).status).toBe(400);
    expect(caller.change(id, [add("AttachedFile", "https://x/attachments/00000000-0000-4000-a000-000000000000")]).message).toMatch(/^TF401243/);
    expect(caller.change(id, [add("Hyperlink", "https://example.com/1")])).toMatchObject({ status: 400, typeKey: "RelationAlreadyExistsException" });
    expect(caller.post("_apis/wit/artifactUriQuery", { artifactUris: ["vstfs:///Build/Build/7"] }).at("artifactUrisQueryResult/vstfs:")).toBeUndefined();
    expect(caller.item(id, "?fields=System.HyperLinkCount,System.ExternalLinkCount")["fields"]).toEqual({ "System.HyperLinkCount": 1, "System.ExternalLinkCount": 1 });
  });

  it("are removed by place, the highest first; later ones may come first", () => {
    const build = (options: Body): readonly unknown[] => {
      const caller = newCaller(options);
      const ids = ["a", "b", "c", "d"].map((Title) => caller.make("Bug", { Title }));
      for (const id of ids.slice(1)) {
        caller.clock.at += 1000;
        caller.change(1, [relate(RELATED, id)]);
      }
      const order = (caller.item(1)["relations"] as readonly Body[]).map((one) => String(one["url"]).slice(-1));
      caller.change(1, [{ op: "remove", path: "/relations/2" }, { op: "remove", path: "/relations/0" }]);
      return [order, (caller.item(1)["relations"] as readonly Body[]).map((one) => String(one["url"]).slice(-1))];
    };
    expect(build({})).toEqual([["4", "3", "2"], ["3"]]);
    expect(build({ relationOrder: "insertion" })).toEqual([["2", "3", "4"], ["3"]]);
  });

  it.each([
    ["twice the same", (_a: number, b: number) => [relate(CHILD, b), relate(CHILD, b)], 400, /already exists/, NO_LINK],
    ["to itself", (a: number) => [relate(RELATED, a)], 400, /to itself/, NO_LINK],
    ["in a circle", (_a: number, b: number) => [relate(PARENT, b)], 400, /^TF201035/, CHILD],
    ["to what is not there", () => [relate(RELATED, 99)], 400, /^TF401232/, NO_LINK],
    ["of an unknown kind", (_a: number, b: number) => [relate("System.LinkTypes.Nothing", b)], 400, /not known/, NO_LINK],
    ["to another organisation", (_a: number, b: number) => [relate("System.LinkTypes.Remote.Related", b)], 400, /not known/, NO_LINK],
  ])("are refused %s", (_what, ops, status, message, first) => {
    const caller = newCaller();
    const [a, b] = [caller.make("Feature", { Title: "a" }), caller.make("Feature", { Title: "b" })];
    if (first !== NO_LINK) caller.change(a, [relate(first, b)]);
    const answer = caller.change(a, ops(a, b));
    expect([answer.status, answer.message]).toEqual([status, expect.stringMatching(message)]);
  });

  it("allow one parent: the old one must go in the same patch", () => {
    const caller = newCaller({ duplicateLinkStatus: 409, deletedLinkStatus: 404 });
    const [a, b, c] = ["a", "b", "c"].map((Title) => caller.make("Feature", { Title })) as [number, number, number];
    caller.change(c, [relate(PARENT, a)]);
    expect(caller.change(c, [relate(PARENT, b)]).message).toMatch(/^TF201036/);
    expect(caller.change(c, [{ op: "remove", path: "/relations/0" }, relate(PARENT, b)]).status).toBe(200);
    expect(caller.item(c)).toMatchObject({ fields: { "System.Parent": b } });
    expect(caller.change(c, [relate(PARENT, b)]).status).toBe(409);
    expect(caller.change(c, [relate(RELATED, 99)]).status).toBe(404);
  });

  it("vanish with an end in the recycle bin, and come back with it", () => {
    const caller = newCaller();
    const [a, b] = [caller.make("Bug", { Title: "a" }), caller.make("Bug", { Title: "b" })];
    caller.change(a, [relate(RELATED, b)]);
    caller.remove(`_apis/wit/workitems/${b}`);
    expect(caller.item(a)).not.toHaveProperty("relations");
    caller.patch(`DEMO/_apis/wit/recyclebin/${b}`, { isDeleted: false });
    expect(caller.item(a)["relations"]).toHaveLength(1);
  });
});

describe("tags", () => {
  it("are added to by add, overwritten by replace, cleared by remove; one spelling, any separator", () => {
    const caller = newCaller();
    const id = caller.make("Bug", { Title: "x", Tags: "blue" });
    expect(caller.change(id, [set("System.Tags", "red, Blue;green")]).at("fields/System.Tags")).toBe("blue; green; red");
    expect(caller.change(id, [{ op: "replace", path: "/fields/System.Tags", value: "RED; new" }]).at("fields/System.Tags")).toBe("new; red");
    expect(caller.change(id, [{ op: "replace", path: "/fields/System.Tags", value: "" }]).body["fields"]).not.toHaveProperty(["System.Tags"]);
    expect(caller.get("DEMO/_apis/wit/tags").list("value").map((tag) => tag["name"])).toEqual(["blue", "green", "new", "red"]);
    const unsorted = newCaller({ tagOrder: "insertion", maxTags: 2 });
    expect(unsorted.item(unsorted.make("Bug", { Title: "x", Tags: "z; a" }))).toMatchObject({ fields: { "System.Tags": "z; a" } });
    expect(unsorted.change(1, [set("System.Tags", "b")]).message).toMatch(/at most 2 tags/);
    expect(() => newCaller({ createTags: false }).make("Bug", { Title: "x", Tags: "z" })).toThrow(/TF401289/);
  });
});

describe("identities", () => {
  const caller = newCaller();
  const id = caller.make("Bug", { Title: "x" });
  const bo = String(caller.get("_apis/identities?searchFilter=General&filterValue=Bo%20Chen").at("value/0/id"));

  it.each([
    ["a display name", "bo chen"], ["a mail address", "BO.CHEN@example.com"], ["name and address", "Bo Chen <bo.chen@example.com>"], ["without a space", "Bo Chen<bo.chen@example.com>"], ["an id", bo], ["an object with uniqueName", { uniqueName: "bo.chen@example.com" }], ["an object with id", { id: bo }],
  ])("are taken as %s", (_what, value) => {
    caller.change(id, [set("System.AssignedTo", "")]);
    expect(caller.change(id, [set("System.AssignedTo", value)]).at("fields/System.AssignedTo/displayName")).toBe("Bo Chen");
  });

  it("are refused unknown, and ambiguous by name alone", () => {
    expect(caller.change(id, [set("System.AssignedTo", "ghost@example.com")]).body).toMatchObject({ message: "The identity value 'ghost@example.com' for field 'Assigned To' is an unknown identity.", typeKey: "WorkItemFieldInvalidException", customProperties: { ReferenceName: "System.AssignedTo" }, errorCode: 600171 });
    expect(caller.change(id, [set("System.AssignedTo", "Max Muster")]).message).toMatch(/ambiguous/);
    expect(caller.change(id, [set("System.AssignedTo", "Max Muster <max.muster2@example.com>")]).at("fields/System.AssignedTo/uniqueName")).toBe("max.muster2@example.com");
    expect(caller.change(id, [set("System.AssignedTo", "Ivo Inactive")]).status).toBe(400);
  });
});

describe("the recycle bin", () => {
  it("takes an item and tells of it in its own forms", () => {
    const caller = newCaller();
    const id = caller.make("Bug", { Title: "gone" });
    caller.clock.at = Date.parse("2026-01-31T21:21:14Z");
    const deleted = caller.remove(`DEMO/_apis/wit/workitems/${id}`);
    expect(deleted.body).toMatchObject({ id, code: 200, type: "Bug", name: "gone", project: "DEMO", deletedDate: "1/31/2026 9:21:14 PM", deletedBy: "Sync Service <sync@example.com>", resource: { id, rev: 2 } });
    expect(caller.get(`_apis/wit/workitems/${id}`)).toMatchObject({ status: 404, message: expect.stringMatching(/^TF401232/) });
    expect(caller.change(id, [set("System.Title", "x")]).status).toBe(404);
    expect(caller.get("DEMO/_apis/wit/recyclebin").list("value")).toEqual([{ id, url: expect.stringContaining("/recyclebin/") }]);
    expect(caller.get(`DEMO/_apis/wit/recyclebin?ids=${id},77`).list("value")).toMatchObject([{ id: String(id), code: 200 }, { id: 77, code: 404 }]);
    expect(caller.patch(`DEMO/_apis/wit/recyclebin/${id}`, { isDeleted: true }).status).toBe(400);
    expect(caller.patch(`DEMO/_apis/wit/recyclebin/${id}`, { isDeleted: false }).status).toBe(200);
    expect(caller.item(id)).toMatchObject({ rev: 3 });
  });

  it("is passed by when destroying, refused without permission and for test artefacts; some answer 204", () => {
    const caller = newCaller({ destroyPermission: false, deleteMovesRev: false, deleteStatus: 204 });
    const [bug, test] = [caller.make("Bug", { Title: "x" }), caller.make("Test Case", { Title: "x" })];
    expect(caller.remove(`_apis/wit/workitems/${bug}?destroy=true`).status).toBe(403);
    expect(caller.remove(`_apis/wit/workitems/${test}`).message).toMatch(/Test Case/);
    expect(caller.remove(`_apis/wit/workitems/${bug}`).status).toBe(204);
    expect(caller.remove(`DEMO/_apis/wit/recyclebin/${bug}`).status).toBe(403);
    caller.patch(`DEMO/_apis/wit/recyclebin/${bug}`, { isDeleted: false });
    expect(caller.item(bug)).toMatchObject({ rev: 1 });
    const other = newCaller();
    const [one, two] = [other.make("Bug", { Title: "x" }), other.make("Bug", { Title: "y" })];
    expect(other.post("DEMO/_apis/wit/workitemsdelete", { ids: [one, 55, two], destroy: true }).list("results").map((entry) => entry["code"])).toEqual([200, 404, 200]);
    expect(other.get("DEMO/_apis/wit/recyclebin").body).toEqual({ count: 0, value: [] });
    expect(other.make("Bug", { Title: "z" })).toBe(3);
  });
});

describe("moving", () => {
  it("goes to another project with its roots, and to another type with a state that it has", () => {
    const caller = newCaller();
    const id = caller.make("Bug", { Title: "x", AreaPath: "DEMO\\Web" });
    expect(caller.change(id, [set("System.TeamProject", "Second Project")]).body).toMatchObject({ id, rev: 2, fields: { "System.TeamProject": "Second Project", "System.AreaPath": "Second Project" } });
    caller.change(id, [set("System.TeamProject", "DEMO"), set("System.AreaPath", "DEMO\\Web"), set("System.IterationPath", "DEMO\\Sprint 1")]);
    expect(caller.change(id, [set("System.WorkItemType", "Task")]).body).toMatchObject({ fields: { "System.WorkItemType": "Task", "System.State": "To Do", "System.AreaPath": "DEMO\\Web" } });
    const fixed = newCaller({ movesAllowed: false });
    fixed.make("Bug", { Title: "x" });
    expect(fixed.change(1, [set("System.TeamProject", "Second Project")]).status).toBe(400);
  });
});
