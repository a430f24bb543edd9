// The Azure DevOps sandbox around work items: feeds, history, comments, attachments, nodes, teams, saved things.

import { describe, expect, it } from "vitest";
import { type Body, CHILD, look, newCaller, RELATED, relate, set } from "./azureDevopsCaller.ts";

/** The area of teams' settings in an address. */
const WORK = "_apis/work";

type Caller = ReturnType<typeof newCaller>;
const feed = (caller: Caller, query = "", path = ""): ReturnType<Caller["get"]> => caller.get(`${path}_apis/wit/reporting/workitemrevisions${query}`);
const pairs = (answer: ReturnType<Caller["get"]>): readonly unknown[] => answer.list("values").map((one) => `${String(one["id"])}/${String(one["rev"])}`);

describe("the revisions feed", () => {
  it("goes by watermark from token to token, and the last token stays good", () => {
    const caller = newCaller({ reportPage: 2 });
    for (const Title of ["a", "b", "c"]) caller.make("Bug", { Title });
    caller.change(1, [set("System.Title", "aa")]);
    const first = feed(caller);
    expect([pairs(first), first.at("isLastBatch"), first.at("continuationToken")]).toEqual([["1/1", "2/1"], false, "2;2;1"]);
    expect(first.at("nextLink")).toBe("http://localhost/tandem/_apis/wit/reporting/workItemRevisions?continuationToken=2%3B2%3B1&api-version=7.1");
    const second = caller.get(String(first.at("nextLink")).replace("http://localhost", ""));
    expect([pairs(second), second.at("isLastBatch")]).toEqual([["3/1", "1/2"], true]);
    const token = String(second.at("continuationToken"));
    const idle = feed(caller, `?continuationToken=${token}`);
    expect([pairs(idle), idle.at("continuationToken"), idle.at("isLastBatch")]).toEqual([[], token, true]);
    caller.change(2, [set("System.Title", "bb")]);
    expect(pairs(feed(caller, `?continuationToken=${token}`))).toEqual(["2/2"]);
    expect(pairs(feed(caller, "?$maxPageSize=1"))).toEqual(["1/1"]);
    expect(newCaller().get("_apis/wit/reporting/workitemrevisions").body).toMatchObject({ values: [], isLastBatch: true, continuationToken: "0;0;0" });
  });

  it("shows identities as text and no long texts, unless asked", () => {
    const caller = newCaller();
    caller.make("Bug", { Title: "a", "Microsoft.VSTS.TCM.ReproSteps": "<p>x</p>", AssignedTo: "Bo Chen", Tags: "t" });
    const fields = (query: string): unknown => feed(caller, query).at("values/0/fields");
    expect(fields("")).toMatchObject({ "System.Id": 1, "System.Rev": 1, "System.ChangedBy": "Sync Service <sync@example.com>", "System.AssignedTo": "Bo Chen <bo.chen@example.com>", "System.RevisedDate": "9999-01-01T00:00:00Z", "System.Tags": "t" });
    expect(fields("")).not.toHaveProperty(["Microsoft.VSTS.TCM.ReproSteps"]);
    expect(fields("?$expand=fields")).toMatchObject({ "Microsoft.VSTS.TCM.ReproSteps": "<p>x</p>" });
    expect(fields("?includeIdentityRef=true")).toMatchObject({ "System.AssignedTo": { displayName: "Bo Chen" } });
    expect(fields("?fields=System.Title,System.State")).toEqual({ "System.Title": "a", "System.State": "New" });
    expect(fields("?includeTagRef=true&fields=System.Tags")).toEqual({ "System.Tags": expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(feed(caller, "?fields=System.Nothing").message).toMatch(/^TF51535/);
    const posted = caller.post("_apis/wit/reporting/workitemrevisions", { fields: ["System.Title"], types: ["bug"], includeLatestOnly: true });
    expect(posted.list("values")).toEqual([{ id: 1, rev: 1, fields: { "System.Title": "a" } }]);
  });

  it("starts at a time, keeps to types, to the newest, to comments; a token and a time exclude each other", () => {
    const caller = newCaller();
    caller.make("Bug", { Title: "a" });
    caller.clock.at += 3_600_000;
    caller.make("Task", { Title: "b" });
    caller.change(1, [set("System.History", "said")]);
    expect(pairs(feed(caller, "?startDateTime=2026-03-02T10:30:00Z"))).toEqual(["2/1", "1/2"]);
    expect(pairs(feed(caller, `?startDateTime=${encodeURIComponent("Mon, 02 Mar 2026 10:30:00 GMT")}&types=Task`))).toEqual(["2/1"]);
    expect(pairs(feed(caller, "?includeLatestOnly=true"))).toEqual(["2/1", "1/2"]);
    expect(pairs(feed(caller, "?includeDiscussionChangesOnly=true"))).toEqual(["1/2"]);
    expect(pairs(caller.get("_apis/wit/reporting/workItemRevisions/discussions?api-version=7.1"))).toEqual(["1/2"]);
    expect(feed(caller, "?startDateTime=2026-03-02&continuationToken=1;1;1").status).toBe(400);
    expect(feed(caller, "?continuationToken=later").status).toBe(400);
    expect(feed(caller, "?startDateTime=2026-04-01T00:00:00Z").body).toMatchObject({ values: [], continuationToken: "3;0;0" });
  });

  it("does not show what has left the project, but the collection does", () => {
    const caller = newCaller();
    caller.make("Bug", { Title: "a" });
    caller.change(1, [set("System.TeamProject", "Second Project")]);
    expect(pairs(feed(caller, "", "DEMO/"))).toEqual(["1/1"]);
    expect(pairs(feed(caller, "", "Second%20Project/"))).toEqual(["1/2"]);
    expect(pairs(feed(caller))).toEqual(["1/1", "1/2"]);
  });

  it.each([
    [{}, ["1/1", "1/2"], [true, true]],
    [{ deletedInFeed: "plain" }, ["1/1", "1/2"], [undefined, true]],
    [{ deleteMovesRev: false }, ["1/1"], [true]],
    [{ deleteMovesRev: false, deletedInFeed: "plain" }, ["1/1"], [undefined]],
  ])("shows deleted items when asked, with the switches %j", (options, shown, marks) => {
    const caller = newCaller(options);
    caller.make("Bug", { Title: "a" });
    caller.remove("_apis/wit/workitems/1");
    expect(pairs(feed(caller))).toEqual([]);
    const deleted = feed(caller, "?includeDeleted=true");
    expect([pairs(deleted), deleted.list("values").map((one) => look(one, "fields/System.IsDeleted"))]).toEqual([shown, marks]);
  });

  it("may never show a late commit to who has passed it", () => {
    const caller = newCaller({ lateCommitSeconds: 60 });
    caller.ado.edit({ action: "create", type: "Bug", fields: { "System.Title": "late" } });
    caller.make("Bug", { Title: "early" });
    const first = feed(caller);
    expect(pairs(first)).toEqual(["2/1"]);
    caller.clock.at += 61_000;
    expect(pairs(feed(caller, `?continuationToken=${String(first.at("continuationToken"))}`))).toEqual([]);
    expect(pairs(feed(caller))).toEqual(["1/1", "2/1"]);
  });
});

describe("the links feed", () => {
  it("tells of every link made and removed, in pages", () => {
    const caller = newCaller({ linksPage: 2 });
    const [a, b, c] = ["a", "b", "c"].map((Title) => caller.make("Bug", { Title })) as [number, number, number];
    caller.change(a, [relate(CHILD, b, "why"), relate(RELATED, c)]);
    caller.change(a, [{ op: "remove", path: "/relations/0" }]);
    const links = (query = ""): ReturnType<Caller["get"]> => caller.get(`_apis/wit/reporting/workitemlinks${query}`);
    const first = links();
    expect(first.list("values")).toMatchObject([
      { rel: "System.LinkTypes.Hierarchy", sourceId: a, targetId: b, isActive: true, changedOperation: "create", comment: "why", changedBy: { displayName: "Sync Service" }, changedDate: "2026-03-02T10:00:00Z" },
      { rel: "System.LinkTypes.Related", sourceId: a, targetId: c, isActive: true },
    ]);
    expect([first.at("isLastBatch"), first.at("continuationToken")]).toEqual([false, "2"]);
    expect(links("?continuationToken=2").list("values")).toMatchObject([{ isActive: false, changedOperation: "remove" }]);
    expect(links("?continuationToken=3").body).toMatchObject({ values: [], isLastBatch: true, continuationToken: "3" });
    expect(links("?linkTypes=System.LinkTypes.Hierarchy-Forward&types=Bug").list("values").every((one) => one["rel"] === "System.LinkTypes.Hierarchy")).toBe(true);
    expect(links("?startDateTime=2027-01-01").list("values")).toEqual([]);
    expect(pairs(feed(caller))).toEqual(["1/1", "2/1", "3/1"]);
    const plain = newCaller({ linkFeedDetails: false });
    plain.make("Bug", { Title: "a" });
    plain.make("Bug", { Title: "b" }, [relate(RELATED, 1)]);
    expect(Object.keys(plain.get("_apis/wit/reporting/workitemlinks").list("values")[0] ?? {})).toEqual(["rel", "sourceId", "targetId", "changedDate", "isActive"]);
  });
});

describe("history", () => {
  it("shows updates as differences and revisions as snapshots, in pages", () => {
    const caller = newCaller({ updatesPage: 2 });
    const id = caller.make("Bug", { Title: "a", AssignedTo: "Bo Chen" });
    caller.clock.at += 60_000;
    caller.change(id, [set("System.AssignedTo", "Anna Berg"), set("System.Description", "<b>x</b>"), set("System.History", "said")]);
    caller.change(id, [set("System.AssignedTo", "")]);
    const updates = caller.get(`_apis/wit/workItems/${id}/updates`);
    expect(updates.list("value").map((one) => one["rev"])).toEqual([1, 2]);
    expect(updates.at("value/0/fields/System.Title")).toEqual({ newValue: "a" });
    expect(updates.at("value/1")).toMatchObject({ workItemId: id, revisedBy: { displayName: "Sync Service" }, revisedDate: "2026-03-02T10:01:00.003Z", fields: { "System.AssignedTo": { oldValue: { displayName: "Bo Chen" }, newValue: { displayName: "Anna Berg" } }, "System.Description": { newValue: "<b>x</b>" }, "System.History": { newValue: "said" }, "System.Rev": { oldValue: 1, newValue: 2 }, "System.ChangedDate": { oldValue: "2026-03-02T10:00:00Z", newValue: "2026-03-02T10:01:00Z" } } });
    const last = caller.get(`_apis/wit/workItems/${id}/updates?$skip=2&$top=5`);
    expect(last.at("value/0")).toMatchObject({ id: 3, revisedDate: "9999-01-01T00:00:00Z", fields: { "System.AssignedTo": { oldValue: { displayName: "Anna Berg" } } } });
    expect(caller.get(`_apis/wit/workItems/${id}/revisions/2?$expand=all`).body).toMatchObject({ rev: 2, fields: { "System.History": "said", "System.RevisedDate": "2026-03-02T10:01:00.003Z" }, commentVersionRef: { commentId: 1, version: 1 } });
    expect(caller.get(`_apis/wit/workItems/${id}/revisions?$top=1`).at("value/0/url")).toMatch(/\/revisions\/1$/);
    expect([caller.get(`_apis/wit/workItems/${id}/revisions/9`).status, caller.get(`_apis/wit/workItems/${id}/updates/9`).status]).toEqual([404, 404]);
    expect(caller.item(id)["fields"]).not.toHaveProperty(["System.History"]);
  });
});

describe("comments", () => {
  const path = "DEMO/_apis/wit/workItems/1/comments";

  it("are made, edited, deleted and listed in an order, in pages", () => {
    const caller = newCaller();
    caller.make("Bug", { Title: "a", History: "first" });
    for (const text of ["second", "third"]) {
      caller.clock.at += 1000;
      expect(caller.post(path, { text })).toMatchObject({ status: 200, body: { text, version: 1, workItemId: 1, format: "html", createdBy: { displayName: "Sync Service" } } });
    }
    const texts = (query: string): readonly unknown[] => caller.get(`${path}${query}`).list("comments").map((one) => one["text"]);
    expect(texts("")).toEqual(["third", "second", "first"]);
    expect(texts("?order=asc")).toEqual(["first", "second", "third"]);
    const page = caller.get(`${path}?$top=2&order=1`);
    expect(page.body).toMatchObject({ totalCount: 3, count: 2, nextPage: expect.stringContaining("continuationToken=") });
    expect(texts(`?$top=2&order=1&continuationToken=${encodeURIComponent(String(page.at("continuationToken")))}`)).toEqual(["third"]);
    expect(texts("?ids=1,3")).toEqual(["first", "third"]);
    expect(caller.patch(`${path}/2`, { text: "second again" })).toMatchObject({ status: 200, body: { version: 2, text: "second again" } });
    expect(caller.remove(`${path}/1`).status).toBe(204);
    expect(texts("?order=asc")).toEqual(["second again", "third"]);
    expect(caller.get(`${path}?includeDeleted=true`).list("comments").filter((one) => one["isDeleted"] === true)).toHaveLength(1);
    expect([caller.get(`${path}/1`).status, caller.remove(`${path}/1`).status, caller.patch(`${path}/99`, { text: "x" }).status]).toEqual([404, 404, 404]);
    expect(caller.item(1)).toMatchObject({ rev: 3, fields: { "System.CommentCount": 2 } });
  });

  it("stand in the order of their times, which lose their trailing zeros, and are followed to the end by nextPage", () => {
    const caller = newCaller({}, "2026-03-02T10:00:00.900Z");
    caller.make("Bug", { Title: "a" });
    for (const [text, at] of [["one", ".940Z"], ["two", ".943Z"], ["three", ".950Z"]] as const) {
      caller.clock.at = Date.parse(`2026-03-02T10:00:00${at}`);
      caller.post(path, { text });
    }
    const found: unknown[] = [];
    let next: unknown = `${path}?$top=1&order=asc&$expand=renderedText`;
    while (typeof next === "string") {
      const page = caller.get(next.replace(/^http:\/\/localhost/, ""));
      found.push(...page.list("comments").map((one) => [one["text"], one["renderedText"]]));
      next = page.at("nextPage");
    }
    expect(found).toEqual([["one", "one"], ["two", "two"], ["three", "three"]]);
  });

  it("need a project, a text, and say so", () => {
    const caller = newCaller();
    caller.make("Bug", { Title: "a" });
    expect(caller.get("_apis/wit/workItems/1/comments").status).toBe(400);
    expect(caller.post(path, { text: " " }).status).toBe(400);
    expect(caller.post(path, {}).status).toBe(400);
    expect(caller.get("DEMO/_apis/wit/workItems/99/comments").status).toBe(404);
  });

  it.each([
    [{}, [2, 2, 2]],
    [{ commentMovesRev: false }, [1, 1, 1]],
    [{ commentEditMovesRev: true, commentDeleteMovesRev: true }, [2, 3, 4]],
  ])("move the revision as switched: %j", (options, revs) => {
    const caller = newCaller(options);
    caller.make("Bug", { Title: "a" });
    const rev = (): unknown => caller.item(1)["rev"];
    caller.post(path, { text: "one" });
    const seen = [rev()];
    caller.patch(`${path}/1`, { text: "two" });
    seen.push(rev());
    caller.remove(`${path}/1`);
    expect([...seen, rev()]).toEqual(revs);
  });

  it("take Markdown from the fourth preview on, name who is mentioned, and leave scripts out", () => {
    const caller = newCaller();
    caller.make("Bug", { Title: "a" });
    expect(caller.post(`${path}?format=markdown&api-version=7.1-preview.4`, { text: "**a** <b>" })).toMatchObject({ status: 200, body: { format: "markdown", text: "**a** <b>" } });
    expect(caller.get(`${path}/1?$expand=renderedText`).at("renderedText")).toBe("<p><strong>a</strong> &lt;b&gt;</p>");
    expect(caller.post(`${path}?format=markdown&api-version=7.1-preview.3`, { text: "a" }).status).toBe(400);
    const id = "0b7f2a1c-55e0-4d0e-9c1b-3a6f5d2e8801";
    expect(caller.post(path, { text: `<a href="#" data-vss-mention="version:2.0,${id}">@x</a><script>x</script>` }).body).toMatchObject({ text: `<a href="#" data-vss-mention="version:2.0,${id}">@x</a>`, mentions: [{ artifactId: id }] });
    expect(caller.get(`${path}?$expand=renderedTextOnly`).list("comments")[0]).not.toHaveProperty("text");
  });
});

describe("attachments", () => {
  const bytes = { "content-type": "application/octet-stream" };
  const upload = (caller: Caller, content: string, query = "?fileName=a.txt"): ReturnType<Caller["post"]> => caller.post(`DEMO/_apis/wit/attachments${query}`, Buffer.from(content), bytes);

  it("are uploaded, attached, downloaded, renamed by attaching again, and removed without losing the bytes", () => {
    const caller = newCaller();
    const id = caller.make("Bug", { Title: "a" });
    const file = upload(caller, "content", `?fileName=${encodeURIComponent("größe 1.txt")}&uploadType=simple`);
    expect(file).toMatchObject({ status: 201, body: { id: expect.any(String), url: expect.stringMatching(/\/_apis\/wit\/attachments\/[0-9a-f-]{36}\?fileName=gr%C3%B6%C3%9Fe%201\.txt$/) } });
    expect(caller.item(id)).not.toHaveProperty("relations");
    const attach = (attributes: Body): Body => ({ op: "add", path: "/relations/-", value: { rel: "AttachedFile", url: file.at("url"), attributes } });
    expect(caller.change(id, [attach({ comment: "c" })]).body).toMatchObject({ rev: 2, relations: [{ rel: "AttachedFile", url: expect.stringContaining(String(file.at("id"))), attributes: { name: "größe 1.txt", resourceSize: 7, comment: "c" } }] });
    expect(caller.change(id, [{ op: "remove", path: "/relations/0" }, attach({ name: "other.txt" })]).at("relations/0/attributes/name")).toBe("other.txt");
    const download = caller.get(`_apis/wit/attachments/${String(file.at("id"))}?fileName=x%C3%A4.txt&download=true`);
    expect([String(download.raw), download.headers["Content-Type"], download.headers["Content-Disposition"]]).toEqual(["content", "application/octet-stream", `attachment; filename="x?.txt"; filename*=UTF-8''x%C3%A4.txt`]);
    expect(caller.get(`_apis/wit/attachments/${String(file.at("id"))}`).headers).not.toHaveProperty("Content-Disposition");
    expect(caller.get("_apis/wit/attachments/00000000-0000-4000-a000-000000000000").status).toBe(404);
  });

  it("come in chunks, in order and without gaps", () => {
    const caller = newCaller();
    const id = String(upload(caller, "", "?fileName=big.bin&uploadType=Chunked").at("id"));
    const chunk = (content: string, range: string): number => caller.call("PUT", `DEMO/_apis/wit/attachments/${id}?fileName=big.bin`, Buffer.from(content), { ...bytes, "content-range": `bytes ${range}` }).status;
    expect(caller.get(`_apis/wit/attachments/${id}`).status).toBe(404);
    expect([chunk("abc", "0-2/5"), chunk("x", "4-4/5"), chunk("de", "3-4/5"), chunk("f", "5-5/6")]).toEqual([202, 400, 201, 400]);
    expect(String(caller.get(`_apis/wit/attachments/${id}`).raw)).toBe("abcde");
  });

  it.each([[{ attachmentLimit: 4 }, 400], [{ attachmentLimit: 4, attachmentLimitStatus: 413 }, 413]])("are refused too large or too many: %j", (options, status) => {
    const caller = newCaller({ ...options, maxAttachments: 1 });
    expect(upload(caller, "12345")).toMatchObject({ status, typeKey: "WorkItemAttachmentExceedsMaxSizeException" });
    const id = caller.make("Bug", { Title: "a" });
    const attach = (): ReturnType<Caller["change"]> => caller.change(id, [{ op: "add", path: "/relations/-", value: { rel: "AttachedFile", url: upload(caller, "1").at("url") } }]);
    expect([attach().status, attach().status]).toEqual([200, 400]);
  });
});

describe("areas and iterations", () => {
  it("come as trees to a depth, with the path trap", () => {
    const caller = newCaller();
    const roots = caller.get("DEMO/_apis/wit/classificationnodes?$depth=2");
    expect(roots.list("value").map((node) => [node["structureType"], node["path"], (node["children"] as readonly Body[]).length])).toEqual([["area", "\\DEMO\\Area", 3], ["iteration", "\\DEMO\\Iteration", 3]]);
    expect(caller.get("DEMO/_apis/wit/classificationnodes/iterations").body).toMatchObject({ hasChildren: true, _links: { self: { href: expect.any(String) } } });
    expect(caller.get("DEMO/_apis/wit/classificationnodes/iterations").body).not.toHaveProperty("children");
    expect(roots.at("value/1/children/1")).toMatchObject({ name: "Sprint 2", attributes: { startDate: "2026-02-23T00:00:00Z", finishDate: "2026-03-08T00:00:00Z" }, hasChildren: false });
    expect(roots.at("value/1/children/1/_links")).toBeUndefined();
    expect(newCaller({ nodeSegment: "Bereich" }).get("DEMO/_apis/wit/classificationnodes/areas").at("path")).toBe("\\DEMO\\Bereich");
    expect(newCaller({ unknownStructureGroup: 400 }).get("DEMO/_apis/wit/classificationnodes/A%2FB").status).toBe(400);
    expect(caller.get("DEMO/_apis/wit/classificationnodes/A%2FB").status).toBe(404);
    expect(caller.get("DEMO/_apis/wit/classificationnodes?ids=1,999&errorPolicy=omit").at("count")).toBe(1);
    expect(caller.get("DEMO/_apis/wit/classificationnodes?ids=1,999").status).toBe(404);
  });

  const nodes = "DEMO/_apis/wit/classificationnodes";
  it("are made, refused twice, moved, dated by days, and deleted with a new home for the items", () => {
    const caller = newCaller();
    const made = caller.post(`${nodes}/iterations`, { name: "R1", attributes: { startDate: "2026-03-16T13:00:00Z", finishDate: "2026-03-27T00:00:00Z" } });
    expect(made).toMatchObject({ status: 201, body: { attributes: { startDate: "2026-03-16T00:00:00Z" }, path: "\\DEMO\\Iteration\\R1" }, headers: { Location: expect.stringContaining("/Iterations/R1") } });
    expect(caller.post(`${nodes}/iterations`, { name: "r1" })).toMatchObject({ status: 409, typeKey: "ClassificationNodeDuplicateNameException" });
    expect(caller.post(`${nodes}/iterations`, { name: "a/b" }).status).toBe(400);
    const sub = caller.post(`${nodes}/iterations`, { name: "Sub" });
    expect(caller.post(`${nodes}/iterations/R1`, { id: sub.at("id") })).toMatchObject({ status: 200, body: { path: "\\DEMO\\Iteration\\R1\\Sub" } });
    const id = caller.make("Bug", { Title: "a", IterationPath: "DEMO\\R1\\Sub" });
    expect(caller.patch(`${nodes}/iterations/R1%5CSub`, { name: "Under" }).body).toMatchObject({ name: "Under" });
    expect(caller.item(id)).toMatchObject({ rev: 1, fields: { "System.IterationPath": "DEMO\\R1\\Under" } });
    expect(caller.remove(`${nodes}/iterations/R1/Under`).status).toBe(400);
    expect(caller.remove(`${nodes}/iterations/R1/Under?$reclassifyId=${String(made.at("id"))}`).status).toBe(204);
    expect(caller.item(id)).toMatchObject({ rev: 2, fields: { "System.IterationPath": "DEMO\\R1" } });
    expect(caller.patch(`${nodes}/iterations`, { name: "Other" }).status).toBe(400);
    expect(caller.patch(`${nodes}/iterations/R1`, { attributes: { startDate: "2026-03-28T00:00:00Z" } }).status).toBe(400);
  });

  it("move revisions when renamed, refuse one date alone and great depth, by switch", () => {
    const caller = newCaller({ nodeRenameMovesRev: true, oneDateRefused: true, maxNodeDepth: 1 });
    const id = caller.make("Bug", { Title: "a", AreaPath: "DEMO\\Web" });
    caller.patch(`${nodes}/areas/Web`, { name: "Net" });
    expect(caller.item(id)).toMatchObject({ rev: 2, fields: { "System.AreaPath": "DEMO\\Net" } });
    expect(caller.post(`${nodes}/iterations`, { name: "x", attributes: { startDate: "2026-03-16T00:00:00Z" } }).status).toBe(400);
    expect(caller.post(`${nodes}/areas/Net`, { name: "deep" }).message).toMatch(/at most 1 levels/);
    expect(newCaller().post(`${nodes}/iterations`, { name: "x", attributes: { startDate: "2026-03-16T00:00:00Z" } }).status).toBe(201);
  });
});

describe("a new team", () => {
  it("has an all-zero backlog iteration and refuses sprints until it is given one", () => {
    const caller = newCaller();
    const team = `DEMO/Crew/${WORK}/teamsettings`;
    expect(caller.post("_apis/projects/DEMO/teams", { name: "Crew" }).status).toBe(201);
    expect(caller.post("_apis/projects/DEMO/teams", { name: "crew" }).status).toBe(409);
    expect(caller.get(team).at("backlogIteration/id")).toBe("00000000-0000-0000-0000-000000000000");
    expect(caller.get(`${team}/iterations`)).toMatchObject({ status: 400, typeKey: "InvalidTeamSettingsException", message: expect.stringMatching(/^TF400497/) });
    const [root, sprint] = [caller.get("DEMO/_apis/wit/classificationnodes/iterations").at("identifier"), caller.get("DEMO/_apis/wit/classificationnodes/iterations/Sprint%201").at("identifier")];
    expect(caller.patch(team, { backlogIteration: root }).status).toBe(200);
    expect(caller.post(`${team}/iterations`, { id: sprint })).toMatchObject({ status: 201, body: { path: "DEMO\\Sprint 1", attributes: { timeFrame: "past" } } });
    expect(caller.remove(`${team}/iterations/${String(sprint)}`).status).toBe(204);
    expect(caller.patch(`${team}/teamfieldvalues`, { values: [] })).toMatchObject({ status: 400, typeKey: "TeamFieldArgumentNullException" });
    expect(caller.patch(`${team}/teamfieldvalues`, { defaultValue: "DEMO\\Web", values: [{ value: "DEMO\\Web", includeChildren: true }] }).at("defaultValue")).toBe("DEMO\\Web");
  });
});

describe("templates, tags and fields", () => {
  it("know the fields of boards, which items on a board carry", () => {
    const caller = newCaller();
    const id = caller.make("Bug", { Title: "x" });
    const ref = Object.keys(caller.item(id, "")["fields"] as Body).find((name) => name.startsWith("WEF_")) ?? "";
    expect(caller.get(`_apis/wit/fields/${ref}`).body).toMatchObject({ referenceName: ref, type: "string" });
    expect(caller.get("_apis/wit/fields").list("value").some((field) => field["referenceName"] === ref)).toBe(true);
    expect(caller.change(id, [set(ref, "Committed")]).at("fields/System.State")).toBe("Committed");
    expect(caller.change(id, [set(ref, "Nowhere")]).status).toBe(400);
    expect(caller.change(id, [set("System.BoardColumn", "Done")]).message).toMatch(/ReadOnly/);
  });

  it("are kept for teams, renamed on items, and made by callers", () => {
    const caller = newCaller();
    const made = caller.post("DEMO/DEMO%20Team/_apis/wit/templates", { name: "T", workItemTypeName: "Bug", fields: { "System.Title": "x" } });
    expect(caller.get(`DEMO/DEMO%20Team/_apis/wit/templates/${String(made.at("id"))}`).at("fields/System.Title")).toBe("x");
    expect(caller.get("DEMO/DEMO%20Team/_apis/wit/templates?workitemtypename=Task").at("count")).toBe(0);
    expect(caller.remove(`DEMO/DEMO%20Team/_apis/wit/templates/${String(made.at("id"))}`).status).toBe(204);
    const field = caller.post("_apis/wit/fields", { name: "Weight", referenceName: "Custom.Weight", type: "double" });
    expect([field.status, field.at("type")]).toEqual([201, "double"]);
    expect(caller.post("_apis/wit/fields", { name: "Weight", type: 7 }).status).toBe(409);
    expect(caller.item(caller.make("Bug", { Title: "x", "Custom.Weight": "1.5" }))).toMatchObject({ fields: { "Custom.Weight": 1.5 } });
    expect(caller.remove("_apis/wit/fields/Custom.Weight").status).toBe(204);
    expect(caller.get("_apis/wit/fields").list("value").some((one) => one["referenceName"] === "Custom.Weight")).toBe(false);
    expect(caller.get("_apis/wit/fields?$expand=2").list("value").some((one) => one["referenceName"] === "Custom.Weight")).toBe(true);
    expect(caller.remove("_apis/wit/fields/System.Title").status).toBe(400);
    expect(newCaller().get("/tandem/_apis/wit/fields/System.AssignedTo?api-version=4.1").body).toMatchObject({ type: "string", isIdentity: true });
  });
});
