// Which fields stand on which screen, and how the metadata resources describe them (sheet §9.4, §9.5).

import type { Field, Issue, IssueType, Project } from "./model.ts";
import { operationsOf } from "./operations.ts";
import { showComponent, showOption, showPriority, showProject, showResolution, showStatus, showType, showVersion, type Shown, type View } from "./shapes.ts";
import { CLOSED, demanded, leaving, typeOf, typesOf, workflowOf, type Transition } from "./workflow.ts";
import { byId, type World } from "./world.ts";

type ScreenName = "create" | "edit";

const NEEDS: Readonly<Record<string, string>> = { assignee: "ASSIGN_ISSUES", duedate: "SCHEDULE_ISSUES", reporter: "MODIFY_REPORTER" };

const hidden = (world: World, field: Field): boolean =>
  world.options.hiddenFields.some((name) => name === field.id || name === field.name) || world.options.deniedPermissions.includes(NEEDS[field.id] ?? "");

const fits = (world: World, field: Field, type: IssueType, screen: ScreenName): boolean => {
  if (hidden(world, field) || (field.types && !field.types.includes(type.name))) return false;
  if (field.id === "parent") return world.cloud ? type.hierarchyLevel <= 0 : type.subtask && screen === "create";
  if (field.kind === "sprint") return !type.subtask;
  return true;
};

export const screenFields = (world: World, type: IssueType, screen: ScreenName): readonly Field[] =>
  [...world.tables.fields.values()].filter((field) => (screen === "create" ? field.onCreate : field.onEdit) && fits(world, field, type, screen)).sort((one, two) => byId(one.id, two.id));

/** What may be edited of an issue in its present status; nothing where the workflow locks it. */
export const editFields = (world: World, issue: Issue): readonly Field[] =>
  issue.statusId === CLOSED && !world.options.closedIssuesEditable ? [] : screenFields(world, typeOf(world, issue), "edit");

export const transitionFields = (world: World, transition: Transition): readonly Field[] =>
  [...new Set([...(transition.screen?.fields ?? []), ...demanded(world, transition)])].map((id) => world.tables.fields.get(id)).filter((field) => field !== undefined).filter((field) => !hidden(world, field));

const isEpicName = (field: Field): boolean => field.custom?.endsWith(":gh-epic-label") ?? false;

export const isRequired = (world: World, field: Field, type: IssueType): boolean => {
  if (["summary", "issuetype", "project"].includes(field.id)) return true;
  if (field.id === "parent") return type.subtask;
  if (isEpicName(field) && !world.cloud) return type.name === "Epic";
  const wanted = [...(world.options.requiredFields[type.name] ?? []), ...(world.options.requiredFields["*"] ?? [])];
  return wanted.includes(field.id) || wanted.includes(field.name);
};

export const schemaOf = (field: Field): Shown => ({
  type: field.type, ...(field.items ? { items: field.items } : {}), ...(field.custom ? { custom: field.custom, customId: Number(field.id.slice(12)) } : { system: field.system ?? field.id }),
});

const allowed = (view: View, field: Field, project: Project, type: IssueType): Shown => {
  const { tables } = view.world;
  switch (field.kind) {
    case "option": case "options": case "cascade":
      return { allowedValues: (field.options ?? []).filter((option) => !option.disabled).map((option) => ({ ...showOption(view, option), ...(option.children ? { children: option.children.map((child) => showOption(view, child)) } : {}) })) };
    case "priority": return { allowedValues: [...tables.priorities.values()].map((row) => showPriority(view, row)) };
    case "resolution": return { allowedValues: [...tables.resolutions.values()].map((row) => showResolution(view, row)) };
    case "components": return { allowedValues: [...tables.components.values()].filter((row) => row.projectId === project.id).map((row) => showComponent(view, row)) };
    case "version": case "versions": return { allowedValues: [...tables.versions.values()].filter((row) => row.projectId === project.id && !row.archived).map((row) => showVersion(view, row)) };
    case "issuetype": return { allowedValues: [showType(view, type)] };
    case "project": return { allowedValues: [showProject(view, project)] };
    case "security": return { allowedValues: [...tables.securityLevels.values()].map((row) => ({ id: row.id, name: row.name, description: row.description })) };
    default: return {};
  }
};

