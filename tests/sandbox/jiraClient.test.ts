// The community's own client against the imitation, over real HTTP, doing what its users usually do.

import { AgileClient, Version2Client, Version3Client } from "jira.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJiraCloud, createJiraDc } from "../../lib/sandbox/jira.ts";
import { startServer, type SandboxServer } from "../../lib/sandbox/server.ts";

const cloudLogin = { basic: { email: "sync@example.com", apiToken: "jira-token" } };

describe("jira.js 5.4 against the Cloud flavour", () => {
  let server: SandboxServer;
  let three: Version3Client;
  let two: Version2Client;
  let agile: AgileClient;

  beforeAll(async () => {
    server = await startServer(createJiraCloud, { clock: new Date("2026-03-04T09:15:30.250Z") });
    const config = { host: server.url, authentication: cloudLogin };
    [three, two, agile] = [new Version3Client(config), new Version2Client(config), new AgileClient(config)];
  });
  afterAll(() => server.close());

  it("signs in and reads the lists", async () => {
    const me = await three.myself.getCurrentUser({ expand: "groups" });
    expect(me.displayName).toBe("Sync Service");
    expect((await three.serverInfo.getServerInfo()).deploymentType).toBe("Cloud");
    expect((await three.projects.searchProjects({})).values.map((project) => project.key)).toEqual(["DEMO", "SEC"]);
    expect((await three.issueTypes.getIssueAllTypes()).map((type) => type.name)).toContain("Sub-task");
    expect((await three.issueFields.getFields()).find((field) => field.name === "Severity")?.schema?.custom).toContain(":select");
    expect((await three.issuePriorities.searchPriorities({})).values?.length).toBe(5);
    expect((await three.issueLinkTypes.getIssueLinkTypes()).issueLinkTypes?.length).toBe(4);
    expect((await three.permissions.getMyPermissions({ permissions: "BROWSE_PROJECTS" })).permissions).toMatchObject({ BROWSE_PROJECTS: { havePermission: true } });
    expect((await three.userSearch.findUsers({ query: "max" })).length).toBe(2);
  });

  it("edits many issues at once", async () => {
    const make = async (summary: string) => (await three.issues.createIssue({ fields: { summary, project: { key: "DEMO" }, issuetype: { name: "Bug" }, labels: ["old"] } })).key;
    const keys = [await make("one"), await make("two")];
    const listed = (await three.issueBulkOperations.getBulkEditableFields({ issueIdsOrKeys: keys.join(",") })).fields ?? [];
    expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(["summary", "description", "labels", "priority", "duedate"]));
    expect(listed.find(({ id }) => id === "labels")).toMatchObject({ name: "Labels", multiSelectFieldOptions: ["ADD", "REMOVE", "REPLACE", "REMOVE_ALL"] });
    expect(listed.find(({ id }) => id === "priority")?.fieldOptions?.length).toBe(5);
    expect((await three.issueBulkOperations.getBulkEditableFields({ issueIdsOrKeys: keys.join(","), searchText: "due" })).fields?.map(({ id }) => id)).toEqual(["duedate"]);
    const paragraph = { version: 1, type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text: "the same for both" }] }] };
    const { taskId = "" } = await three.issueBulkOperations.submitBulkEdit({
      selectedIssueIdsOrKeys: [...keys, "DEMO-9999"],
      selectedActions: ["description", "labels", "priority", "duedate"],
      editedFieldsInput: {
        richTextFields: [{ fieldId: "description", richText: { adfValue: paragraph } }],
        labelsFields: [{ fieldId: "labels", bulkEditMultiSelectFieldOption: "ADD", labels: [{ name: "new" }] }],
        priority: { priorityId: "2" },
        datePickerFields: [{ fieldId: "duedate", date: { formattedDate: "2026-12-24" } }],
      },
    });
    expect(await three.issueBulkOperations.getBulkOperationProgress({ taskId })).toMatchObject({ status: "COMPLETE", totalIssueCount: 3, invalidOrInaccessibleIssueCount: 1 });
    for (const key of keys) expect((await three.issues.getIssue({ issueIdOrKey: key })).fields).toMatchObject({ labels: ["new", "old"], priority: { id: "2" }, duedate: "2026-12-24", description: { content: [{ content: [{ text: "the same for both" }] }] } });
    await expect(three.issueBulkOperations.submitBulkEdit({ selectedIssueIdsOrKeys: keys, selectedActions: ["summary"], editedFieldsInput: {} })).rejects.toMatchObject({ status: 400 });
    await expect(three.issueBulkOperations.getBulkEditableFields({ issueIdsOrKeys: "DEMO-9999" })).rejects.toMatchObject({ status: 400 });
  });

  it("takes an issue through its whole life", async () => {
    const version = await three.projectVersions.createVersion({ name: "1.0", projectId: 10000 });
    const component = await three.projectComponents.createComponent({ name: "UI", project: "DEMO" });
    const types = await three.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: "DEMO" });
    const bug = types.issueTypes?.find((type) => type.name === "Bug");
    const meta = await three.issues.getCreateIssueMetaIssueTypeId({ projectIdOrKey: "DEMO", issueTypeId: bug?.id ?? "" });
    const severity = meta.fields?.find((field) => field.name === "Severity");
    const made = await three.issues.createIssue({
      fields: { project: { key: "DEMO" }, issuetype: { id: bug?.id ?? "" }, summary: "Crash on save", description: "It crashes", fixVersions: [{ id: version.id }], components: [{ id: component.id }], [severity?.key ?? ""]: { value: "High" } } as never,
      properties: [{ key: "sync", value: { intent: "a" } }] as never,
    });
    const issue = await three.issues.getIssue({ issueIdOrKey: made.key, properties: ["sync"], expand: "names,changelog" });
    expect(issue.fields.summary).toBe("Crash on save");
    expect(issue.fields.description?.content?.[0]?.content?.[0]?.text).toBe("It crashes");
    expect(issue.properties).toEqual({ sync: { intent: "a" } });
    await three.issues.editIssue({ issueIdOrKey: made.key, fields: { labels: ["x"] }, update: { summary: [{ set: "Crash on saving" }] } as never });
    const ways = await three.issues.getTransitions({ issueIdOrKey: made.key, expand: "transitions.fields" });
    await three.issues.doTransition({ issueIdOrKey: made.key, transition: { id: ways.transitions?.[0]?.id ?? "" } });
    const comment = await three.issueComments.addComment({ issueIdOrKey: made.key, comment: "Seen here too" });
    expect((await three.issueComments.getComments({ issueIdOrKey: made.key })).total).toBe(1);
    await three.issueComments.updateComment({ issueIdOrKey: made.key, id: comment.id ?? "", body: { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text: "Never mind" }] }] } as never });
    const log = await three.issueWorklogs.addWorklog({ issueIdOrKey: made.key, timeSpentSeconds: 3600 });
    expect(log.timeSpent).toBe("1h");
    const changes = await three.issues.getChangeLogs({ issueIdOrKey: made.key });
    expect(changes.values?.flatMap((entry) => (entry.items ?? []).map((item) => item.field))).toEqual(expect.arrayContaining(["summary", "labels", "status"]));
    await three.issues.assignIssue({ issueIdOrKey: made.key, accountId: null } as never);
    await three.issues.deleteIssue({ issueIdOrKey: made.key });
    await expect(three.issues.getIssue({ issueIdOrKey: made.key })).rejects.toMatchObject({ status: 404 });
  });

  it("searches with a cursor and is told that the old search is gone", async () => {
    for (let number = 1; number <= 5; number += 1) await three.issues.createIssue({ fields: { project: { key: "DEMO" }, issuetype: { name: "Task" }, summary: `Task ${number}` } });
    const first = await three.issueSearch.searchForIssuesUsingJqlEnhancedSearch({ jql: "issuetype = Task ORDER BY key", maxResults: 3, fields: ["summary"] });
    const rest = await three.issueSearch.searchForIssuesUsingJqlEnhancedSearchPost({ jql: "issuetype = Task ORDER BY key", maxResults: 3, fields: ["summary"], nextPageToken: first.nextPageToken ?? "" });
    expect([...(first.issues ?? []), ...(rest.issues ?? [])].map((issue) => issue.fields.summary)).toEqual(["Task 1", "Task 2", "Task 3", "Task 4", "Task 5"]);
    expect(rest.nextPageToken).toBeUndefined();
    await expect(two.issueSearch.searchForIssuesUsingJql({ jql: "issuetype = Task" })).rejects.toMatchObject({ status: 410 });
    expect((await three.issueSearch.countIssues({ jql: "issuetype = Task" })).count).toBe(5);
    expect((await three.issues.bulkFetchIssues({ issueIdsOrKeys: (first.issues ?? []).map((issue) => issue.key).concat("DEMO-999"), fields: ["summary"] })).issues?.length).toBe(3);
  });

  it("attaches, links and remembers", async () => {
    const one = await three.issues.createIssue({ fields: { project: { key: "DEMO" }, issuetype: { name: "Story" }, summary: "One" } });
    const other = await three.issues.createIssue({ fields: { project: { key: "DEMO" }, issuetype: { name: "Story" }, summary: "Other" } });
    const [file] = await three.issueAttachments.addAttachment({ issueIdOrKey: one.key, attachment: { filename: "größe.txt", file: Buffer.from("hello") } });
    expect(file?.filename).toBe("größe.txt");
    expect(Buffer.from(await three.issueAttachments.getAttachmentContent(file?.id ?? "")).toString()).toBe("hello");
    await three.issueLinks.linkIssues({ type: { name: "Blocks" }, inwardIssue: { key: one.key }, outwardIssue: { key: other.key } });
    const linked = await three.issues.getIssue({ issueIdOrKey: one.key, fields: ["issuelinks"] });
    expect(linked.fields.issuelinks[0]?.outwardIssue?.key).toBe(other.key);
    await three.issueRemoteLinks.createOrUpdateRemoteIssueLink({ issueIdOrKey: one.key, globalId: "system=octane&id=77", object: { url: "https://octane.test/77", title: "Defect 77" } });
    expect((await three.issueRemoteLinks.getRemoteIssueLinks({ issueIdOrKey: one.key }))[0]?.object?.title).toBe("Defect 77");
    await three.issueProperties.setIssueProperty({ issueIdOrKey: one.key, propertyKey: "sync", propertyValue: { id: 1 } });
    expect((await three.issueProperties.getIssueProperty({ issueIdOrKey: one.key, propertyKey: "sync" })).value).toEqual({ id: 1 });
  });

  it("plans sprints on the board", async () => {
    const board = (await agile.board.getAllBoards({ projectKeyOrId: "DEMO" })).values[0];
    const boardId = board?.id ?? 0;
    const sprint = await agile.sprint.createSprint({ name: "Sprint 1", originBoardId: boardId, startDate: "2026-03-02T09:00:00.000Z", endDate: "2026-03-16T09:00:00.000Z" });
    const made = await three.issues.createIssue({ fields: { project: { key: "DEMO" }, issuetype: { name: "Story" }, summary: "Planned" } });
    await agile.sprint.moveIssuesToSprintAndRank({ sprintId: sprint.id, issues: [made.key] });
    await agile.sprint.partiallyUpdateSprint({ sprintId: sprint.id, state: "active" });
    expect((await agile.board.getAllSprints({ boardId })).values.map((one) => one.state)).toEqual(["active"]);
    expect(await agile.board.getBoardIssuesForSprint({ boardId, sprintId: sprint.id })).toMatchObject({ total: 1, issues: [{ key: made.key }] });
    await agile.backlog.moveIssuesToBacklog({ issues: [made.key] });
    expect((await agile.board.getIssuesForBacklog({ boardId })).issues.map((one) => one.key)).toContain(made.key);
    const epic = await three.issues.createIssue({ fields: { project: { key: "DEMO" }, issuetype: { name: "Epic" }, summary: "Big" } });
    await agile.epic.moveIssuesToEpic({ epicIdOrKey: epic.key, issues: [made.key] });
    expect((await three.issues.getIssue({ issueIdOrKey: made.key })).fields.parent?.key).toBe(epic.key);
    expect(await agile.issue.getIssue({ issueIdOrKey: made.key })).toMatchObject({ fields: { epic: { key: epic.key } } });
  });
});

