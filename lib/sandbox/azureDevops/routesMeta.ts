// What there is: fields, types with their fields and states, categories, relation types, tags, icons (sheet §9, §10, §11).

import { boardFields } from "./boards.ts";
import { type Call, enumOf, type Handlers, jsonBody, listed, listOption, neededProject, nothing, objectBody, ok, option, projectIn, textOf } from "./call.ts";
import { AdoError, bad, noField, noType } from "./errors.ts";
import { operationsOf } from "./fields.ts";
import type { CustomField, FieldDef, FieldType, FieldUse, Item, Project, TypeDef } from "./model.ts";
import { everyone, identityRef, identityText } from "./people.ts";
import { ENDS, RESOURCE_RELS, relationType } from "./relations.ts";
import type { Json } from "./render.ts";
import { guid, same, wireDate } from "./text.ts";
import { splitTags } from "./values.ts";
import { allFields, findField, findProject, lastOf, processOf, typeOf, typesOf } from "./world.ts";

type Reply = ReturnType<typeof ok>;

const fieldUrl = (call: Call, ref: string): string => `${call.base}/_apis/wit/fields/${ref}`;

/** Identities were strings with a mark on old versions; picklists are plain types with one. */
const wireType = (call: Call, field: FieldDef): string => {
  if (field.type === "identity" && call.version.number < 5) return "string";
  return field.type === "identity" ? "identity" : field.type;
};

const shownField = (call: Call, field: FieldDef): Json => ({
  name: field.name, referenceName: field.referenceName, description: field.description === "" ? null : field.description, type: wireType(call, field), usage: field.referenceName.startsWith("System.Links.") ? "workItemLink" : "workItem", readOnly: field.readOnly, canSortBy: field.canSortBy,
  isQueryable: field.isQueryable, supportedOperations: operationsOf(field.type).map(([ref, name]) => ({ referenceName: `SupportedOperations.${ref}`, name })), isIdentity: field.type === "identity", isPicklist: field.isPicklist, isPicklistSuggested: field.isPicklistSuggested,
  ...(field.isPicklist ? { picklistId: guid(`picklist/${field.referenceName}`) } : {}), ...(field.isDeleted ? { isDeleted: true } : {}), isLocked: field.isLocked, url: fieldUrl(call, field.referenceName),
});

const FIELD_TYPES: Readonly<Record<FieldType, number>> = { string: 0, integer: 1, dateTime: 2, plainText: 3, html: 4, treePath: 5, history: 6, double: 7, guid: 8, boolean: 9, identity: 10, picklistString: 11, picklistInteger: 12, picklistDouble: 13 };

const fields = (call: Call): Reply => {
  projectIn(call);
  const name = call.params["fieldNameOrRefName"];
  const expand = enumOf(option(call, "$expand"), { none: 0, extensionFields: 1, includeDeleted: 2 }, "none", "$expand");
  const boards = boardFields(call.world);
  if (name === undefined) return listed([...allFields(call.world), ...boards].filter((field) => expand === "includeDeleted" || !field.isDeleted).map((field) => shownField(call, field)));
  const found = findField(call.world, name) ?? boards.find((field) => same(field.referenceName, name));
  if (found === undefined) throw new AdoError(404, "WorkItemTrackingFieldDefinitionNotFoundException", noField(name).message);
  return ok(shownField(call, found));
};

const createField = (call: Call): Reply => {
  const body = objectBody(call);
  const name = textOf(body["name"]) ?? "";
  const referenceName = textOf(body["referenceName"]) ?? `Custom.${name.replace(/\W/g, "")}`;
  if (name === "") throw bad("VssPropertyValidationException", "Value cannot be null. Parameter name: name");
  if (findField(call.world, referenceName) !== undefined || findField(call.world, name) !== undefined) throw new AdoError(409, "WorkItemTrackingFieldDefinitionAlreadyExistsException", `VS402803: Field name ${name} you specified is already in use. Pick a different name.`);
  const type = enumOf(body["type"], FIELD_TYPES, "string", "type");
  const field: CustomField = {
    referenceName, name, type, readOnly: body["readOnly"] === true, canSortBy: body["canSortBy"] !== false, isQueryable: body["isQueryable"] !== false, isPicklist: body["isPicklist"] === true || type.startsWith("picklist"), isPicklistSuggested: body["isPicklistSuggested"] === true,
    isLocked: false, isDeleted: false, description: textOf(body["description"]) ?? "", types: ["*"], required: false,
  };
  call.world.setField(field);
  return ok(shownField(call, field), 201);
};

