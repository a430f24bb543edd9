// The fields of a fresh Jira: the system's own and the custom ones, with the ids each flavour usually gives them.
// Agile fields are known by their custom type, never by id (sheet §8.3).

import type { Field, FieldOption, Kind } from "./model.ts";
import type { World } from "./world.ts";

type Draft = Pick<Field, "id" | "name" | "kind" | "type"> & Partial<Field>;

const system = (draft: Draft): Field => ({
  system: draft.id, orderable: true, navigable: true, searchable: true, clauseNames: [draft.id], onCreate: true, onEdit: true, ...draft,
});
const shown = (draft: Draft): Field => system({ orderable: false, onCreate: false, onEdit: false, ...draft });

const systemFields = (cloud: boolean): readonly Field[] => [
  shown({ id: "issuekey", name: "Key", kind: "special", type: "string", clauseNames: ["id", "issue", "issuekey", "key"] }),
  system({ id: "summary", name: "Summary", kind: "string", type: "string" }),
  system({ id: "issuetype", name: "Issue Type", kind: "issuetype", type: "issuetype", clauseNames: ["issuetype", "type"] }),
  system({ id: "project", name: "Project", kind: "project", type: "project", orderable: false, onEdit: false }),
  system({ id: "parent", name: "Parent", kind: "parent", type: "issuelink", clauseNames: ["parent"], onEdit: cloud }),
  system({ id: "description", name: "Description", kind: "rich", type: "string" }),
  system({ id: "environment", name: "Environment", kind: "rich", type: "string" }),
  system({ id: "priority", name: "Priority", kind: "priority", type: "priority" }),
  shown({ id: "status", name: "Status", kind: "status", type: "status" }),
  shown({ id: "resolution", name: "Resolution", kind: "resolution", type: "resolution", orderable: true }),
  system({ id: "assignee", name: "Assignee", kind: "user", type: "user" }),
  system({ id: "reporter", name: "Reporter", kind: "user", type: "user" }),
  shown({ id: "creator", name: "Creator", kind: "special", type: "user" }),
  system({ id: "labels", name: "Labels", kind: "labels", type: "array", items: "string" }),
  system({ id: "components", name: "Component/s", kind: "components", type: "array", items: "component", clauseNames: ["component"] }),
  system({ id: "fixVersions", name: "Fix Version/s", kind: "versions", type: "array", items: "version", clauseNames: ["fixVersion"] }),
  system({ id: "versions", name: "Affects Version/s", kind: "versions", type: "array", items: "version", clauseNames: ["affectedVersion"] }),
  system({ id: "duedate", name: "Due date", kind: "date", type: "date", clauseNames: ["due", "duedate"] }),
  system({ id: "timetracking", name: "Time tracking", kind: "timetracking", type: "timetracking", navigable: false, clauseNames: [] }),
  shown({ id: "timeoriginalestimate", name: "Original estimate", kind: "duration", type: "number", clauseNames: ["originalEstimate", "timeoriginalestimate"] }),
  shown({ id: "timeestimate", name: "Remaining Estimate", kind: "duration", type: "number", clauseNames: ["remainingEstimate", "timeestimate"] }),
  shown({ id: "timespent", name: "Time Spent", kind: "duration", type: "number", clauseNames: ["timespent"] }),
  shown({ id: "security", name: "Security Level", kind: "security", type: "securitylevel", orderable: true, clauseNames: ["level"], onCreate: true, onEdit: true }),
  system({ id: "issuelinks", name: "Linked Issues", kind: "issuelinks", type: "array", items: "issuelinks", clauseNames: ["issueLink"] }),
  system({ id: "attachment", name: "Attachment", kind: "attachment", type: "array", items: "attachment", clauseNames: ["attachments"] }),
  shown({ id: "comment", name: "Comment", kind: "comment", type: "comments-page", orderable: true, navigable: false, onEdit: true }),
  shown({ id: "worklog", name: "Log Work", kind: "worklog", type: "array", items: "worklog", orderable: true, navigable: false, clauseNames: [] }),
  shown({ id: "subtasks", name: "Sub-Tasks", kind: "special", type: "array", items: "issuelinks", clauseNames: ["subtasks"] }),
  shown({ id: "created", name: "Created", kind: "special", type: "datetime", clauseNames: ["created", "createdDate"] }),
  shown({ id: "updated", name: "Updated", kind: "special", type: "datetime", clauseNames: ["updated", "updatedDate"] }),
  shown({ id: "resolutiondate", name: "Resolved", kind: "special", type: "datetime", clauseNames: ["resolutiondate", "resolved"] }),
  shown({ id: "lastViewed", name: "Last Viewed", kind: "special", type: "datetime" }),
  shown({ id: "watches", name: "Watchers", kind: "special", type: "watches", clauseNames: ["watchers"] }),
  shown({ id: "votes", name: "Votes", kind: "special", type: "votes" }),
  shown({ id: "workratio", name: "Work Ratio", kind: "special", type: "number" }),
  shown({ id: "progress", name: "Progress", kind: "special", type: "progress", clauseNames: ["progress"] }),
  shown({ id: "aggregateprogress", name: "Σ Progress", kind: "special", type: "progress", clauseNames: [] }),
  ...(cloud ? [shown({ id: "statusCategory", name: "Status Category", kind: "special", type: "statusCategory" }), shown({ id: "statuscategorychangedate", name: "Status Category Changed", kind: "special", type: "datetime", clauseNames: ["statusCategoryChangedDate"] })] : []),
];