describe("jira.js 5.4 against the Data Center flavour", () => {
  let server: SandboxServer;
  let two: Version2Client;

  beforeAll(async () => {
    server = await startServer(createJiraDc, { clock: new Date("2026-03-04T09:15:30.250Z"), options: { contextPath: "/jira" } });
    two = new Version2Client({ host: `${server.url}/jira`, authentication: { oauth2: { accessToken: "jira-pat" } } });
  });
  afterAll(() => server.close());

  it("creates, searches by offset and reads wiki markup", async () => {
    for (let number = 1; number <= 3; number += 1) {
      await two.issues.createIssue({ fields: { project: { key: "DEMO" }, issuetype: { name: "Story" }, summary: `Story ${number}`, description: "*bold*" } });
    }
    const found = await two.issueSearch.searchForIssuesUsingJql({ jql: "project = DEMO ORDER BY key ASC", startAt: 1, maxResults: 1 });
    expect(found).toMatchObject({ startAt: 1, maxResults: 1, total: 3 });
    expect(found.issues?.[0]?.fields.description).toBe("*bold*");
    expect(found.issues?.[0]?.self).toContain("/jira/rest/api/2/issue/");
    await expect(two.issueSearch.searchForIssuesUsingJqlEnhancedSearch({ jql: "project = DEMO" })).rejects.toMatchObject({ status: 404 });
  });
});