const completion = (view: View, field: Field, project: Project): Shown => {
  const root = `${view.root}/rest/api`;
  if (field.id === "labels") return { autoCompleteUrl: `${root}/1.0/labels/suggest?query=` };
  if (field.id === "assignee") return { autoCompleteUrl: `${root}/${view.api}/user/assignable/search?project=${project.key}&${view.world.cloud ? "query" : "username"}=` };
  if (field.kind === "user" || field.kind === "users") return { autoCompleteUrl: `${root}/${view.api}/user/${view.world.cloud ? "search?query" : "search?username"}=` };
  return {};
};

const defaultOf = (view: View, field: Field): Shown | null => {
  if (field.id === "priority") {
    const medium = view.world.tables.priorities.get("3");
    return medium ? { hasDefaultValue: true, defaultValue: showPriority(view, medium) } : null;
  }
  return field.id === "reporter" ? { hasDefaultValue: true } : null;
};

export const fieldMeta = (view: View, field: Field, project: Project, type: IssueType, required = isRequired(view.world, field, type)): Shown => ({
  required: required || field.id === "reporter", schema: schemaOf(field), name: field.name, ...(view.world.cloud ? { key: field.id } : {}), fieldId: field.id,
  ...(defaultOf(view, field) ?? { hasDefaultValue: false }), operations: operationsOf(field.kind), ...completion(view, field, project), ...allowed(view, field, project, type),
});

export const metaMap = (view: View, fields: readonly Field[], project: Project, type: IssueType): Shown => Object.fromEntries(fields.map((field) => [field.id, fieldMeta(view, field, project, type)]));

export const projectOf = (world: World, issue: Pick<Issue, "projectId">): Project => {
  const project = world.tables.projects.get(issue.projectId);
  if (!project) throw new Error(`No project ${issue.projectId}.`);
  return project;
};

export const editMeta = (view: View, issue: Issue): Shown => metaMap(view, editFields(view.world, issue), projectOf(view.world, issue), typeOf(view.world, issue));

const showTransition = (view: View, issue: Issue, transition: Transition, withFields: boolean): Shown => {
  const { world } = view;
  const status = world.tables.statuses.get(transition.to);
  const [project, type] = [projectOf(world, issue), typeOf(world, issue)];
  const to = status ? showStatus(view, status) : null;
  const fields = withFields ? { fields: Object.fromEntries(transitionFields(world, transition).map((field) => [field.id, fieldMeta(view, field, project, type, demanded(world, transition).includes(field.id))])) } : {};
  if (!world.cloud) return { id: transition.id, name: transition.name, to, opsbarSequence: 10, ...fields };
  return { id: transition.id, name: transition.name, to, hasScreen: transition.screen !== undefined, isGlobal: transition.from === undefined, isInitial: false, isAvailable: true, isConditional: false, ...fields, isLooped: false };
};

export const showTransitions = (view: View, issue: Issue, withFields: boolean): readonly Shown[] => leaving(view.world, issue).map((transition) => showTransition(view, issue, transition, withFields));

/** Those that do not leave the present status too, and say so. */
export const allTransitions = (view: View, issue: Issue, withFields: boolean): readonly Shown[] => {
  const open = new Set(leaving(view.world, issue).map((transition) => transition.id));
  return workflowOf(typeOf(view.world, issue)).transitions.map((transition) => ({ ...showTransition(view, issue, transition, withFields), isAvailable: open.has(transition.id) }));
};

/** Field names and schemas, for `expand=names,schema`. */
export const namesAndSchemas = (world: World, wanted: readonly string[]): { readonly names: Shown; readonly schema: Shown } => {
  const fields = wanted.map((id) => world.tables.fields.get(id)).filter((field) => field !== undefined);
  return { names: Object.fromEntries(fields.map((field) => [field.id, field.name])), schema: Object.fromEntries(fields.map((field) => [field.id, schemaOf(field)])) };
};

export const typeIn = (world: World, project: Project, raw: unknown): IssueType | undefined => {
  const own = typeof raw === "string" ? { name: raw } : (raw as { id?: unknown; name?: unknown } | null | undefined) ?? {};
  return typesOf(world, project).find((type) => (own.id !== undefined ? type.id === String(own.id) : type.name.toLowerCase() === String(own.name).toLowerCase()));
};
