// The vendor's own Node client against the sandbox over HTTP: what its users do each day, and what it is known to send.

import { Readable } from "node:stream";
import * as azdev from "azure-devops-node-api";
import type { ICoreApi } from "azure-devops-node-api/CoreApi.js";
import { CommentExpandOptions, CommentSortOrder, QueryExpand, TreeNodeStructureType, TreeStructureGroup, WorkItemErrorPolicy, WorkItemExpand } from "azure-devops-node-api/interfaces/WorkItemTrackingInterfaces.js";
import type { IWorkApi } from "azure-devops-node-api/WorkApi.js";
import type { IWorkItemTrackingApi } from "azure-devops-node-api/WorkItemTrackingApi.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAzureDevops } from "../../lib/sandbox/azureDevops.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";

let server: SandboxServer;
let connection: azdev.WebApi;
let wit: IWorkItemTrackingApi;
let core: ICoreApi;
let work: IWorkApi;

const connect = (url: string, token = "ado-pat"): azdev.WebApi => new azdev.WebApi(url, azdev.getPersonalAccessTokenHandler(token));

beforeAll(async () => {
  server = await startServer(createAzureDevops, { clock: new Date("2026-03-02T10:00:00Z") });
  connection = connect(`${server.url}/tandem`);
  wit = await connection.getWorkItemTrackingApi();
  core = await connection.getCoreApi();
  work = await connection.getWorkApi();
});

afterAll(() => server.close());
beforeEach(() => server.reset());

const field = (name: string, value: unknown): unknown => ({ op: "add", path: `/fields/${name}`, value });
const create = async (type: string, title: string, ...more: readonly unknown[]): Promise<number> => Number((await wit.createWorkItem({}, [field("System.Title", title), ...more], "DEMO", type)).id);
const related = (id: number, rel = "System.LinkTypes.Related"): unknown => ({ op: "add", path: "/relations/-", value: { rel, url: `${server.url}/tandem/_apis/wit/workItems/${id}` } });
const read = async (stream: NodeJS.ReadableStream): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts).toString("utf8");
};

describe("discovery", () => {
  it("goes OPTIONS Location, ResourceAreas, OPTIONS of the area, then the call", async () => {
    server.clearCalls();
    const fresh = await connect(`${server.url}/tandem`).getWorkItemTrackingApi();
    await fresh.getRelationTypes();
    expect(server.calls().map((call) => [call.method, call.path, call.status])).toEqual([
      ["OPTIONS", "/tandem/_apis/Location", 200],
      ["GET", "/tandem/_apis/ResourceAreas", 200],
      ["OPTIONS", "/tandem/_apis/wit", 200],
      ["GET", "/tandem/_apis/wit/workItemRelationTypes", 200],
    ]);
  });

  it("connects, and says who the caller is", async () => {
    const data = await connection.connect();
    expect(data.authenticatedUser).toMatchObject({ providerDisplayName: "Sync Service", properties: { Account: { $value: "sync@example.com" } } });
  });

  it("rejects an unusable token with 401, or resolves to null where the sign-in page comes all the same", async () => {
    await expect(connect(`${server.url}/tandem`, "wrong").connect()).rejects.toMatchObject({ statusCode: 401 });
    const page = await startServer(createAzureDevops, { options: { suppressHonoured: false } });
    try {
      expect(await connect(`${page.url}/tandem`, "wrong").connect()).toBeNull();
    } finally {
      await page.close();
    }
  });

  it("takes the token as bearer too, as getHandlerFromToken sends short ones", async () => {
    const other = new azdev.WebApi(`${server.url}/tandem`, azdev.getHandlerFromToken("ado-pat"));
    expect((await other.connect()).authenticatedUser?.isActive).toBe(true);
  });

  it("stays on its own address with a Server, lowers its versions, and finds older ones", async () => {
    const onPremises = await startServer(createAzureDevops, { options: { flavour: "server", virtualDir: "tfs", serverVersion: "2020" } });
    try {
      const api = await connect(`${onPremises.url}/tfs/tandem`).getWorkItemTrackingApi();
      const made = await api.createWorkItem({}, [field("System.Title", "old"), field("System.AssignedTo", "EXAMPLE\\bo.chen")], "DEMO", "Bug");
      expect(made).toMatchObject({ rev: 1, fields: { "System.AssignedTo": { uniqueName: "EXAMPLE\\bo.chen" } } });
      expect((await api.getComments("DEMO", Number(made.id))).totalCount).toBe(0);
    } finally {
      await onPremises.close();
    }
  });
});