const customNamed = (call: Call): CustomField => {
  const name = call.params["fieldNameOrRefName"] ?? "";
  const found = findField(call.world, name);
  const custom = found && call.world.tables.customFields.get(found.referenceName.toLowerCase());
  if (found === undefined) throw new AdoError(404, "WorkItemTrackingFieldDefinitionNotFoundException", noField(name).message);
  if (custom === undefined) throw bad("WorkItemTrackingFieldUpdateException", `VS402804: The field ${name} belongs to the system and cannot be changed.`);
  return custom;
};

const updateField = (call: Call): Reply => {
  const body = objectBody(call);
  const field = customNamed(call);
  const changed = { ...field, ...(typeof body["isDeleted"] === "boolean" ? { isDeleted: body["isDeleted"] } : {}), ...(typeof body["isLocked"] === "boolean" ? { isLocked: body["isLocked"] } : {}) };
  call.world.setField(changed);
  return ok(shownField(call, changed));
};

const deleteField = (call: Call): Reply => {
  const field = customNamed(call);
  call.world.setField({ ...field, isDeleted: true });
  return nothing();
};

const typeUrl = (call: Call, project: Project, type: TypeDef): string => `${call.base}/${project.id}/_apis/wit/workItemTypes/${encodeURIComponent(type.name)}`;

/** The list of a field's values: people for identities, states and reasons from the workflow. */
const allowedOf = (call: Call, type: TypeDef, use: FieldUse, field: FieldDef): readonly unknown[] => {
  if (field.type === "identity") return everyone(call.world).filter((user) => user.active && user.kind !== "group").map((user) => (call.view.identitiesAsText ? identityText(user) : identityRef(user, call.base)));
  if (use.ref === "System.State") return type.states.map((state) => state.name);
  if (use.ref === "System.Reason") return [...new Set(Object.values(type.transitions).flatMap((ways) => ways.flatMap((way) => way.reasons)))];
  return (use.allowed ?? []).map(String);
};

const FIELDS_EXPAND = { none: 0, allowedValues: 1, dependentFields: 2, all: 3 } as const;

/** Values for the type: this route does not say the data type (sheet §9.2). */
const shownUse = (call: Call, type: TypeDef, use: FieldUse, expand: keyof typeof FIELDS_EXPAND): Json | null => {
  const field = findField(call.world, use.ref);
  if (field === undefined) return null;
  const values = expand === "allowedValues" || expand === "all";
  const dependents = use.ref === "System.State" ? ["System.Reason", "Microsoft.VSTS.Common.StateChangeDate", "Microsoft.VSTS.Common.ActivatedDate", "Microsoft.VSTS.Common.ClosedDate"] : [];
  return {
    defaultValue: use.default === undefined ? null : String(use.default), ...(values ? { allowedValues: allowedOf(call, type, use, field) } : {}), helpText: use.helpText ?? null, alwaysRequired: use.required === true,
    ...(expand === "none" || expand === "allowedValues" ? {} : { dependentFields: dependents.map((ref) => ({ referenceName: ref, name: findField(call.world, ref)?.name ?? ref, url: fieldUrl(call, ref) })) }), referenceName: field.referenceName, name: field.name, url: fieldUrl(call, field.referenceName),
  };
};

const usesOf = (call: Call, type: TypeDef, expand: keyof typeof FIELDS_EXPAND): readonly Json[] => type.fields.map((use) => shownUse(call, type, use, expand)).filter((use) => use !== null);

const transitionsOf = (type: TypeDef, free: boolean): Json => {
  const froms = ["", ...type.states.map((state) => state.name)];
  const targets = (from: string): readonly string[] => {
    const stock = (type.transitions[from] ?? []).map((way) => way.to);
    if (from === "") return stock;
    return [...new Set([from, ...stock, ...(free ? type.states.map((state) => state.name) : [])])];
  };
  return Object.fromEntries(froms.map((from) => [from, targets(from).map((to) => ({ to, actions: null }))]));
};

const statesOf = (type: TypeDef): readonly Json[] => type.states.map((state) => ({ name: state.name, color: state.color, category: state.category }));

const shownType = (call: Call, project: Project, type: TypeDef): Json => {
  const url = typeUrl(call, project, type);
  const uses = usesOf(call, type, "all").map(({ allowedValues: _values, defaultValue, ...use }) => ({ ...use, defaultValue }));
  return {
    name: type.name, referenceName: type.referenceName, description: type.description, color: type.color, icon: { id: type.icon, url: `${call.base}/_apis/wit/workItemIcons/${type.icon}?color=${type.color}&v=2` }, isDisabled: type.disabled,
    xmlForm: `<FORM><Layout HideReadOnlyEmptyFields="true" HideControlBorders="true"><Group><Column PercentWidth="100"><Control Label="Title" Type="FieldControl" FieldName="System.Title" /></Column></Group></Layout></FORM>`,
    fields: uses, fieldInstances: uses, transitions: transitionsOf(type, call.world.options.transitions === "any"), states: statesOf(type), _links: { self: { href: url } }, url,
  };
};

