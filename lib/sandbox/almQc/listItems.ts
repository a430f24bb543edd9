// Items of value lists as entities (sheet, sections 1, 5 and 11): Core reads them, /v2 edits them too. Rows hold the text of a value, so that they keep it whatever happens here.
// The names of the fields are an assumption: root-id is the list, parent-id the item above (0: none).

import type { SandboxReply } from "../imitation.ts";
import { bulk, type Entry } from "./bulk.ts";
import type { ProjectCall } from "./call.ts";
import { badBody, badValue, brokenRule, forbidden, noSuchPath, notFound, QcError, wrongMethod } from "./errors.ts";
import { type Input, readInputs, readOne } from "./input.ts";
import { list } from "./list.ts";
import { type EntityType, first, flatItems, type ListItem, type Row, type ValueList } from "./model.ts";
import { collectionDoc, entityDoc } from "./render.ts";
import { checkedFields, type WriteScope } from "./values.ts";
import { answer } from "./wire.ts";
import type { Project } from "./world.ts";

/** Every item with its id: that of an item never written about comes from its place, and stays once the list is edited. */
export const pinned = (of: ValueList): ValueList => {
  let at = 0;
  const pin = (items: readonly ListItem[]): readonly ListItem[] =>
    items.map((item) => {
      at += 1;
      const id = item.id ?? of.id * 1000 + at;
      return item.items === undefined ? { ...item, id } : { ...item, id, items: pin(item.items) };
    });
  return { ...of, items: pin(of.items) };
};

/** Above those that come from places, and never given twice. */
export const newItem = (project: Project, value: string): ListItem => ({ id: 1_000_000 + project.nextId("list-item"), value });

const rowsIn = (of: ValueList, items: readonly ListItem[], above: number): readonly Row[] =>
  items.flatMap(({ id = 0, value, logicalName, items: below = [] }, at): readonly Row[] => [
    { type: "list-item", id, v: { name: [value], "root-id": [String(of.id)], "parent-id": [String(above)], "order-id": [String(at + 1)], "logical-name": logicalName ? [logicalName] : [] } },
    ...rowsIn(of, below, id),
  ]);

const rowsOf = (project: Project): readonly Row[] => project.lists.map(pinned).flatMap((of) => rowsIn(of, of.items, 0)).toSorted((a, b) => a.id - b.id);

const rowNamed = ({ project }: WriteScope, id: string): Row => {
  const row = rowsOf(project).find((one) => String(one.id) === id);
  if (!row) throw notFound("list-item", id);
  return row;
};

const changed = (items: readonly ListItem[], change: (item: ListItem) => readonly ListItem[]): readonly ListItem[] =>
  items.flatMap((item) => change(item.items === undefined ? item : { ...item, items: changed(item.items, change) }));

const listWith = ({ project }: WriteScope, id: string): ValueList => {
  const found = project.lists.find((one) => String(one.id) === id);
  if (!found) throw brokenRule(`The list with id ${id} does not exist.`);
  return pinned(found);
};

const keep = ({ project }: WriteScope, of: ValueList, items: readonly ListItem[]): void => {
  project.lists = project.lists.map((one) => (one.id === of.id ? { ...of, items } : one));
};

const checkName = (of: ValueList, name: string): string => {
  if (name === "") throw new QcError(400, "required-field-missing", "The required field 'Name' is missing.");
  if (name.length > 70) throw badValue("Name", "it is longer than 70 characters");
  if (flatItems(of.items).includes(name)) throw brokenRule(`The list '${of.name}' has the item '${name}' already.`);
  return name;
};

const given = (scope: WriteScope, type: EntityType, { fields }: Input): ReadonlyMap<string, string> => new Map([...checkedFields(scope, type, fields)].map(([name, values]) => [name, values[0] ?? ""]));

const create = (scope: WriteScope, type: EntityType, input: Input): Row => {
  const fields = given(scope, type, input);
  const root = fields.get("root-id") ?? "";
  if (root === "") throw new QcError(400, "required-field-missing", "The required field 'List' is missing.");
  const of = listWith(scope, root);
  const name = checkName(of, fields.get("name") ?? "");
  const above = fields.get("parent-id") ?? "0";
  if (above !== "0" && !rowsIn(of, of.items, 0).some(({ id }) => String(id) === above)) throw brokenRule(`The item with id ${above} is not in the list '${of.name}'.`);
  const item = newItem(scope.project, name);
  keep(scope, of, above === "0" ? [...of.items, item] : changed(of.items, (one) => [String(one.id) === above ? { ...one, items: [...(one.items ?? []), item] } : one]));
  return rowNamed(scope, String(item.id));
};

