// Queries of the Azure DevOps sandbox: what WIQL finds, in which order, and how it refuses.

import { describe, expect, it } from "vitest";
import { CHILD, newCaller, PARENT, RELATED, relate, set } from "./azureDevopsCaller.ts";

const PBI = "Product Backlog Item";

const world = (): ReturnType<typeof newCaller> => {
  const caller = newCaller({}, "2026-03-04T10:00:00Z");
  caller.make("Epic", { Title: "Epic one" });
  caller.make(PBI, { Title: "Pay by card", AssignedTo: "Bo Chen", Tags: "kiosk; pay", AreaPath: "DEMO\\Web", IterationPath: "DEMO\\Sprint 1", "Microsoft.VSTS.Scheduling.Effort": 8, Description: "<p>Fees <b>under</b> one euro</p>" });
  caller.clock.at += 86_400_000;
  caller.make("Bug", { Title: "It's broken", AssignedTo: "sync@example.com", Tags: "pay later", AreaPath: "DEMO\\Mobile", IterationPath: "DEMO\\Sprint 2", "Custom.Regression": true, "Microsoft.VSTS.Common.Priority": 1 });
  caller.make("Task", { Title: "Write help", "Custom.SyncKey": "J-1", "Microsoft.VSTS.Scheduling.RemainingWork": 2 });
  caller.change(2, [set("System.State", "Approved"), set("System.History", "asked the treasurer")]);
  caller.change(2, [set("System.State", "Committed")]);
  caller.call("POST", "Second%20Project/_apis/wit/workitems/$Bug", [set("System.Title", "Elsewhere")], { "content-type": "application/json-patch+json" });
  return caller;
};

const caller = world();