const TYPES = "com.atlassian.jira.plugin.system.customfieldtypes:";
const AGILE = "com.pyxis.greenhopper.jira:";

/** Schema and way of keeping, by the last part of the custom type (sheet §8.2, §8.3). */
export const CUSTOM_TYPES: Readonly<Record<string, { readonly kind: Kind; readonly type: string; readonly items?: string }>> = {
  textfield: { kind: "string", type: "string" }, url: { kind: "string", type: "string" }, readonlyfield: { kind: "string", type: "string" }, textarea: { kind: "rich", type: "string" },
  float: { kind: "number", type: "number" }, importid: { kind: "number", type: "number" }, datepicker: { kind: "date", type: "date" }, datetime: { kind: "datetime", type: "datetime" },
  select: { kind: "option", type: "option" }, radiobuttons: { kind: "option", type: "option" },
  multiselect: { kind: "options", type: "array", items: "option" }, multicheckboxes: { kind: "options", type: "array", items: "option" },
  cascadingselect: { kind: "cascade", type: "option-with-child" }, labels: { kind: "labels", type: "array", items: "string" },
  userpicker: { kind: "user", type: "user" }, multiuserpicker: { kind: "users", type: "array", items: "user" },
  grouppicker: { kind: "group", type: "group" }, multigrouppicker: { kind: "groups", type: "array", items: "group" },
  project: { kind: "project", type: "project" }, version: { kind: "version", type: "version" }, multiversion: { kind: "versions", type: "array", items: "version" },
  "gh-sprint": { kind: "sprint", type: "array", items: "json" }, "gh-epic-link": { kind: "epicLink", type: "any" }, "gh-epic-label": { kind: "string", type: "string" },
  "gh-epic-status": { kind: "option", type: "option" }, "gh-epic-color": { kind: "string", type: "string" }, "gh-lexo-rank": { kind: "rank", type: "any" },
  "jsw-story-points": { kind: "number", type: "number" },
};

export const customField = (number: number, name: string, custom: string, more: Partial<Field> = {}): Field => {
  const shape = CUSTOM_TYPES[custom.slice(custom.indexOf(":") + 1)] ?? { kind: "string" as const, type: "string" };
  return {
    id: `customfield_${number}`, name, ...shape, custom, orderable: true, navigable: true, searchable: true, clauseNames: [`cf[${number}]`, name], onCreate: true, onEdit: true, ...more,
  };
};

