// What an imitated Azure DevOps holds after reset(): people, the project DEMO and a second one, areas, sprints, teams. No work items.

import { STOCK_FIELDS } from "./fields.ts";
import type { CustomField, FieldType, Node, Project, Team, User } from "./model.ts";
import type { CustomFieldOption } from "./options.ts";
import { PROCESSES } from "./processes.ts";
import { guid, wireDate } from "./text.ts";
import { processOf, type World } from "./world.ts";

const people: readonly (readonly [mail: string, name: string, kind?: User["kind"] | "inactive"])[] = [
  ["sync@example.com", "Sync Service", "service"], ["anna.berg@example.com", "Anna Berg"], ["bo.chen@example.com", "Bo Chen"], ["carla.diaz@example.com", "Carla Díaz"], ["dirk.olsen@example.com", "Dirk Olsen"], ["emil.novak@example.com", "Emil Novák"],
  ["max.muster@example.com", "Max Muster"], ["max.muster2@example.com", "Max Muster"], ["ivo.inactive@example.com", "Ivo Inactive", "inactive"],
];

const userOf = (world: World, mail: string, name: string, kind: User["kind"] | "inactive" = "user"): User => {
  const cloud = world.options.flavour === "services";
  const account = mail.split("@")[0] ?? mail;
  const id = guid(`user/${mail}`);
  const uniqueName = cloud ? mail : `EXAMPLE\\${account}`;
  return { id, name, uniqueName, mail, descriptor: cloud ? `aad.${Buffer.from(id).toString("base64url")}` : `win.${Buffer.from(id).toString("base64url")}`, active: kind !== "inactive", kind: kind === "inactive" ? "user" : kind };
};

const addNode = (world: World, project: Project, kind: Node["kind"], parentId: number | null, name: string, dates: Pick<Node, "startDate" | "finishDate"> = {}): Node => {
  const id = world.next("node");
  const node: Node = { id, identifier: guid(`node/${project.id}/${id}`), projectId: project.id, kind, parentId, name, ...dates };
  world.tables.nodes.set(id, node);
  return node;
};

const addGroup = (world: World, project: Project, name: string): void => {
  const id = guid(`group/${project.id}/${name}`);
  const full = `[${project.name}]\\${name}`;
  world.tables.users.set(id, { id, name: full, uniqueName: `vstfs:///Classification/TeamProject/${project.id}\\${name}`, mail: "", descriptor: `vssgp.${Buffer.from(id).toString("base64url")}`, active: true, kind: "group" });
};

interface NewProject {
  readonly name: string;
  readonly description?: string;
  readonly process: Project["process"];
  readonly visibility?: Project["visibility"];
  readonly members?: readonly string[];
}

const WORKING_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"];

/** A team as the system makes one: a new one has no iterations yet. */
export const addTeam = (world: World, project: Project, name: string, description: string, members: readonly string[], area: Node, backlog: Node | null): Team => {
  const visibilities = Object.fromEntries(processOf(project).backlogs.filter((one) => one.kind !== "task").map((one) => [one.id, one.name !== "Epics"]));
  const team: Team = {
    id: guid(`team/${project.id}/${name}/${world.next("guid")}`), projectId: project.id, name, description, members: members.map((userId, at) => ({ userId, admin: at === 0 })), backlogIteration: backlog?.identifier ?? null, defaultIteration: null,
    defaultIterationMacro: "@currentIteration", defaultAreaId: area.id, areas: [{ nodeId: area.id, includeChildren: true }], iterations: [], bugsBehavior: project.process === "Basic" ? "off" : "asRequirements", workingDays: WORKING_DAYS,
    backlogVisibilities: visibilities, capacities: {}, daysOff: {}, boards: {},
  };
  world.tables.teams.set(team.id, team);
  return team;
};

const addFolder = (world: World, project: Project, name: string, isPublic: boolean): void => {
  const id = guid(`query/${project.id}/${name}`);
  const now = wireDate(world.now());
  const by = guid("user/anna.berg@example.com");
  world.tables.queries.set(id, { id, projectId: project.id, parentId: null, name, isFolder: true, isPublic, wiql: "", createdBy: by, createdDate: now, modifiedBy: by, modifiedDate: now, deleted: false });
};