describe("projects and teams", () => {
  it("lists projects, processes, teams and members", async () => {
    const projects = await core.getProjects();
    expect(projects.map((one) => one.name)).toEqual(["DEMO", "Second Project"]);
    const demo = await core.getProject("DEMO", true);
    expect(demo).toMatchObject({ name: "DEMO", state: "wellFormed", capabilities: { processTemplate: { templateName: "Scrum" } }, defaultTeam: { name: "DEMO Team" } });
    expect((await core.getProcesses()).map((one) => one.name)).toContain("Agile");
    expect((await core.getTeams("DEMO")).map((one) => one.name)).toEqual(["DEMO Team"]);
    expect((await core.getAllTeams()).length).toBe(2);
    const members = await core.getTeamMembersWithExtendedProperties(String(demo.id), String(demo.defaultTeam?.id));
    expect(members.map((one) => one.identity?.displayName)).toContain("Carla Díaz");
    expect(await core.getProject("nowhere")).toBeNull();
  });

  it("makes teams, and creates projects in the background", async () => {
    const team = await core.createTeam({ name: "Harbour" }, "DEMO");
    expect((await core.updateTeam({ description: "by the sea" }, "DEMO", String(team.id))).description).toBe("by the sea");
    await core.deleteTeam("DEMO", String(team.id));
    expect(await core.getTeam("DEMO", "Harbour")).toBeNull();
    const queued = await core.queueCreateProject({ name: "Fresh", description: "", capabilities: { processTemplate: { templateTypeId: "adcc42ab-9882-485e-a3ed-7678f01f66bc" } } });
    expect(queued.status).toBe(1);
    expect((await wit.getWorkItemTypes("Fresh")).map((type) => type.name)).toContain("User Story");
  });
});

