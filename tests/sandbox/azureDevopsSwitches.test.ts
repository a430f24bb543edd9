// Switches of the Azure DevOps sandbox that no other test here turns: both sides of each.

import { describe, expect, it } from "vitest";
import { newCaller, RELATED, relate, set } from "./azureDevopsCaller.ts";

describe("a switch", () => {
  it.each([[{}, "object"], [{ identities: "string" }, "string"]])("identities: %j", (options, kind) => {
    const caller = newCaller(options);
    expect(typeof (caller.item(caller.make("Bug", { Title: "x", AssignedTo: "Bo Chen" }))["fields"] as Readonly<Record<string, unknown>>)["System.AssignedTo"]).toBe(kind);
  });

  it.each([[{}, ["b", "a"]], [{ commentOrder: "asc" }, ["a", "b"]]])("commentOrder: %j", (options, order) => {
    const caller = newCaller(options);
    caller.make("Bug", { Title: "x" });
    for (const text of ["a", "b"]) caller.post("DEMO/_apis/wit/workItems/1/comments", { text });
    expect(caller.get("DEMO/_apis/wit/workItems/1/comments").list("comments").map((one) => one["text"])).toEqual(order);
  });

  it.each([[{}, 403], [{ areaRefusal: 400 }, 400]])("areaRefusal: %j", (options, status) => {
    const caller = newCaller({ ...options, readOnlyAreas: ["DEMO\\Web"] });
    caller.make("Bug", { Title: "x" });
    expect(caller.change(1, [set("System.AreaPath", "DEMO\\Web")])).toMatchObject({ status, message: expect.stringMatching(/^TF237111/) });
  });

  it.each([[{}, 200], [{ createStatus: 201 }, 201]])("createStatus: %j", (options, status) => {
    expect(newCaller(options).call("POST", "DEMO/_apis/wit/workitems/$Bug", [set("System.Title", "x")], { "content-type": "application/json-patch+json" }).status).toBe(status);
  });

  it.each([[{}, /\/tandem\/[0-9a-f-]{36}\/_apis\/wit\/workItems\/2$/], [{ relationUrls: "collection" }, /\/tandem\/_apis\/wit\/workItems\/2$/]])("relationUrls: %j", (options, url) => {
    const caller = newCaller(options);
    for (const Title of ["a", "b"]) caller.make("Bug", { Title });
    expect(caller.change(1, [relate(RELATED, 2)]).at("relations/0/url")).toMatch(url);
  });

  it("batchLimit holds for reading, deleting and $batch", () => {
    const caller = newCaller({ batchLimit: 1 });
    const entry = { method: "PATCH", uri: "/_apis/wit/workitems/1", headers: {}, body: [] };
    for (const answer of [caller.get("_apis/wit/workitems?ids=1,2"), caller.post("DEMO/_apis/wit/workitemsdelete", { ids: [1, 2] }), caller.patch("_apis/wit/$batch", [entry, entry])]) expect(answer.message).toMatch(/^VS403474: You requested 2 .* limit of 1\b/);
  });

  it("textLimit holds for fields and comments", () => {
    const caller = newCaller({ textLimit: 5 });
    caller.make("Bug", { Title: "x" });
    expect(caller.change(1, [set("System.Description", "123456")]).message).toMatch(/InvalidTooLong/);
    expect(caller.post("DEMO/_apis/wit/workItems/1/comments", { text: "123456" }).status).toBe(400);
    expect(caller.change(1, [set("System.Description", "12345")]).status).toBe(200);
  });

  it("commentPage bounds what is asked", () => {
    const caller = newCaller({ commentPage: 1 });
    caller.make("Bug", { Title: "x" });
    for (const text of ["a", "b"]) caller.post("DEMO/_apis/wit/workItems/1/comments", { text });
    expect(caller.get("DEMO/_apis/wit/workItems/1/comments?$top=50").body).toMatchObject({ count: 1, totalCount: 2, continuationToken: expect.any(String) });
  });

  it("bodyLimit refuses what is larger, but no file", () => {
    const caller = newCaller({ bodyLimit: 300 });
    expect(caller.make("Bug", { Title: "x" })).toBe(1);
    expect(caller.change(1, [set("System.Description", "x".repeat(300))])).toMatchObject({ status: 413, message: expect.stringContaining("at most 300") });
    expect(caller.post("DEMO/_apis/wit/attachments?fileName=a.txt", Buffer.alloc(400), { "content-type": "application/octet-stream" }).status).toBe(201);
  });

  it.each([[{ nodePermission: false }, 403], [{ nodePermission: false, areaRefusal: 400 }, 400], [{}, 201]])("nodePermission: %j", (options, status) => {
    const reply = newCaller(options).post("DEMO/_apis/wit/classificationnodes/areas", { name: "more" });
    expect([reply.status, /^TF50309/.test(reply.message)]).toEqual([status, status !== 201]);
  });

  it("maxNodes ends the growth of trees", () => {
    expect(newCaller({ maxNodes: 8 }).post("DEMO/_apis/wit/classificationnodes/areas", { name: "more" }).message).toMatch(/at most 8 nodes/);
  });

  it("writeConflicts lets so many updates meet another writer", () => {
    const caller = newCaller({ writeConflicts: 1 });
    caller.make("Bug", { Title: "x" });
    expect(caller.change(1, [set("System.Title", "y")])).toMatchObject({ status: 409, message: expect.stringMatching(/^TF26071/) });
    expect(caller.change(1, [set("System.Title", "y")]).status).toBe(200);
  });

  it.each([[{}, 1, 1], [{ webLinksMoveRev: true }, 2, 2], [{ linkMovesRev: true }, 2, 3]])("links by a person and by a program: %j", (options, person, program) => {
    const caller = newCaller(options);
    for (const Title of ["a", "b", "c"]) caller.make("Bug", { Title });
    caller.ado.edit({ action: "update", type: "Bug", id: "1", fields: { links: [{ rel: RELATED, target: 2 }] } });
    expect(caller.item(1)["rev"]).toBe(person);
    caller.change(1, [relate(RELATED, 3)]);
    expect(caller.item(1)["rev"]).toBe(program);
  });
});
