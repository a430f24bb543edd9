// Processes as administrators see them: their types, states and fields, and the picklists behind limited fields.

import { type Call, type Handlers, listed, objectBody, ok, option, textOf } from "./call.ts";
import { AdoError, bad } from "./errors.ts";
import type { CustomField, FieldUse, ProcessDef, Project, TypeDef } from "./model.ts";
import { PROCESSES } from "./processes.ts";
import type { Json } from "./render.ts";
import { guid, same } from "./text.ts";
import { findField, typesOf } from "./world.ts";
import { WORK } from "./locations.ts";

type Reply = ReturnType<typeof ok>;

const own: readonly ProcessDef[] = Object.values(PROCESSES);

const processIn = (call: Call): ProcessDef => {
  const id = call.params["processId"] ?? call.params["processTypeId"] ?? "";
  const found = own.find((process) => same(process.id, id));
  if (found === undefined) throw new AdoError(404, "ProcessNotFoundByTypeIdException", `VS402362: The process template type with ID ${id} does not exist.`);
  return found;
};

const projectsOf = (call: Call, process: ProcessDef): readonly Project[] => [...call.world.tables.projects.values()].filter((project) => project.process === process.name);

const shownProcess = (call: Call, process: ProcessDef): Json => ({
  typeId: process.id, name: process.name, referenceName: null, description: process.description, parentProcessTypeId: "00000000-0000-0000-0000-000000000000", isEnabled: true, isDefault: process.name === call.world.options.process, customizationType: "system",
  ...(same(option(call, "$expand") ?? "", "projects") || option(call, "$expand") === "1" ? { projects: projectsOf(call, process).map((project) => ({ id: project.id, name: project.name, url: `${call.base}/_apis/projects/${project.id}` })) } : {}),
});

const typesIn = (call: Call, process: ProcessDef): readonly TypeDef[] => {
  const [project] = projectsOf(call, process);
  return project === undefined ? process.types : typesOf(call.world, project);
};

const typeIn = (call: Call): TypeDef => {
  const name = call.params["witRefName"] ?? call.params["witRefNameForBehaviors"] ?? "";
  const found = typesIn(call, processIn(call)).find((type) => same(type.referenceName, name) || same(type.name, name));
  if (found === undefined) throw new AdoError(404, "WorkItemTypeNotFoundException", `VS402323: The work item type ${name} does not exist in the process.`);
  return found;
};

const stateOf = (call: Call, type: TypeDef): readonly Json[] =>
  type.states.map((state, at) => {
    const id = guid(`state/${processIn(call).id}/${type.referenceName}/${state.name}`);
    return { id, name: state.name, color: state.color, stateCategory: state.category, order: at + 1, customizationType: "system", url: `${call.base}/${WORK}/processes/${processIn(call).id}/workItemTypes/${type.referenceName}/states/${id}` };
  });

const shownType = (call: Call, type: TypeDef): Json => {
  const expand = option(call, "$expand") ?? "";
  return {
    referenceName: type.referenceName, name: type.name, description: type.description, url: `${call.base}/${WORK}/processes/${processIn(call).id}/workItemTypes/${type.referenceName}`, customization: "system", color: type.color, icon: type.icon, isDisabled: type.disabled, inherits: null,
    ...(/^(states|1)$/i.test(expand) ? { states: stateOf(call, type) } : {}),
  };
};

const one = (rows: readonly Json[], key: string, id: string, what: string): Json => {
  const found = rows.find((row) => same(String(row[key]), id));
  if (found === undefined) throw new AdoError(404, "ProcessItemNotFoundException", `VS402300: The ${what} ${id} does not exist.`);
  return found;
};

const shownField = (call: Call, use: FieldUse): readonly Json[] => {
  const field = findField(call.world, use.ref);
  if (field === undefined) return [];
  return [{ referenceName: field.referenceName, name: field.name, type: field.type.replace(/^picklist/, "").toLowerCase() || field.type, description: field.description, required: use.required === true, readOnly: use.readOnly === true || field.readOnly, defaultValue: use.default ?? null, allowedValues: use.allowed ?? null, allowGroups: null, customization: field.referenceName.startsWith("Custom.") ? "custom" : "system", isLocked: field.isLocked, url: `${call.base}/_apis/wit/fields/${field.referenceName}` }];
};

