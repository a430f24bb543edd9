// Edits "by a person": the browser's way in. The process's rules and the history hold; tokens, versions and rate limits do not.

import type { PersonEdit } from "../imitation.ts";
import { destroyItem } from "./bin.ts";
import type { Runtime } from "./call.ts";
import { editComment, makeComment, removeComment } from "./comments.ts";
import { attachmentKey, type Draft, draftOf, newDraft, newResource, setField } from "./draft.ts";
import type { Attachment, Item, Project, User } from "./model.ts";
import { everyone, findUser } from "./people.ts";
import { editNode, isNodeType } from "./personNodes.ts";
import { applyPatch, type PatchOp } from "./patch.ts";
import { bump, save, setDeleted } from "./save.ts";
import { addProject, addTeam } from "./seed.ts";
import { rootOf } from "./nodes.ts";
import { guid, same, wireDate } from "./text.ts";
import { findProject, lastOf, typeOf, type World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;
type Touched = { readonly id: string; readonly key?: string };

const fail = (message: string): never => {
  throw new Error(message);
};

const authorOf = (world: World, name: string | undefined): User => {
  const found = findUser(world, name ?? "anna.berg@example.com");
  if (typeof found !== "string") return found.user;
  // A name that two persons have is no author; a former employee is one still.
  return everyone(world).find((user) => same(user.name, name ?? "")) ?? fail(`The sandbox Azure DevOps knows no person "${name ?? ""}".`);
};

const itemOf = (world: World, id: string | undefined): Item => {
  const found = /^\d+$/.test(id ?? "") ? world.tables.items.get(Number(id)) : [...world.tables.items.values()].find((item) => lastOf(item).fields["System.Title"] === id);
  return found ?? fail(`There is no work item "${id ?? ""}".`);
};

const touched = (item: Item): Touched => ({ id: String(item.id) });

/** What an edit says beside fields. */
const BESIDE = new Set(["links", "unlink", "hyperlink", "detach", "deleted", "destroy", "System.State"]);

const linkOps = (world: World, item: Item | null, fields: Json): readonly PatchOp[] => {
  const wanted = (name: string): readonly Json[] => (Array.isArray(fields[name]) ? (fields[name] as readonly Json[]) : []);
  const added = wanted("links").map((link): PatchOp => ({ op: "add", path: "/relations/-", value: { rel: link["rel"], url: `workItems/${itemOf(world, String(link["target"])).id}`, attributes: { ...(link["comment"] === undefined ? {} : { comment: link["comment"] }) } } }));
  const urls = typeof fields["hyperlink"] === "string" ? [{ op: "add", path: "/relations/-", value: { rel: "Hyperlink", url: fields["hyperlink"] } } as const] : [];
  const gone = wanted("unlink").flatMap((link): readonly PatchOp[] => {
    const target = itemOf(world, String(link["target"])).id;
    const draft = item === null ? [] : draftOf(world, authorOf(world, undefined), item, false).relations;
    const at = draft.findIndex((relation) => relation.kind === "link" && relation.otherId === target && (link["rel"] === undefined || same(relation.end.rel, String(link["rel"]))));
    return at < 0 ? fail(`The work items ${item?.id ?? ""} and ${target} are not linked that way.`) : [{ op: "remove", path: `/relations/${at}` }];
  });
  // The highest place first: removing one moves those behind it.
  return [...gone.toSorted((a, b) => b.path.localeCompare(a.path, "en", { numeric: true })), ...added, ...urls];
};

const setFields = (draft: Draft, fields: Json): void => {
  for (const [name, value] of Object.entries(fields)) if (!BESIDE.has(name)) setField(draft, name, value, name === "System.Tags" ? "replace" : "add");
};

/** The way through the workflow, where not every step is free. */
const wayTo = (world: World, item: Item, target: string): readonly string[] => {
  const { fields } = lastOf(item);
  const from = String(fields["System.State"]);
  if (world.options.transitions === "any") return [target];
  const project = world.tables.projects.get(String(fields["System.TeamProject"])) as Project;
  const type = typeOf(world, project, String(fields["System.WorkItemType"]));
  const open: (readonly string[])[] = [[]];
  const seen = new Set([from]);
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    const at = path.at(-1) ?? from;
    if (at === target) return path;
    for (const way of type?.transitions[at] ?? []) if (!seen.has(way.to) && seen.add(way.to)) open.push([...path, way.to]);
  }
  return fail(`No way leads from "${from}" to "${target}".`);
};