const typeNamed = (call: Call): { readonly project: Project; readonly type: TypeDef } => {
  const project = neededProject(call);
  const name = call.params["type"] ?? "";
  const type = typeOf(call.world, project, name);
  if (type === undefined) throw noType(name, project.name);
  return { project, type };
};

const types = (call: Call): Reply => {
  const project = neededProject(call);
  if (call.params["type"] === undefined) return listed(typesOf(call.world, project).map((type) => shownType(call, project, type)));
  return ok(shownType(call, project, typeNamed(call).type));
};

const typeFields = (call: Call): Reply => {
  const { type } = typeNamed(call);
  const expand = enumOf(option(call, "$expand"), FIELDS_EXPAND, "none", "$expand");
  const name = call.params["field"];
  if (name === undefined) return listed(usesOf(call, type, expand));
  const use = type.fields.find((one) => same(one.ref, name) || same(findField(call.world, one.ref)?.name ?? "", name));
  const shown = use && shownUse(call, type, use, expand);
  if (shown === undefined || shown === null) throw new AdoError(404, "WorkItemTrackingFieldDefinitionNotFoundException", noField(name).message);
  return ok(shown);
};

const categories = (call: Call): Reply => {
  const project = neededProject(call);
  const reference = (name: string): Json => ({ name, url: `${call.base}/${project.id}/_apis/wit/workItemTypes/${encodeURIComponent(name)}` });
  const shown = processOf(project).categories.map((category) => ({ name: category.name, referenceName: category.referenceName, defaultWorkItemType: reference(category.defaultType), workItemTypes: category.types.map(reference), url: `${call.base}/${project.id}/_apis/wit/workItemTypeCategories/${category.referenceName}` }));
  const name = call.params["category"];
  if (name === undefined) return listed(shown);
  const found = shown.find((category) => same(category.referenceName, name) || same(category.name, name));
  if (found === undefined) throw new AdoError(404, "WorkItemTypeCategoryNotFoundException", `VS402322: The work item type category ${name} does not exist.`);
  return ok(found);
};

const relationTypes = (call: Call): Reply => {
  const name = call.params["relation"];
  if (name === undefined) return listed([...RESOURCE_RELS, ...ENDS.map((end) => end.rel)].flatMap((rel) => relationType(rel, call.base) ?? []));
  const found = relationType(name, call.base);
  if (found === undefined) throw new AdoError(404, "WorkItemLinkTypeNotFoundException", `TF51534: The relation type ${name} is not known.`);
  return ok(found);
};

const tagRows = (call: Call): readonly Json[] => {
  const project = neededProject(call);
  return [...call.world.tables.tags.values()].filter((tag) => tag.projectId === project.id).toSorted((a, b) => a.name.localeCompare(b.name)).map((tag) => ({ id: tag.id, name: tag.name, lastUpdated: tag.lastUpdated, url: `${call.base}/${project.id}/_apis/wit/tags/${tag.id}` }));
};

const tagNamed = (call: Call): Json => {
  const key = call.params["tagIdOrName"] ?? "";
  const found = tagRows(call).find((tag) => same(String(tag["id"]), key) || same(String(tag["name"]), key));
  if (found === undefined) throw new AdoError(404, "TagNotFoundException", `VS403652: The tag ${key} does not exist.`);
  return found;
};

/** A renamed tag is renamed on the items that carry it, without a revision. */
const renameOnItems = (call: Call, project: Project, old: string, name: string | null): void => {
  const change = (item: Item): void => {
    for (const [at, revision] of item.revisions.entries()) {
      const tags = splitTags(String(revision.fields["System.Tags"] ?? ""));
      if (!tags.some((tag) => same(tag, old))) continue;
      const left = tags.flatMap((tag) => (same(tag, old) ? (name === null ? [] : [name]) : [tag]));
      const { "System.Tags": _tags, ...fields } = revision.fields;
      item.revisions[at] = { ...revision, fields: left.length === 0 ? fields : { ...fields, "System.Tags": left.join("; ") } };
    }
  };
  for (const item of call.world.tables.items.values()) if (lastOf(item).fields["System.TeamProject"] === project.id) change(item);
};