describe("metadata", () => {
  it("knows fields, types, states, categories and relation types", async () => {
    const fields = await wit.getFields("DEMO");
    expect(fields.find((one) => one.referenceName === "System.AssignedTo")).toMatchObject({ isIdentity: true, type: 10 });
    expect(fields.find((one) => one.referenceName === "System.AreaPath")).toMatchObject({ type: 5, usage: 1 });
    expect((await wit.getField("Custom.SyncKey")).name).toBe("Sync Key");
    expect((await wit.getWorkItemTypes("DEMO")).map((type) => type.name)).toEqual(["Product Backlog Item", "Bug", "Task", "Feature", "Epic", "Impediment", "Test Case", "Test Plan", "Test Suite"]);
    expect((await wit.getWorkItemType("DEMO", "Bug")).transitions?.[""]).toEqual([{ to: "New", actions: null }]);
    expect((await wit.getWorkItemTypeStates("DEMO", "Task")).map((state) => state.category)).toEqual(["Proposed", "InProgress", "Completed", "Removed"]);
    const uses = await wit.getWorkItemTypeFieldsWithReferences("DEMO", "Bug", 3);
    expect(uses.find((use) => use.referenceName === "Microsoft.VSTS.Common.Severity")).toMatchObject({ defaultValue: "3 - Medium", allowedValues: ["1 - Critical", "2 - High", "3 - Medium", "4 - Low"] });
    expect((await wit.getWorkItemTypeCategory("DEMO", "Microsoft.BugCategory")).defaultWorkItemType?.name).toBe("Bug");
    expect((await wit.getRelationType("System.LinkTypes.Hierarchy-Reverse")).attributes).toMatchObject({ oppositeEndReferenceName: "System.LinkTypes.Hierarchy-Forward", singleTarget: true });
    expect(await wit.getWorkItemType("DEMO", "Nothing")).toBeNull();
    expect((await wit.getWorkItemIcons()).length).toBeGreaterThan(4);
    expect((await wit.getWorkItemStateColors(["DEMO"]))[0]?.projectName).toBe("DEMO");
  });

  it("reads, makes, renames, dates and removes classification nodes", async () => {
    const made = await wit.createOrUpdateClassificationNode({ name: "Release 1", attributes: { startDate: "2026-03-01T00:00:00Z", finishDate: "2026-04-30T00:00:00Z" } }, "DEMO", TreeStructureGroup.Iterations);
    expect(made).toMatchObject({ structureType: TreeNodeStructureType.Iteration, path: "\\DEMO\\Iteration\\Release 1" });
    await wit.createOrUpdateClassificationNode({ name: "Sprint A" }, "DEMO", TreeStructureGroup.Iterations, "Release 1");
    expect((await wit.getClassificationNode("DEMO", TreeStructureGroup.Iterations, "Release 1/Sprint A", 1)).path).toBe("\\DEMO\\Iteration\\Release 1\\Sprint A");
    const renamed = await wit.updateClassificationNode({ name: "Sprint B" }, "DEMO", TreeStructureGroup.Iterations, "Release 1/Sprint A");
    expect((await wit.getClassificationNodes("DEMO", [Number(renamed.id)]))[0]?.name).toBe("Sprint B");
    await wit.deleteClassificationNode("DEMO", TreeStructureGroup.Iterations, "Release 1");
    expect(await wit.getClassificationNode("DEMO", TreeStructureGroup.Iterations, "Release 1")).toBeNull();
    expect((await wit.getRootNodes("DEMO", 2)).map((node) => node.children?.length)).toEqual([3, 3]);
  });

  it("is not confused by the segment that the client drops for areas", async () => {
    expect(await wit.getClassificationNode("DEMO", TreeStructureGroup.Areas, "Web")).toBeNull();
    expect(await wit.getClassificationNode("DEMO", TreeStructureGroup.Areas)).toMatchObject({ count: 2 });
    await expect(wit.getWorkItem(0)).rejects.toThrow("VS403472");
  });
});