const walkTo = (world: World, user: User, item: Item, state: string): void => {
  if (lastOf(item).fields["System.State"] === state) return;
  for (const step of wayTo(world, item, state)) {
    const draft = draftOf(world, user, item, false);
    setField(draft, "System.State", step, "add");
    save(draft, { person: true });
  }
};

const create = (world: World, user: User, edit: PersonEdit, fields: Json): Touched => {
  const project = findProject(world, edit.project ?? "DEMO") ?? fail(`There is no project "${edit.project ?? ""}".`);
  const type = typeOf(world, project, edit.type) ?? fail(`The project ${project.name} has no type "${edit.type}".`);
  const draft = newDraft(world, user, project, type, false);
  setFields(draft, fields);
  const links = linkOps(world, null, fields);
  if (links.length > 0) applyPatch(draft, links);
  const { item } = save(draft, { person: true });
  if (typeof fields["System.State"] === "string") walkTo(world, user, item, fields["System.State"]);
  return touched(item);
};

const detach = (draft: Draft, name: string): void => {
  const at = draft.relations.findIndex((relation) => relation.kind === "resource" && relation.resource.name === name);
  if (at < 0) fail(`The work item has no attachment "${name}".`);
  applyPatch(draft, [{ op: "remove", path: `/relations/${at}` }]);
};

const update = (world: World, user: User, item: Item, fields: Json): Touched => {
  if (fields["deleted"] === false && item.deleted !== null) setDeleted(world, item, user.id, false);
  const draft = draftOf(world, user, item, false);
  setFields(draft, fields);
  const links = linkOps(world, item, fields);
  if (links.length > 0) applyPatch(draft, links);
  if (typeof fields["detach"] === "string") detach(draft, fields["detach"]);
  // State and fields of one edit are one revision where the workflow allows it.
  const state = fields["System.State"];
  const direct = typeof state === "string" && wayTo(world, item, state).length === 1;
  if (direct) setField(draft, "System.State", state, "add");
  save(draft, { person: true });
  if (typeof state === "string" && !direct) walkTo(world, user, item, state);
  return touched(item);
};

const comment = (world: World, user: User, item: Item, fields: Json): Touched => {
  const text = String(fields["text"] ?? "");
  const format = fields["format"] === "markdown" ? "markdown" : "html";
  if (fields["id"] === undefined) return { id: String(makeComment(world, item, user.id, { text, format }, true).id) };
  const found = world.commentsOf(item.id).find((one) => one.id === Number(fields["id"])) ?? fail(`The work item ${item.id} has no comment ${String(fields["id"])}.`);
  if (fields["deleted"] === true) removeComment(world, item, found, user.id);
  else editComment(world, item, found, user.id, { text, format });
  return { id: String(found.id) };
};

const attach = (world: World, user: User, item: Item, fields: Json): Touched => {
  const content = Buffer.from(String(fields["content"] ?? ""), fields["encoding"] === "base64" ? "base64" : "utf8");
  const name = String(fields["name"] ?? "file.txt");
  const id = guid(`attachment/${world.next("guid")}`);
  const projectId = String(lastOf(item).fields["System.TeamProject"]);
  const file: Attachment = { id, projectId, name, content: content.toString("base64"), size: content.length, createdDate: wireDate(world.now()), complete: true };
  world.tables.attachments.set(id, file);
  const draft = draftOf(world, user, item, false);
  const resource = newResource(draft, "AttachedFile", attachmentKey(id), { name, size: content.length, ...(typeof fields["comment"] === "string" ? { comment: fields["comment"] } : {}) });
  draft.relations.push({ kind: "resource", resource, order: Number.MAX_SAFE_INTEGER });
  draft.changedResources.add(resource.id);
  save(draft, { person: true });
  return { id };
};