/** Switch: rows take the new text, and nothing about them says so. */
const follow = ({ project, schema, options }: WriteScope, of: ValueList, before: string, after: string): void => {
  if (options.listItemRename === "keep") return;
  for (const type of schema.types.values()) {
    for (const field of [...type.fields.values()].filter(({ list: name }) => name === of.name)) {
      for (const row of project.rows(type.name).filter(({ v }) => v[field.name]?.includes(before))) project.set(row, { ...row.v, [field.name]: (row.v[field.name] ?? []).map((value) => (value === before ? after : value)) });
    }
  }
};

const update = (scope: WriteScope, type: EntityType, id: string, input: Input): Row => {
  const row = rowNamed(scope, id);
  const fields = given(scope, type, input);
  for (const place of ["root-id", "parent-id"]) if (fields.has(place) && fields.get(place) !== first(row, place)) throw forbidden("An item of a list stays where it is.");
  const name = fields.get("name");
  if (name === undefined || name === first(row, "name")) return row;
  const of = listWith(scope, first(row, "root-id"));
  keep(scope, of, changed(of.items, (one) => [one.id === row.id ? { ...one, value: checkName(of, name) } : one]));
  follow(scope, of, first(row, "name"), name);
  return rowNamed(scope, id);
};

const remove = (scope: WriteScope, id: string): Row => {
  const row = rowNamed(scope, id);
  const of = listWith(scope, first(row, "root-id"));
  keep(scope, of, changed(of.items, (one) => (one.id === row.id ? [] : [one])));
  return row;
};

const checked = (type: EntityType, input: Input): Input => {
  if (input.type !== null && input.type !== type.name) throw badBody(`the type ${input.type} is not ${type.name}`);
  return input;
};

const many = (call: ProjectCall, type: EntityType, entries: readonly Entry[]): SandboxReply => bulk(call.request, call.scope, type, entries, call.takeFailures());

const idsToDelete = (call: ProjectCall): readonly string[] => {
  const ids = (call.request.params.get("ids-to-delete") ?? "").split(",").map((id) => id.trim()).filter((id) => id !== "");
  if (ids.length === 0) throw new QcError(400, "general-error", "The parameter ids-to-delete is missing.");
  return ids;
};

const writeAll = (call: ProjectCall, type: EntityType): SandboxReply => {
  const { request, scope, address } = call;
  if (request.method === "DELETE") return many(call, type, idsToDelete(call).map((id) => ({ id: Number(id), work: () => remove(scope, id) })));
  if (request.method !== "POST" && request.method !== "PUT") throw wrongMethod(request.method);
  const body = readInputs(request);
  const entities = body.entities.map((input) => checked(type, input));
  if (request.method === "PUT") return many(call, type, entities.map((input) => ({ id: Number(input.id), work: () => update(scope, type, input.id ?? "", input) })));
  if (body.many) return many(call, type, entities.map((input) => ({ id: null, work: () => create(scope, type, input) })));
  const [input] = entities;
  if (!input) throw badBody("an entity is expected");
  const row = create(scope, type, input);
  return answer(request, entityDoc(scope, row, "write"), 201, { Location: `${address.replace("/qcbin/rest/", "/qcbin/v2/rest/")}/list-items/${row.id}` });
};

const writeOne = (call: ProjectCall, type: EntityType, id: string): SandboxReply => {
  const { request, scope } = call;
  if (request.method === "PUT") return answer(request, entityDoc(scope, update(scope, type, id, checked(type, readOne(request))), "write"));
  if (request.method === "DELETE") return answer(request, entityDoc(scope, remove(scope, id), "write"));
  throw wrongMethod(request.method);
};

/** `editable`: below /v2. Lists belong to the project's administrators. */
export const listItemsRoute = (call: ProjectCall, [id, ...rest]: readonly string[], editable: boolean): SandboxReply => {
  const { request, scope } = call;
  const type = scope.schema.typeNamed("list-item");
  if (rest.length > 0) throw noSuchPath(request.path);
  if (request.method === "GET" || request.method === "HEAD") return answer(request, id === undefined ? collectionDoc(scope, list(scope, type, { params: request.params, now: call.now, among: rowsOf(scope.project) })) : entityDoc(scope, rowNamed(scope, id), "read"));
  if (!editable && scope.options.listItemWrites === "v2") throw wrongMethod(request.method);
  if (scope.user.role !== "admin") throw forbidden(`The user '${scope.user.name}' may not change lists.`);
  return id === undefined ? writeAll(call, type) : writeOne(call, type, id);
};