const updateTag = (call: Call): Reply => {
  const project = neededProject(call);
  const tag = tagNamed(call);
  const name = textOf(objectBody(call)["name"]) ?? String(tag["name"]);
  call.world.tables.tags.set(String(tag["id"]), { id: String(tag["id"]), projectId: project.id, name, lastUpdated: wireDate(call.world.now()) });
  renameOnItems(call, project, String(tag["name"]), name);
  return ok(tagNamed({ ...call, params: { ...call.params, tagIdOrName: String(tag["id"]) } }));
};

const deleteTag = (call: Call): Reply => {
  const tag = tagNamed(call);
  call.world.tables.tags.delete(String(tag["id"]));
  renameOnItems(call, neededProject(call), String(tag["name"]), null);
  return nothing();
};

const icons = (call: Call): Reply => {
  const shown = [...new Set(typesOf(call.world, [...call.world.tables.projects.values()][0] as Project).map((type) => type.icon))].map((id) => ({ id, url: `${call.base}/_apis/wit/workItemIcons/${id}?color=009CCC&v=2` }));
  const id = call.params["icon"];
  if (id === undefined) return listed(shown);
  if ((call.request.headers["accept"] ?? "").includes("svg")) return { status: 200, headers: { "Content-Type": "image/svg+xml" }, body: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect width="16" height="16" fill="#${option(call, "color") ?? "009CCC"}"/></svg>` };
  return ok(shown.find((icon) => same(icon.id, id)) ?? { id, url: `${call.base}/_apis/wit/workItemIcons/${id}` });
};

/** For project names in the body: something of each type. */
const perProject = (call: Call, shown: (type: TypeDef) => Json, name: string): Reply => {
  const body = jsonBody(call);
  const names = Array.isArray(body) ? body.map(String) : [];
  return listed(names.flatMap((one) => {
    const project = findProject(call.world, one);
    return project === undefined ? [] : [{ projectName: project.name, [name]: typesOf(call.world, project).map(shown) }];
  }));
};

const nextStates = (call: Call): Reply => {
  const ids = listOption(call, "ids") ?? [];
  return listed(ids.map((id) => {
    const item = call.world.tables.items.get(Number(id));
    if (item === undefined) return { id: Number(id), errorCode: "WorkItemNotFound", message: `TF401232: Work item ${id} does not exist, or you do not have permissions to read it.` };
    const project = [...call.world.tables.projects.values()].find((one) => one.id === lastOf(item).fields["System.TeamProject"]);
    const type = project && typeOf(call.world, project, String(lastOf(item).fields["System.WorkItemType"]));
    return { id: item.id, stateOnTransition: type?.states.find((state) => state.category === "Resolved" || state.category === "Completed")?.name ?? "" };
  }));
};

const ARTIFACT_LINKS: readonly (readonly [string, string, string])[] = [["Commit", "Fixed in Commit", "Git"], ["PullRequestId", "Pull Request", "Git"], ["Ref", "Branch", "Git"], ["Build", "Build", "Build"], ["Build", "Found in build", "Build"], ["Build", "Integrated in build", "Build"], ["Changeset", "Fixed in Changeset", "VersionControl"]];

export const metaHandlers: Handlers = {
  fields: { GET: fields, POST: createField, PATCH: updateField, DELETE: deleteField },
  workItemTypes: { GET: types },
  workItemTypeStates: { GET: (call) => listed(statesOf(typeNamed(call).type)) },
  workItemTypeFields: { GET: typeFields },
  categories: { GET: categories },
  relationTypes: { GET: relationTypes },
  tags: { GET: (call) => (call.params["tagIdOrName"] === undefined ? listed(tagRows(call)) : ok(tagNamed(call))), PATCH: updateTag, DELETE: deleteTag },
  icons: { GET: icons },
  typeColors: { POST: (call) => perProject(call, (type) => ({ workItemTypeName: type.name, primaryColor: type.color, secondaryColor: type.color }), "value") },
  typeColorAndIcons: { POST: (call) => perProject(call, (type) => ({ workItemTypeName: type.name, color: type.color, icon: type.icon, isDisabled: type.disabled }), "value") },
  stateColors: { POST: (call) => perProject(call, (type) => ({ workItemTypeName: type.name, stateColors: statesOf(type) }), "workItemTypeStateColors") },
  transitions: { GET: nextStates },
  artifactLinkTypes: { GET: () => listed(ARTIFACT_LINKS.map(([artifactType, linkType, toolType]) => ({ artifactType, linkType, toolType }))) },
  sendMail: { POST: () => nothing() },
};