const optionList = (from: number, values: readonly string[]): readonly FieldOption[] => values.map((value, at) => ({ id: String(from + at), value }));

const cascade: readonly FieldOption[] = [
  { id: "10040", value: "Cloud", children: [{ id: "10041", value: "Staging" }, { id: "10042", value: "Production" }] },
  { id: "10043", value: "On premises", children: [{ id: "10044", value: "Linux" }, { id: "10045", value: "Windows" }] },
];

const agileFields = (cloud: boolean, mirrored: boolean): readonly Field[] => {
  const [sprint, link, label, points, rank, flag] = cloud ? [10020, 10014, 10011, 10016, 10019, 10021] : [10100, 10101, 10103, 10106, 10105, 10107];
  const link0 = customField(link, "Epic Link", `${AGILE}gh-epic-link`, { types: ["Story", "Task", "Bug"] });
  return [
    customField(sprint, "Sprint", `${AGILE}gh-sprint`, cloud ? {} : { items: "string" }),
    ...(cloud && !mirrored ? [] : [link0]),
    customField(label, "Epic Name", `${AGILE}gh-epic-label`, { types: ["Epic"] }),
    customField(points, "Story Points", `${TYPES}float`, { types: ["Epic", "Story", "Task", "Bug"] }),
    customField(rank, "Rank", `${AGILE}gh-lexo-rank`, { onCreate: false, onEdit: false }),
    customField(flag, "Flagged", `${TYPES}multicheckboxes`, { options: optionList(10019, ["Impediment"]) }),
  ];
};

const sampleFields: readonly Field[] = [
  customField(10201, "Octane id", `${TYPES}textfield`),
  customField(10202, "Severity", `${TYPES}select`, { types: ["Bug"], options: optionList(10020, ["Very High", "High", "Medium", "Low"]) }),
  customField(10203, "Affected areas", `${TYPES}multiselect`, { options: optionList(10024, ["Backend", "Frontend", "Database", "Documentation"]) }),
  customField(10204, "Target start", `${TYPES}datepicker`),
  customField(10205, "Found at", `${TYPES}datetime`),
  customField(10206, "Tester", `${TYPES}userpicker`),
  customField(10207, "Reviewers", `${TYPES}multiuserpicker`),
  customField(10208, "Business value", `${TYPES}float`),
  customField(10209, "Checks", `${TYPES}multicheckboxes`, { options: optionList(10030, ["Security", "Performance", "Accessibility"]) }),
  customField(10210, "Platform", `${TYPES}cascadingselect`, { options: cascade }),
  customField(10211, "Acceptance criteria", `${TYPES}textarea`),
  customField(10212, "Design link", `${TYPES}url`),
  customField(10213, "Keywords", `${TYPES}labels`),
  customField(10214, "Risk", `${TYPES}radiobuttons`, { options: [...optionList(10034, ["Low", "Medium", "High"]), { id: "10037", value: "Unknown", disabled: true }] }),
  customField(10215, "Verified in", `${TYPES}multiversion`),
  customField(10216, "Team", `${TYPES}grouppicker`),
];

export const seedFields = (world: World): readonly Field[] => [
  ...systemFields(world.cloud),
  ...agileFields(world.cloud, world.options.cloudEpicLink === "mirror"),
  ...sampleFields,
  ...(world.options.duplicateFieldName ? [customField(10217, "Severity", `${TYPES}textfield`)] : []),
];

/** The field of an agile or other custom type. */
export const fieldOfType = (world: World, custom: string): Field | undefined => {
  for (const field of world.tables.fields.values()) if (field.custom?.endsWith(`:${custom}`)) return field;
  return undefined;
};

export const storyPoints = (world: World): Field | undefined => {
  for (const field of world.tables.fields.values()) if (field.name === "Story Points" && field.kind === "number") return field;
  return fieldOfType(world, "jsw-story-points");
};