describe("work items", () => {
  it("are created, read, changed and read again in batches", async () => {
    const id = await create("Product Backlog Item", "Log in", field("System.AssignedTo", "Bo Chen"), field("System.Tags", "a; b"));
    const item = await wit.getWorkItem(id, undefined, undefined, WorkItemExpand.All);
    expect(item).toMatchObject({ id, rev: 1, fields: { "System.State": "New", "System.Reason": "New backlog item", "System.AssignedTo": { displayName: "Bo Chen", uniqueName: "bo.chen@example.com" }, "System.Id": id, "System.AreaPath": "DEMO" } });
    const changed = await wit.updateWorkItem({}, [{ op: "test", path: "/rev", value: 1 }, field("System.State", "Committed")], id);
    expect(changed).toMatchObject({ rev: 2, fields: { "System.State": "Committed" } });
    await expect(wit.updateWorkItem({}, [{ op: "test", path: "/rev", value: 1 }, field("System.Title", "x")], id)).rejects.toMatchObject({ statusCode: 412, result: { typeKey: "TestPatchOperationFailedException" } });
    const batch = await wit.getWorkItemsBatch({ ids: [id, 999], fields: ["System.Title"], errorPolicy: WorkItemErrorPolicy.Omit });
    expect(batch.map((one) => one?.fields?.["System.Title"])).toEqual(["Log in", undefined]);
    expect(await wit.getWorkItems([id, 999], undefined, undefined, undefined, WorkItemErrorPolicy.Omit)).toHaveLength(2);
    expect(await wit.getWorkItem(999)).toBeNull();
  });

  it("are validated without being saved, and created in a wrong state with an error that names the field", async () => {
    await wit.createWorkItem({}, [field("System.Title", "only tried")], "DEMO", "Task", true);
    expect(await wit.getWorkItem(1)).toBeNull();
    await expect(create("Bug", "x", field("Microsoft.VSTS.Common.Severity", "9"))).rejects.toMatchObject({ statusCode: 400, result: { typeKey: "RuleValidationException", customProperties: { FieldReferenceName: "Microsoft.VSTS.Common.Severity" } } });
  });

  it("keep their history: updates, revisions, and link-only updates that repeat the revision", async () => {
    const [one, two] = [await create("Feature", "one"), await create("Task", "two")];
    await wit.updateWorkItem({}, [field("System.Title", "renamed"), field("System.History", "why")], one);
    await wit.updateWorkItem({}, [related(two)], one);
    const updates = await wit.getUpdates(one);
    expect(updates.map((update) => [update.id, update.rev])).toEqual([[1, 1], [2, 2], [3, 2]]);
    expect(updates[1]?.fields?.["System.Title"]).toEqual({ oldValue: "one", newValue: "renamed" });
    expect(updates[2]?.relations?.added?.[0]).toMatchObject({ rel: "System.LinkTypes.Related" });
    expect((await wit.getRevisions(one)).map((revision) => revision.fields?.["System.Title"])).toEqual(["one", "renamed"]);
    expect((await wit.getRevision(one, 2)).fields?.["System.History"]).toBe("why");
    expect((await wit.getUpdate(one, 3)).rev).toBe(2);
    expect((await wit.getWorkItem(two, undefined, undefined, WorkItemExpand.Relations)).relations?.[0]?.url).toMatch(new RegExp(`/workItems/${one}$`));
  });

  it("go into the recycle bin, come back, and go for ever", async () => {
    const [one, two] = [await create("Task", "one"), await create("Task", "two")];
    const gone = await wit.deleteWorkItem(one);
    expect(gone).toMatchObject({ id: one, code: 200, name: "one", type: "Task", project: "DEMO" });
    expect(await wit.getWorkItem(one)).toBeNull();
    expect((await wit.getDeletedWorkItemShallowReferences("DEMO")).map((ref) => ref.id)).toEqual([one]);
    expect((await wit.getDeletedWorkItems([one, two], "DEMO")).map((entry) => entry.code)).toEqual([200, 404]);
    await wit.restoreWorkItem({ isDeleted: false }, one, "DEMO");
    expect((await wit.getWorkItem(one)).fields?.["System.Title"]).toBe("one");
    await wit.deleteWorkItem(two, "DEMO", true);
    await wit.deleteWorkItem(one);
    await wit.destroyWorkItem(one, "DEMO");
    expect(await wit.getDeletedWorkItem(one, "DEMO")).toBeNull();
  });

  it("have comments with versions, formats and reactions", async () => {
    const id = await create("Bug", "talk");
    const first = await wit.addComment({ text: "<div>one</div>" }, "DEMO", id);
    const second = await wit.addComment({ text: "two" }, "DEMO", id);
    await wit.updateComment({ text: "two again" }, "DEMO", id, Number(second.id));
    const list = await wit.getComments("DEMO", id, undefined, undefined, false, CommentExpandOptions.RenderedText, CommentSortOrder.Asc);
    expect(list.comments?.map((comment) => [comment.text, comment.version, comment.renderedText])).toEqual([["<div>one</div>", 1, "<div>one</div>"], ["two again", 2, "two again"]]);
    expect(list.comments?.[0]?.createdDate).toBeInstanceOf(Date);
    expect((await wit.getCommentsBatch("DEMO", id, [Number(first.id)])).count).toBe(1);
    expect((await wit.getCommentVersions("DEMO", id, Number(second.id))).map((version) => version.version)).toEqual([2, 1]);
    expect(await wit.createCommentReaction("DEMO", id, Number(first.id), 2)).toMatchObject({ count: 1, type: 2 });
    await wit.deleteComment("DEMO", id, Number(first.id));
    expect(await wit.getComment("DEMO", id, Number(first.id))).toBeNull();
    expect((await wit.getComments("DEMO", id, undefined, undefined, true)).totalCount).toBe(2);
  });

  it("carry attachments", async () => {
    const file = await wit.createAttachment({}, Readable.from([Buffer.from("größer\n")]), "log größer.txt", "simple", "DEMO");
    const id = await create("Bug", "with a file", { op: "add", path: "/relations/-", value: { rel: "AttachedFile", url: file.url, attributes: { comment: "the log" } } });
    const [relation] = (await wit.getWorkItem(id, undefined, undefined, WorkItemExpand.Relations)).relations ?? [];
    expect(relation?.attributes).toMatchObject({ name: "log größer.txt", resourceSize: 9, comment: "the log" });
    expect(await read(await wit.getAttachmentContent(String(file.id), "log größer.txt", "DEMO", true))).toBe("größer\n");
  });

  it("have tags that the project knows", async () => {
    await create("Bug", "x", field("System.Tags", "red; blue"));
    expect((await wit.getTags("DEMO")).map((tag) => tag.name)).toEqual(["blue", "red"]);
    await wit.updateTag({ name: "green" }, "DEMO", "red");
    expect((await wit.getTag("DEMO", "green")).name).toBe("green");
    await wit.deleteTag("DEMO", "blue");
    expect((await wit.getWorkItem(1)).fields?.["System.Tags"]).toBe("green");
  });
});