describe("a flat query", () => {
  it.each([
    ["[System.Id] = 2", [2]],
    ["[System.Id] IN (1, 3, 99)", [1, 3]],
    ["[System.Id] NOT IN (1, 2, 3, 4)", [5]],
    ["[System.Id] > 1 AND [System.Id] <= 3", [2, 3]],
    ["[System.TeamProject] = @project", [1, 2, 3, 4]],
    ["[Team Project] <> @Project", [5]],
    ["[System.WorkItemType] = 'bug'", [3, 5]],
    ["[Work Item Type] IN ('Task', \"Epic\")", [1, 4]],
    ["[System.WorkItemType] IN GROUP 'Microsoft.BugCategory'", [3, 5]],
    ["[System.WorkItemType] NOT IN GROUP 'Bug Category'", [1, 2, 4]],
    ["[System.Title] = 'It''s broken'", [3]],
    ["[System.Title] CONTAINS 'PAY'", [2]],
    ["[System.Title] NOT CONTAINS 'e'", [2]],
    ["[System.Description] CONTAINS WORDS 'under one'", [2]],
    ["[System.Description] CONTAINS WORDS 'eur*'", [2]],
    ["[System.Description] NOT CONTAINS WORDS 'euro'", [1, 3, 4, 5]],
    ["[System.Description] IS EMPTY", [1, 3, 4, 5]],
    ["[System.Description] IS NOT EMPTY", [2]],
    ["[System.History] CONTAINS WORDS 'treasurer'", [2]],
    ["[System.AssignedTo] = ''", [1, 4, 5]],
    ["[System.AssignedTo] <> ''", [2, 3]],
    ["[System.AssignedTo] = @Me", [3]],
    ["[System.AssignedTo] = 'Bo Chen <bo.chen@example.com>'", [2]],
    ["[System.AssignedTo] <> 'bo.chen@example.com'", [1, 3, 4, 5]],
    ["[System.AssignedTo] = 'Nobody Known'", []],
    ["[System.AssignedTo] IN (@me, 'Bo Chen')", [2, 3]],
    ["[System.AssignedTo] CONTAINS 'chen'", [2]],
    ["[System.AssignedTo] IN GROUP '[DEMO]\\DEMO Team'", [2, 3]],
    ["[System.Tags] CONTAINS 'pay'", [2]],
    ["[System.Tags] NOT CONTAINS 'pay'", [1, 3, 4, 5]],
    ["[System.AreaPath] UNDER 'DEMO'", [1, 2, 3, 4]],
    ["[System.AreaPath] NOT UNDER 'DEMO\\Web'", [1, 3, 4, 5]],
    ["[System.AreaPath] = 'DEMO\\Web'", [2]],
    ["[System.IterationPath] UNDER 'DEMO\\Sprint 2' OR [System.IterationPath] = 'DEMO\\Sprint 1'", [2, 3]],
    ["[System.State] EVER 'Approved'", [2]],
    ["[System.State] WAS EVER 'New' AND [System.Id] = 2", [2]],
    ["EVER [System.State] = 'Approved'", [2]],
    ["NOT [System.State] EVER 'Approved'", [1, 3, 4, 5]],
    ["[System.CreatedBy] = [System.ChangedBy]", [1, 2, 3, 4, 5]],
    ["[System.CreatedDate] = [System.ChangedDate]", [1, 3, 4, 5]],
    ["[Custom.SyncKey] = 'J-1'", [4]],
    ["[Custom.Regression] = true", [3]],
    ["[Microsoft.VSTS.Common.Priority] = '1'", [3]],
    ["[Microsoft.VSTS.Scheduling.Effort] >= 7.5", [2]],
    ["[Microsoft.VSTS.Scheduling.Effort] = ''", [1, 3, 4, 5]],
    ["(([System.Id] = 1 OR [System.Id] = 2) AND NOT [System.Id] = 1)", [2]],
    ["System.Id = 4 and System.State = 'To Do'", [4]],
    ["[System.CreatedDate] >= '2026-03-05T00:00:00Z'", [3, 4, 5]],
    ["[System.ChangedDate] > '2026-03-05T10:00:00.002Z'", [2]],
    ["[System.CreatedDate] < @today", [1, 2]],
    ["[System.CreatedDate] >= @Today - 1", [1, 2, 3, 4, 5]],
    ["[System.CreatedDate] = @StartOfDay('-1d')", []],
    ["[System.CreatedDate] >= @StartOfMonth AND [System.CreatedDate] < @StartOfYear('+1y')", [1, 2, 3, 4, 5]],
    ["[System.CreatedDate] >= @StartOfWeek + 1", []],
    ["[System.IterationPath] = @CurrentIteration('[DEMO]\\DEMO Team')", [3]],
    ["[System.IterationPath] = @CurrentIteration('[DEMO]\\DEMO Team') - 1", [2]],
    ["[System.Id] IN (@RecentProjectActivity) AND [System.WorkItemType] = 'Bug'", [3]],
    ["[System.Id] IN (@Follows)", []],
  ])("%s", (where, ids) => {
    expect([...caller.ids(where)].toSorted()).toEqual(ids);
  });

  const run = (query: string, path = "DEMO/_apis/wit/wiql"): ReturnType<typeof caller.post> => caller.post(path, { query });
  const ids = (query: string, path?: string): readonly unknown[] => run(query, path).list("workItems").map((ref) => ref["id"]);

  it("answers columns, sort columns and ids alone", () => {
    const answer = run("select [System.Id], [Title] from workitems where [System.Id] < 3 order by [System.Title] desc, [System.Id] asc");
    expect(answer.body).toMatchObject({
      queryType: "flat", queryResultType: "workItem", asOf: "2026-03-05T10:00:00Z", columns: [{ referenceName: "System.Id", name: "ID" }, { referenceName: "System.Title", name: "Title", url: "http://localhost/tandem/_apis/wit/fields/System.Title" }],
      sortColumns: [{ field: { referenceName: "System.Title" }, descending: true }, { descending: false }], workItems: [{ id: 2, url: "http://localhost/tandem/_apis/wit/workItems/2" }, { id: 1 }],
    });
  });

  it("sorts by numbers, dates and names, what is empty first", () => {
    expect(ids("SELECT [System.Id] FROM WorkItems WHERE [System.Id] < 5 ORDER BY [System.AssignedTo], [System.Id] DESC")).toEqual([4, 1, 2, 3]);
    expect(ids("SELECT [System.Id] FROM WorkItems WHERE [System.Id] < 5 ORDER BY [System.ChangedDate] DESC, [System.Id]")).toEqual([2, 3, 4, 1]);
    expect(ids("SELECT [System.Id] FROM WorkItems", "_apis/wit/wiql?$top=2")).toEqual([1, 2]);
  });

  it("looks into the past with ASOF", () => {
    expect(ids("SELECT [System.Id] FROM WorkItems WHERE [System.State] = 'New' ASOF '2026-03-04T12:00:00Z'")).toEqual([1, 2]);
    expect(run("SELECT [System.Id] FROM WorkItems WHERE [System.Id] > 0 ASOF '2026-03-04T12:00:00Z'").at("asOf")).toBe("2026-03-04T12:00:00Z");
  });

  it("compares whole days where no time precision is asked, in the caller's zone", () => {
    expect(ids("SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] = '2026-03-04'")).toEqual([1, 2]);
    expect(ids("SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] = @Today - 1")).toEqual([1, 2]);
    expect(ids("SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] > '2026-03-04'")).toEqual([3, 4, 5]);
    expect(ids("SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] <= '3/4/2026'")).toEqual([1, 2]);
    const far = newCaller({ userZone: "Pacific/Kiritimati" }, "2026-03-04T12:00:00Z");
    far.make("Bug", { Title: "x" });
    expect(far.post("_apis/wit/wiql", { query: "SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] = '2026-03-05'" }).list("workItems")).toHaveLength(1);
  });

  it.each([
    ["SELECT [System.Id] FROM WorkItems WHERE [No.Such] = 1", /^TF51005.*«\[No\.Such\]»/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.ChangedDate] > '2026-03-04T10:00:00Z'", /^TF51013: You cannot supply a time with the date when running a query using date precision\. .*«\[System\.ChangedDate\] > '2026-03-04T10:00:00Z'»/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.AreaPath] UNDER 'DEMO\\Nowhere'", /^TF51011.*area path does not exist/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.IterationPath] = 'Nowhere'", /^TF51011.*iteration path/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.Id] = ", /^TF51006/],
    ["SELECT [System.Id] FROM WorkItems WHERE ([System.Id] = 1", /^TF51006/],
    ["SELECT [System.Id] WHERE [System.Id] = 1", /^TF51006.*FROM/],
    ["SELECT [System.Id] FROM Things", /^TF51004/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.Id] LIKES 1", /^TF51006/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.Id] = 1 LIMIT 5", /^TF51006/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.Id] = 'x'", /^TF51009/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] = 'soon'", /^TF51010/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.Title] UNDER 'x'", /^TF51014/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.Description] = 'x'", /^TF51012/],
    ["SELECT [System.Id] FROM WorkItems ORDER BY [System.Description]", /^TF51008/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.Id] = @nonsense", /^TF51016/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.IterationPath] = @CurrentIteration", /^VS402612/],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.AreaPath] = @TeamAreas", /^VS402612/],
    [`SELECT [System.Id] FROM WorkItems WHERE [System.Title] = '${"x".repeat(32_000)}'`, /^VS402335/],
    ["SELECT ; FROM", /^TF51006/],
  ])("is refused: %s", (query, message) => {
    const answer = run(query);
    expect([answer.status, answer.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it("needs a project for @project, and a team for its macros", () => {
    expect(run("SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project", "_apis/wit/wiql").message).toMatch(/^TF51015/);
    expect(ids("SELECT [System.Id] FROM WorkItems WHERE [System.IterationPath] = @currentIteration + 0", "DEMO/DEMO%20Team/_apis/wit/wiql")).toEqual([3]);
    expect(ids("SELECT [System.Id] FROM WorkItems WHERE [System.AreaPath] IN (@TeamAreas)", "DEMO/DEMO%20Team/_apis/wit/wiql")).toEqual([1, 4]);
    expect(caller.post("DEMO/_apis/wit/wiql", {}).status).toBe(400);
  });

  it("is refused above the limit, and whether $top avoids that is a switch", () => {
    const query = { query: "SELECT [System.Id] FROM WorkItems" };
    const filled = (options: Readonly<Record<string, unknown>>): ReturnType<typeof newCaller> => {
      const own = newCaller({ queryLimit: 2, ...options });
      for (const Title of ["a", "b", "c"]) own.make("Bug", { Title });
      return own;
    };
    const strict = filled({});
    expect(strict.post("_apis/wit/wiql", query)).toMatchObject({ status: 400, typeKey: "WorkItemTrackingQueryResultSizeLimitExceededException", message: "VS402337: The number of work items returned exceeds the size limit of 2. Change the query to return fewer items." });
    expect(strict.post("_apis/wit/wiql?$top=2", query).status).toBe(400);
    expect(filled({ topAvoidsLimit: true }).post("_apis/wit/wiql?$top=2", query).list("workItems")).toHaveLength(2);
    const shuffled = newCaller({ shuffleWithoutOrder: true });
    for (const Title of ["a", "b", "c", "d"]) shuffled.make("Bug", { Title });
    expect(shuffled.ids("[System.Id] > 0")).not.toEqual([1, 2, 3, 4]);
    expect([...shuffled.ids("[System.Id] > 0")].toSorted()).toEqual([1, 2, 3, 4]);
  });
});

describe("a query of links", () => {
  const own = newCaller();
  const [epic, feature, story, task, alone] = ["Epic", "Feature", PBI, "Task", "Feature"].map((type) => own.make(type, { Title: type })) as [number, number, number, number, number];
  own.change(feature, [relate(PARENT, epic)]);
  own.change(feature, [relate(CHILD, story)]);
  own.change(story, [relate(CHILD, task), relate(RELATED, epic)]);
  const links = (where: string, mode: string, order = ""): readonly string[] =>
    own.post("DEMO/_apis/wit/wiql", { query: `SELECT [System.Id] FROM WorkItemLinks WHERE ${where} ${order} MODE (${mode})` }).list("workItemRelations").map((link) => {
      const id = (side: string): string => String((link[side] as { readonly id: number } | null)?.id ?? "-");
      return `${id("source")}>${id("target")}`;
    });
  const DOWN = "[System.Links.LinkType] = 'System.LinkTypes.Hierarchy-Forward'";
  const FEATURES = "[Source].[System.WorkItemType] = 'Feature'";

  it.each([
    ["links that must be there", `(${FEATURES}) AND (${DOWN}) AND ([Target].[System.WorkItemType] = '${PBI}')`, "MustContain", ["->2", "2>3"]],
    ["links that may be there", `${FEATURES} AND ${DOWN}`, "MayContain", ["->2", "2>3", "->5"]],
    ["links that must not be there", `${FEATURES} AND ${DOWN}`, "DoesNotContain", ["->5"]],
    ["any link", "[Source].[System.Id] = 3 AND [System.Links.LinkType] <> ''", "MustContain", ["->3", "3>2", "3>4", "3>1"]],
    ["links by their name", "[Source].[System.Id] = 2 AND [System.Links.LinkType] = 'Parent'", "MustContain", ["->2", "2>1"]],
    ["a tree", `${DOWN}`, "Recursive", ["->1", "1>2", "2>3", "3>4", "->5"]],
    ["a tree from its middle", `Source.[System.WorkItemType] = 'Feature' AND ${DOWN}`, "Recursive", ["->2", "2>3", "3>4", "->5"]],
    ["a tree of what matches", `[Source].[System.Id] > 0 AND ${DOWN} AND [Target].[System.WorkItemType] <> 'Task'`, "Recursive", ["->1", "1>2", "2>3", "->4", "->5"]],
    ["a tree by its matching children", `[Source].[System.WorkItemType] = 'Epic' AND ${DOWN} AND [Target].[System.WorkItemType] = 'Task'`, "Recursive, ReturnMatchingChildren", ["->1", "1>2", "2>3", "3>4"]],
  ])("finds %s", (_what, where, mode, found) => {
    const answer = links(where, mode);
    expect(mode === "MustContain" && where.includes("<> ''") ? [answer[0], ...answer.slice(1).toSorted()] : answer).toEqual(mode === "MustContain" && where.includes("<> ''") ? [found[0], ...found.slice(1).toSorted()] : found);
  });

  it("says its kind, and refuses a mode that is none", () => {
    const kind = (mode: string): unknown => own.post("DEMO/_apis/wit/wiql", { query: `SELECT [System.Id] FROM WorkItemLinks WHERE ${DOWN} MODE (${mode})` }).body;
    expect(kind("MustContain")).toMatchObject({ queryType: "oneHop", queryResultType: "workItemLink", workItemRelations: [{ rel: null, source: null, target: { id: epic, url: expect.any(String) } }, { rel: CHILD, source: { id: epic } }, {}, {}, {}, {}] });
    expect(kind("Recursive")).toMatchObject({ queryType: "tree" });
    expect(kind("Sideways")).toMatchObject({ message: expect.stringMatching(/^TF51006/) });
    expect([task, alone]).toEqual([4, 5]);
  });

  it("runs when saved, and its count comes with HEAD", () => {
    const saved = own.post("DEMO/_apis/wit/queries/Shared%20Queries", { name: "Tree", wiql: `SELECT [System.Id] FROM WorkItemLinks WHERE ${DOWN} MODE (Recursive)` });
    expect(saved).toMatchObject({ status: 201, body: { queryType: "tree" } });
    const id = String(saved.at("id"));
    expect(own.get(`DEMO/_apis/wit/wiql/${id}`).list("workItemRelations")).toHaveLength(5);
    expect(own.call("HEAD", `DEMO/_apis/wit/wiql/${id}`).headers["X-Total-Count"]).toBe("5");
    expect(own.post("DEMO/_apis/wit/queries/Shared%20Queries", { name: "Tree", wiql: "SELECT [System.Id] FROM WorkItems" }).status).toBe(409);
    expect(own.post("DEMO/_apis/wit/queries/Shared%20Queries", { name: "Bad", wiql: "SELECT" }).status).toBe(400);
    expect(own.get("DEMO/_apis/wit/queries?$depth=3").status).toBe(400);
    expect(own.get("DEMO/_apis/wit/queries/Nowhere").status).toBe(404);
    expect(own.remove("DEMO/_apis/wit/queries/Shared%20Queries").status).toBe(400);
  });
});

describe("what scripts write in their own way", () => {
  it("SELECT *, IsDeleted where nothing is, and property names in any case", () => {
    const own = newCaller();
    const id = own.make("Bug", { Title: "One" });
    expect(own.post("DEMO/_apis/wit/wiql", { Query: "Select * From WorkItems Where [System.IsDeleted] = false" }).list("workItems").map((ref) => ref["id"])).toEqual([id]);
    expect(own.ids("[System.IsDeleted] <> true")).toEqual([id]);
    expect(own.change(id, [{ Op: "replace", Path: "/fields/System.Title", Value: "Two" }]).at("fields/System.Title")).toBe("Two");
    expect(own.remove(`_apis/wit/workitems/${id}`).status).toBe(200);
    expect(own.patch(`DEMO/_apis/wit/recyclebin/${id}`, { IsDeleted: false }).status).toBe(200);
    expect(own.post("_apis/wit/workitemsbatch", { Ids: [id], Fields: ["System.Title"] }).at("value/0/fields/System.Title")).toBe("Two");
  });
});
