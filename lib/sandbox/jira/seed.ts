// What an imitated Jira holds after reset(): people, groups, two projects, types, statuses, lists. No issues, sprints or versions.

import { seedFields } from "./seedFields.ts";
import type { IssueType, Project, Status, User } from "./model.ts";
import { CLOSED, DONE, OPEN, PROGRESS, RESOLVED, REVIEW, TODO } from "./workflow.ts";
import type { World } from "./world.ts";

interface Person {
  readonly accountId: string;
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
  readonly zone: string;
  readonly locale?: string;
  readonly shown: User["emailShown"];
  readonly inactive?: boolean;
}

const people: readonly Person[] = [
  { accountId: "712020:0b7f2a1c-55e0-4d0e-9c1b-3a6f5d2e8801", key: "JIRAUSER10100", name: "sync", email: "sync@example.com", displayName: "Sync Service", zone: "", shown: "shown" },
  { accountId: "5b10ac8d82e05b22cc7d4ef5", key: "JIRAUSER10101", name: "anna.berg", email: "anna.berg@example.com", displayName: "Anna Berg", zone: "Europe/Berlin", locale: "de_DE", shown: "shown" },
  { accountId: "5b109f2e9729b51b54dc274d", key: "JIRAUSER10102", name: "bo.chen", email: "bo.chen@example.com", displayName: "Bo Chen", zone: "Asia/Shanghai", shown: "hidden" },
  { accountId: "712020:c4f1f6aa-2a3c-4b53-8b1d-77b0a7f3e902", key: "JIRAUSER10103", name: "carla.diaz", email: "carla.diaz@example.com", displayName: "Carla Díaz", zone: "America/Bogota", locale: "es_ES", shown: "empty" },
  { accountId: "557058:9d6f4f0e-7a52-4c1d-9a0c-1f7f5f2f1a03", key: "JIRAUSER10104", name: "max.muster", email: "max.muster@example.com", displayName: "Max Muster", zone: "Europe/Zurich", shown: "shown" },
  { accountId: "557058:9d6f4f0e-7a52-4c1d-9a0c-1f7f5f2f1a04", key: "JIRAUSER10105", name: "max.muster2", email: "max.muster2@example.com", displayName: "Max Muster", zone: "Europe/Zurich", shown: "null" },
  { accountId: "5b10a0effa615349cb016cd8", key: "JIRAUSER10106", name: "ivo.inactive", email: "ivo.inactive@example.com", displayName: "Ivo Inactive", zone: "Europe/Berlin", shown: "shown", inactive: true },
];

const groupId = (at: number): string => `276f955c-63d7-42c8-9520-92d01dca062${at}`;

const seedPeople = (world: World): void => {
  const { tables, options, cloud } = world;
  const groups = ["jira-administrators", "jira-software-users"];
  for (const [at, name] of groups.entries()) tables.groups.set(groupId(at), { id: groupId(at), name });
  for (const person of people) {
    const id = cloud ? person.accountId : person.key;
    const sync = person.name === "sync";
    tables.users.set(id, {
      id, name: person.name, email: person.email, emailShown: person.shown, displayName: person.displayName, active: !person.inactive,
      timeZone: sync ? options.zone : person.zone, locale: sync ? options.locale : person.locale ?? "en_US", accountType: "atlassian",
      groups: sync && options.admin ? groups : ["jira-software-users"],
    });
  }
};

const TYPE_IDS = { epic: "10000", story: "10001", task: "10002", subtask: "10003", bug: "10004" } as const;

const types: readonly IssueType[] = [
  { id: TYPE_IDS.epic, name: "Epic", description: "A collection of related bugs, stories, and tasks.", subtask: false, hierarchyLevel: 1, avatarId: 10307 },
  { id: TYPE_IDS.story, name: "Story", description: "Functionality or a feature expressed as a user goal.", subtask: false, hierarchyLevel: 0, avatarId: 10315 },
  { id: TYPE_IDS.task, name: "Task", description: "A small, distinct piece of work.", subtask: false, hierarchyLevel: 0, avatarId: 10318 },
  { id: TYPE_IDS.subtask, name: "Sub-task", description: "A small piece of work that's part of a larger task.", subtask: true, hierarchyLevel: -1, avatarId: 10316 },
  { id: TYPE_IDS.bug, name: "Bug", description: "A problem or error.", subtask: false, hierarchyLevel: 0, avatarId: 10303 },
];