describe("queries and feeds", () => {
  it("answer WIQL with ids, and trees with links", async () => {
    const [parent, child] = [await create("Feature", "above"), await create("Product Backlog Item", "below")];
    await wit.updateWorkItem({}, [related(child, "System.LinkTypes.Hierarchy-Forward")], parent);
    const flat = await wit.queryByWiql({ query: "SELECT [System.Id], [System.Title] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Title] CONTAINS 'below'" }, { project: "DEMO" });
    expect(flat).toMatchObject({ queryType: 1, queryResultType: 1, workItems: [{ id: child }] });
    const tree = await wit.queryByWiql({ query: "SELECT [System.Id] FROM WorkItemLinks WHERE [Source].[System.WorkItemType] = 'Feature' AND [System.Links.LinkType] = 'System.LinkTypes.Hierarchy-Forward' MODE (Recursive)" }, { project: "DEMO" });
    expect(tree.workItemRelations?.map((link) => [link.rel, link.source?.id ?? null, link.target?.id])).toEqual([[null, null, parent], ["System.LinkTypes.Hierarchy-Forward", parent, child]]);
    await expect(wit.queryByWiql({ query: "SELECT [System.Id] FROM WorkItems WHERE [No.Such] = 1" }, { project: "DEMO" })).rejects.toThrow(/^TF51005/);
  });

  it("are saved, run, moved and removed", async () => {
    const folder = await wit.createQuery({ name: "Mine", isFolder: true }, "DEMO", "Shared Queries");
    const made = await wit.createQuery({ name: "Bugs", wiql: "SELECT [System.Id] FROM WorkItems WHERE [System.WorkItemType] = 'Bug' ORDER BY [System.Id]" }, "DEMO", String(folder.id));
    expect(made).toMatchObject({ path: "Shared Queries/Mine/Bugs", queryType: 1 });
    const id = await create("Bug", "found");
    expect((await wit.queryById(String(made.id), { project: "DEMO" })).workItems?.map((ref) => ref.id)).toEqual([id]);
    expect((await wit.getQuery("DEMO", "Shared Queries/Mine/Bugs", QueryExpand.Wiql)).wiql).toMatch(/^SELECT/);
    expect((await wit.getQueries("DEMO", undefined, 2)).map((query) => [query.name, query.hasChildren])).toEqual([["My Queries", false], ["Shared Queries", true]]);
    expect((await wit.searchQueries("DEMO", "bug")).value?.length).toBe(1);
    expect((await wit.updateQuery({ name: "Defects" }, "DEMO", String(made.id))).name).toBe("Defects");
    expect((await wit.getQueriesBatch({ ids: [String(made.id)] }, "DEMO")).length).toBe(1);
    await wit.deleteQuery("DEMO", String(folder.id));
    expect(await wit.getQuery("DEMO", String(made.id))).toBeNull();
  });

  it("report revisions by watermark and links beside them", async () => {
    const [one, two] = [await create("Task", "one"), await create("Task", "two")];
    const first = await wit.readReportingRevisionsGet("DEMO");
    expect(first).toMatchObject({ isLastBatch: true, values: [{ id: one, rev: 1 }, { id: two, rev: 1 }] });
    await wit.updateWorkItem({}, [related(two)], one);
    await wit.updateWorkItem({}, [field("System.Title", "new")], two);
    const next = await wit.readReportingRevisionsPost({ fields: ["System.Title"], includeIdentityRef: true }, "DEMO", first.continuationToken);
    expect(next.values).toEqual([{ id: two, rev: 2, fields: { "System.Title": "new" } }]);
    const links = await wit.getReportingLinksByLinkType("DEMO");
    expect(links.values).toMatchObject([{ rel: "System.LinkTypes.Related", sourceId: one, targetId: two, isActive: true }]);
    expect((await wit.readReportingRevisionsGet("DEMO", undefined, undefined, undefined, new Date("2026-03-02T10:00:00Z"))).values?.length).toBe(3);
  });
});