const remove = (world: World, user: User, item: Item, fields: Json): Touched => {
  if (item.deleted === null) setDeleted(world, item, user.id, true);
  if (fields["destroy"] === true) destroyItem(world, item);
  return touched(item);
};

const userEdit = (world: World, edit: PersonEdit, fields: Json): Touched => {
  if (edit.action === "create") {
    const mail = String(fields["mail"] ?? "new.person@example.com");
    const id = guid(`user/${mail}`);
    world.tables.users.set(id, { id, name: String(fields["name"] ?? mail), uniqueName: String(fields["uniqueName"] ?? mail), mail, descriptor: `aad.${Buffer.from(id).toString("base64url")}`, active: true, kind: "user" });
    return { id };
  }
  const user = authorOf(world, edit.id);
  world.tables.users.set(user.id, { ...user, ...(typeof fields["name"] === "string" ? { name: fields["name"] } : {}), ...(typeof fields["mail"] === "string" ? { mail: fields["mail"] } : {}), active: edit.action === "delete" ? false : fields["active"] !== false });
  return { id: user.id };
};

const projectEdit = (world: World, edit: PersonEdit, fields: Json): Touched => {
  if (edit.action === "create") {
    const members = everyone(world).filter((user) => user.active && user.kind !== "group").map((user) => user.id);
    return { id: addProject(world, { name: String(fields["name"]), description: String(fields["description"] ?? ""), process: (fields["process"] ?? world.options.process) as Project["process"], members }).id };
  }
  const project = findProject(world, edit.id ?? "") ?? fail(`There is no project "${edit.id ?? ""}".`);
  world.tables.projects.set(project.id, { ...project, name: String(fields["name"] ?? project.name), revision: project.revision + 1 });
  return { id: project.id };
};

const teamEdit = (world: World, edit: PersonEdit, fields: Json): Touched => {
  const project = findProject(world, edit.project ?? "DEMO") ?? fail(`There is no project "${edit.project ?? ""}".`);
  const members = (Array.isArray(fields["members"]) ? fields["members"] : []).map((name) => authorOf(world, String(name)).id);
  return { id: addTeam(world, project, String(fields["name"]), String(fields["description"] ?? ""), members, rootOf(world, project, "area"), rootOf(world, project, "iteration")).id };
};

const onItem = (world: World, user: User, edit: PersonEdit, fields: Json): Touched => {
  const item = itemOf(world, edit.id);
  if (item.deleted !== null && fields["deleted"] !== false && fields["destroy"] !== true) fail(`The work item ${item.id} is in the recycle bin.`);
  switch (edit.action) {
    case "comment":
      return comment(world, user, item, fields);
    case "attach":
      return attach(world, user, item, fields);
    case "delete":
      return remove(world, user, item, fields);
    default:
      return update(world, user, item, fields);
  }
};

/** Answers what was touched; throws an Error in words where it cannot be done. */
export const editByPerson = (world: World, runtime: Runtime, edit: PersonEdit): Touched => {
  const fields = edit.fields ?? {};
  const kind = edit.type.toLowerCase();
  if (kind === "token") {
    runtime.patExpired = fields["expired"] === true;
    return { id: "token" };
  }
  if (kind === "user") return userEdit(world, edit, fields);
  if (kind === "project") return projectEdit(world, edit, fields);
  if (kind === "team") return teamEdit(world, edit, fields);
  const user = authorOf(world, edit.author);
  if (isNodeType(kind)) return editNode(world, user, edit, (item) => bump(world, item, user.id));
  return edit.action === "create" ? create(world, user, edit, fields) : onItem(world, user, edit, fields);
};