const statuses: readonly Status[] = [
  { id: OPEN, name: "Open", description: "The issue is open and ready for the assignee to start work on it.", category: 2 },
  { id: PROGRESS, name: "In Progress", description: "This issue is being actively worked on at the moment by the assignee.", category: 4 },
  { id: RESOLVED, name: "Resolved", description: "A resolution has been taken, and it is awaiting verification by reporter.", category: 3 },
  { id: CLOSED, name: "Closed", description: "The issue is considered finished, the resolution is correct.", category: 3 },
  { id: TODO, name: "To Do", description: "", category: 2 },
  { id: DONE, name: "Done", description: "", category: 3 },
  { id: REVIEW, name: "In Review", description: "", category: 4 },
];

const named = (entries: readonly (readonly [string, string, string])[]): readonly { id: string; name: string; description: string }[] =>
  entries.map(([id, name, description]) => ({ id, name, description }));

const priorities = named([
  ["1", "Highest", "This problem will block progress."], ["2", "High", "Serious problem that could block progress."],
  ["3", "Medium", "Has the potential to affect progress."], ["4", "Low", "Minor problem or easily worked around."], ["5", "Lowest", "Trivial problem with little or no impact on progress."],
]);

const resolutions = named([
  ["10000", "Done", "Work has been completed on this issue."], ["10001", "Won't Do", "This issue won't be actioned."],
  ["10002", "Duplicate", "The problem is a duplicate of an existing issue."], ["10003", "Cannot Reproduce", "All attempts at reproducing this issue failed."],
]);

const roles = named([["10002", "Administrators", "Administrators of a project"], ["10003", "Developers", "Developers of a project"], ["10004", "Users", "Users of a project"]]);

const linkTypes = [
  { id: "10000", name: "Blocks", inward: "is blocked by", outward: "blocks" },
  { id: "10001", name: "Cloners", inward: "is cloned by", outward: "clones" },
  { id: "10002", name: "Duplicate", inward: "is duplicated by", outward: "duplicates" },
  { id: "10003", name: "Relates", inward: "relates to", outward: "relates to" },
] as const;

export const CATEGORIES = [
  { id: 1, key: "undefined", colorName: "medium-gray", name: "No Category" },
  { id: 2, key: "new", colorName: "blue-gray", name: "To Do" },
  { id: 4, key: "indeterminate", colorName: "yellow", name: "In Progress" },
  { id: 3, key: "done", colorName: "green", name: "Done" },
] as const;

/** A project as the scrum template makes it; its board comes with it. */
export const addProject = (world: World, given: Pick<Project, "key" | "name" | "lead"> & Partial<Project>, boardName: string | null): Project => {
  const project: Project = {
    description: "", typeKey: "software", typeIds: types.map((type) => type.id).filter((id) => world.tables.types.has(id)), formerKeys: [], counter: 0, archived: false,
    simplified: false, properties: {}, id: String(world.next("project")), ...given,
  };
  world.tables.projects.set(project.id, project);
  if (boardName === null) return project;
  const filterId = String(world.next("filter"));
  world.tables.filters.set(filterId, {
    id: filterId, name: `Filter for ${boardName}`, description: "", jql: `project = ${project.key} ORDER BY Rank ASC`, owner: project.lead, favourites: [], created: world.now(),
  });
  const boardId = String(world.next("board"));
  world.tables.boards.set(boardId, { id: boardId, name: boardName, type: "scrum", filterId, projectId: project.id, properties: {} });
  return project;
};

export const seed = (world: World): void => {
  world.clear();
  const { tables } = world;
  seedPeople(world);
  for (const row of types) tables.types.set(row.id, row);
  for (const row of statuses) tables.statuses.set(row.id, row);
  for (const row of priorities) tables.priorities.set(row.id, row);
  for (const row of resolutions) tables.resolutions.set(row.id, row);
  for (const row of roles) tables.roles.set(row.id, row);
  for (const row of linkTypes) tables.linkTypes.set(row.id, row);
  const everyoneElse = [...tables.users.values()].filter((user) => user.name !== "sync").map((user) => user.id);
  tables.securityLevels.set("10000", { id: "10000", name: "Staff only", description: "Everyone but the service account", members: everyoneElse });
  for (const field of seedFields(world)) tables.fields.set(field.id, field);
  const lead = [...tables.users.values()].find((user) => user.name === "anna.berg")?.id ?? "";
  addProject(world, { key: "DEMO", name: "Demo", lead }, "Demo board");
  addProject(world, { key: "SEC", name: "Second", lead }, "Second board");
};