describe("work", () => {
  const team = { project: "DEMO", team: "DEMO Team" };

  it("shows settings, sprints, areas and what is planned", async () => {
    const settings = await work.getTeamSettings(team);
    expect(settings).toMatchObject({ bugsBehavior: 1, backlogIteration: { name: "DEMO" }, workingDays: [1, 2, 3, 4, 5] });
    const sprints = await work.getTeamIterations(team);
    expect(sprints.map((one) => [one.path, one.attributes?.timeFrame])).toEqual([["DEMO\\Sprint 1", 0], ["DEMO\\Sprint 2", 1], ["DEMO\\Sprint 3", 2]]);
    expect((await work.getTeamIterations(team, "current")).map((one) => one.name)).toEqual(["Sprint 2"]);
    expect((await work.getTeamFieldValues(team)).values).toEqual([{ value: "DEMO", includeChildren: true }]);
    const id = await create("Product Backlog Item", "planned", field("System.IterationPath", "DEMO\\Sprint 2"));
    expect((await work.getIterationWorkItems(team, String(sprints[1]?.id))).workItemRelations?.map((link) => link.target?.id)).toEqual([id]);
    await work.deleteTeamIteration(team, String(sprints[2]?.id));
    await work.postTeamIteration({ id: String(sprints[2]?.id) }, team);
    expect((await work.updateTeamSettings({ bugsBehavior: 2 } as never, team)).bugsBehavior).toBe(2);
  });

  it("plans capacities and days off", async () => {
    const [sprint] = await work.getTeamIterations(team, "current");
    const anna = (await core.getTeamMembersWithExtendedProperties("DEMO", "DEMO Team")).find((one) => one.identity?.displayName === "Anna Berg")?.identity;
    const day = { start: new Date("2026-03-04T00:00:00Z"), end: new Date("2026-03-05T00:00:00Z") };
    await work.updateCapacityWithIdentityRef({ activities: [{ name: "Development", capacityPerDay: 6 }], daysOff: [day] }, team, String(sprint?.id), String(anna?.id));
    expect(await work.getCapacitiesWithIdentityRefAndTotals(team, String(sprint?.id))).toMatchObject({ totalCapacityPerDay: 6, totalDaysOff: 2, teamMembers: [{ teamMember: { displayName: "Anna Berg" }, daysOff: [day] }] });
    await work.updateTeamDaysOff({ daysOff: [day] }, team, String(sprint?.id));
    expect((await work.getTeamDaysOff(team, String(sprint?.id))).daysOff).toHaveLength(1);
  });

  it("shows backlogs and boards", async () => {
    const id = await create("Product Backlog Item", "on the board");
    expect((await work.getBacklogs(team)).map((one) => one.name)).toEqual(["Epics", "Features", "Backlog items", "Tasks"]);
    expect((await work.getBacklogLevelWorkItems(team, "Microsoft.RequirementCategory")).workItems?.map((link) => link.target?.id)).toEqual([id]);
    expect((await work.getBacklogConfigurations(team)).requirementBacklog?.name).toBe("Backlog items");
    const boards = await work.getBoards(team);
    expect(boards.map((one) => one.name)).toEqual(["Epics", "Features", "Backlog items"]);
    const board = await work.getBoard(team, "Backlog items");
    expect(board.columns?.map((column) => [column.name, column.columnType])).toEqual([["New", 0], ["Approved", 1], ["Committed", 1], ["Done", 2]]);
    await wit.updateWorkItem({}, [field(String(board.fields?.columnField?.referenceName), "Approved")], id);
    expect((await wit.getWorkItem(id)).fields).toMatchObject({ "System.State": "Approved", "System.BoardColumn": "Approved" });
    expect(await work.getBoardRows(team, "Backlog items")).toHaveLength(1);
    expect((await work.reorderBacklogWorkItems({ ids: [id], parentId: 0, previousId: 0, nextId: 0 }, team))[0]?.id).toBe(id);
    expect((await work.getProcessConfiguration("DEMO")).bugWorkItems?.workItemTypes?.[0]?.name).toBe("Bug");
  });

  it("plans deliveries, and moves tasks on the taskboard", async () => {
    const plan = await work.createPlan({ name: "Year", type: 0, properties: { criteria: [] } }, "DEMO");
    expect((await work.updatePlan({ name: "Year 2", revision: 1 }, "DEMO", String(plan.id))).revision).toBe(2);
    await expect(work.updatePlan({ name: "Year 3", revision: 1 }, "DEMO", String(plan.id))).rejects.toMatchObject({ statusCode: 409 });
    expect((await work.getPlans("DEMO")).map((one) => one.name)).toEqual(["Year 2"]);
    await work.deletePlan("DEMO", String(plan.id));
    expect(await work.getPlan("DEMO", String(plan.id))).toBeNull();
    const id = await create("Task", "on the taskboard", field("System.IterationPath", "DEMO\\Sprint 2"), field("System.AssignedTo", "sync@example.com"));
    const [sprint] = await work.getTeamIterations(team, "current");
    expect((await work.getColumns(team)).columns?.map((column) => column.name)).toEqual(["To Do", "In Progress", "Done"]);
    await work.updateWorkItemColumn({ newColumn: "In Progress" }, team, String(sprint?.id), id);
    expect(await work.getWorkItemColumns(team, String(sprint?.id))).toMatchObject([{ workItemId: id, column: "In Progress", state: "In Progress" }]);
    expect((await work.getPredefinedQueryResults("DEMO", "assignedtome")).results?.map((item) => item.id)).toEqual([id]);
    expect((await wit.getRecentActivityData()).map((item) => item.id)).toEqual([id]);
    expect((await wit.getAccountMyWorkData()).workItemDetails?.[0]?.title).toBe("on the taskboard");
  });
});