/** A project with its roots, its team and its query folders. */
export const addProject = (world: World, given: NewProject): Project => {
  const id = guid(`project/${given.name}/${world.next("guid")}`);
  const shell: Project = { id, name: given.name, description: given.description ?? "", process: given.process, visibility: given.visibility ?? "private", revision: world.next("guid") + 10, lastUpdateTime: wireDate(world.now()), defaultTeamId: "" };
  world.tables.projects.set(id, shell);
  const area = addNode(world, shell, "area", null, given.name);
  const iteration = addNode(world, shell, "iteration", null, given.name);
  const team = addTeam(world, shell, `${given.name} Team`, "The default project team.", given.members ?? [], area, iteration);
  const project = { ...shell, defaultTeamId: team.id };
  world.tables.projects.set(id, project);
  for (const name of ["Contributors", "Project Administrators"]) addGroup(world, project, name);
  addFolder(world, project, "My Queries", false);
  addFolder(world, project, "Shared Queries", true);
  return project;
};

const customField = (given: CustomFieldOption): CustomField => ({
  referenceName: given.referenceName, name: given.name ?? given.referenceName.split(".").at(-1) ?? given.referenceName, type: (given.type ?? (given.allowed === undefined ? "string" : "picklistString")) as FieldType, readOnly: false, canSortBy: true, isQueryable: true,
  isPicklist: given.allowed !== undefined, isPicklistSuggested: given.suggested ?? false, isLocked: false, isDeleted: false, description: "", types: given.types ?? ["*"], required: given.required ?? false,
  ...(given.default === undefined ? {} : { default: given.default }), ...(given.allowed === undefined ? {} : { allowed: given.allowed }),
});

const FIELDS: readonly CustomFieldOption[] = [
  { referenceName: "Custom.SyncKey", name: "Sync Key" },
  { referenceName: "Custom.Environment", name: "Environment", types: ["Bug"], allowed: ["Test", "Staging", "Production"] },
  { referenceName: "Custom.Customer", name: "Customer", types: ["Bug", "Product Backlog Item", "User Story", "Issue", "Requirement"], allowed: ["Harbour Ltd", "North Line", "City Council"], suggested: true },
  { referenceName: "Custom.Reviewer", name: "Reviewer", type: "identity" },
  { referenceName: "Custom.Regression", name: "Regression", type: "boolean", types: ["Bug"], default: false },
  { referenceName: "Custom.Notes", name: "Notes", type: "html" },
];

const DAY = 86_400_000;

/** Three sprints of two weeks around today: past, current, future. */
const addSprints = (world: World, project: Project, team: Team): void => {
  const root = [...world.tables.nodes.values()].find((node) => node.projectId === project.id && node.kind === "iteration" && node.parentId === null);
  if (root === undefined) return;
  const today = Math.floor(world.now() / DAY) * DAY;
  const sprints = [-1, 0, 1].map((at) => addNode(world, project, "iteration", root.id, `Sprint ${at + 2}`, { startDate: wireDate(today + (at * 14 - 7) * DAY), finishDate: wireDate(today + (at * 14 + 6) * DAY) }));
  world.tables.teams.set(team.id, { ...team, iterations: sprints.map((node) => node.identifier) });
};

export const seed = (world: World): void => {
  world.clear();
  const { tables, options } = world;
  for (const [mail, name, kind] of people) {
    const user = userOf(world, mail, name, kind);
    tables.users.set(user.id, user);
  }
  for (const field of [...FIELDS, ...options.customFields]) {
    if (STOCK_FIELDS.some((stock) => stock.referenceName === field.referenceName)) throw new Error(`The field ${field.referenceName} is a stock one; the option customFields is for others.`);
    world.setField(customField(field));
  }
  const active = [...tables.users.values()].filter((user) => user.active && user.kind === "user").map((user) => user.id);
  const sync = [...tables.users.values()].filter((user) => user.kind === "service").map((user) => user.id);
  if (PROCESSES[options.process] === undefined) throw new Error(`There is no process ${options.process}.`);
  const demo = addProject(world, { name: "DEMO", description: "The example project", process: options.process, members: [...active, ...sync] });
  const area = [...tables.nodes.values()].find((node) => node.projectId === demo.id && node.kind === "area");
  for (const name of ["Web", "Mobile", "Backend"]) addNode(world, demo, "area", area?.id ?? null, name);
  const team = tables.teams.get(demo.defaultTeamId);
  if (team !== undefined) addSprints(world, demo, team);
  addProject(world, { name: "Second Project", description: "Another one", process: options.process, members: active.slice(0, 2) });
};

export { addNode };