const fields = (call: Call): Reply => {
  const rows = typeIn(call).fields.flatMap((use) => shownField(call, use));
  const name = call.params["fieldRefName"];
  return name === undefined ? listed(rows) : ok(one(rows, "referenceName", name, "field"));
};

interface List {
  readonly field: CustomField | FieldUse;
  readonly ref: string;
  readonly items: readonly string[];
  readonly suggested: boolean;
}

/** Stock lists come from the types, others from the fields that were added. */
const lists = (call: Call): readonly List[] => {
  const found = new Map<string, List>();
  for (const process of own) for (const type of typesIn(call, process)) for (const use of type.fields) if (use.allowed !== undefined && !found.has(use.ref)) found.set(use.ref, { field: use, ref: use.ref, items: use.allowed.map(String), suggested: use.suggested === true });
  for (const field of call.world.tables.customFields.values()) if (field.allowed !== undefined) found.set(field.referenceName, { field, ref: field.referenceName, items: field.allowed.map(String), suggested: field.isPicklistSuggested });
  return [...found.values()];
};

const shownList = (call: Call, list: List, whole: boolean): Json => {
  const id = guid(`picklist/${list.ref}`);
  return { ...(whole ? { items: list.items } : {}), id, name: `picklist_${id}`, type: findField(call.world, list.ref)?.type === "integer" ? "Integer" : "String", isSuggested: list.suggested, url: `${call.base}/${WORK}/processes/lists/${id}` };
};

const listIn = (call: Call): List => {
  const id = call.params["listId"] ?? "";
  const found = lists(call).find((list) => same(guid(`picklist/${list.ref}`), id));
  if (found === undefined) throw new AdoError(404, "PicklistNotFoundException", `VS403072: The picklist ${id} does not exist.`);
  return found;
};

const updateList = (call: Call): Reply => {
  const list = listIn(call);
  const field = call.world.tables.customFields.get(list.ref.toLowerCase());
  if (field === undefined) throw bad("PicklistIsSystemException", "VS403073: A list of the system cannot be changed.");
  const body = objectBody(call);
  const items = Array.isArray(body["items"]) ? body["items"].map(String) : [...list.items];
  call.world.setField({ ...field, allowed: items, isPicklistSuggested: typeof body["isSuggested"] === "boolean" ? body["isSuggested"] : field.isPicklistSuggested });
  return ok({ ...shownList(call, listIn(call), true), name: textOf(body["name"]) ?? shownList(call, list, false)["name"] });
};

const behaviors = (call: Call): Reply => {
  const process = processIn(call);
  return listed(process.backlogs.map((backlog) => ({ name: backlog.name, referenceName: backlog.id.replace("Category", "BacklogBehavior"), color: backlog.color, rank: backlog.rank, customization: "system", description: "", url: `${call.base}/${WORK}/processes/${process.id}/behaviors/${backlog.id}` })));
};

export const processHandlers: Handlers = {
  processList: { GET: (call) => (call.params["processTypeId"] === undefined ? listed(own.map((process) => shownProcess(call, process))) : ok(shownProcess(call, processIn(call)))) },
  processTypes: { GET: (call) => (call.params["witRefName"] === undefined ? listed(typesIn(call, processIn(call)).map((type) => shownType(call, type))) : ok(shownType(call, typeIn(call)))) },
  processStates: { GET: (call) => (call.params["stateId"] === undefined ? listed(stateOf(call, typeIn(call))) : ok(one(stateOf(call, typeIn(call)), "id", call.params["stateId"] ?? "", "state"))) },
  processFields: { GET: fields },
  processRules: { GET: () => listed([]) },
  processBehaviors: { GET: behaviors },
  picklists: { GET: (call) => (call.params["listId"] === undefined ? listed(lists(call).map((list) => shownList(call, list, false))) : ok(shownList(call, listIn(call), true))), PUT: updateList },
};