describe("processes", () => {
  it("shows types, states, fields and picklists", async () => {
    const api = await connection.getWorkItemTrackingProcessApi();
    const scrum = (await api.getListOfProcesses(1)).find((process) => process.name === "Scrum");
    expect(scrum).toMatchObject({ isDefault: true, projects: [{ name: "DEMO" }, { name: "Second Project" }] });
    const [type] = (await api.getProcessWorkItemTypes(String(scrum?.typeId), 1)).filter((one) => one.name === "Bug");
    expect(type?.states?.map((state) => state.name)).toEqual(["New", "Approved", "Committed", "Done", "Removed"]);
    expect((await api.getStateDefinitions(String(scrum?.typeId), String(type?.referenceName))).length).toBe(5);
    expect((await api.getWorkItemTypeField(String(scrum?.typeId), String(type?.referenceName), "Custom.Environment")).allowedValues).toEqual(["Test", "Staging", "Production"]);
    const list = String((await wit.getField("Custom.Environment")).picklistId);
    expect((await api.getList(list)).items).toEqual(["Test", "Staging", "Production"]);
    await api.updateList({ items: ["Test", "Moon"] }, list);
    expect(await create("Bug", "x", field("Custom.Environment", "Moon"))).toBe(1);
    expect((await api.getListsMetadata()).length).toBeGreaterThan(4);
    expect((await api.getProcessBehaviors(String(scrum?.typeId))).length).toBe(4);
  });
});
