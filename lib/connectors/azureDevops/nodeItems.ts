// Iterations and areas as items: releases, sprints, areas (azure-devops.md §16). They have no revision and no time of
// change, so the whole tree is read and the engine compares. A node in use is never removed.

import { createHash } from "node:crypto";
import { sameValue } from "../../core/sync/fingerprint.ts";
import { type Fields, type Instant, isItemRef, type Item, type Value } from "../../core/types.ts";
import type { Draft, FieldProblem, FindResult, Inspection, Patch, SoughtIntent, WriteResult } from "../connector.ts";
import { eachUntil, type Stop } from "../left.ts";
import { isDoubtful } from "../http.ts";
import { isTakenName, nodeDates } from "./assumed.ts";
import { complaint, type Reply } from "./client.ts";
import { nodeRef } from "./fields.ts";
import { likeSprints, nodeTypeAt, nodeTypeOf, SPRINT } from "./levels.ts";
import { type Node, nodeAddress, nodeOf } from "./nodes.ts";
import type { NodeType } from "./nodeTypes.ts";
import { serverNow } from "./session.ts";
import type { Place } from "./types.ts";
import { askIds, quoted } from "./wiql.ts";
import { isObject, type Json, sameWord, segment } from "./wire.ts";

/** The area of teams' settings in an address (azure-devops.md §16). */
const WORK = "_apis/work";

export interface NodePlace extends Place {
  readonly nodeType: NodeType;
}

const isOurs = ({ nodeType, levels }: NodePlace, node: Node): boolean => node.level > 0 && nodeTypeOf(nodeType.group, node, levels) === nodeType.name;

const valuesOf = (place: NodePlace, all: readonly Node[], node: Node): Fields => {
  const { nodeType, levels } = place;
  const parent = all.find((one) => one.id === node.parent);
  return {
    name: node.name,
    ...(nodeType.group === "areas" ? {} : { start_date: node.start, end_date: node.finish }),
    parent: parent === undefined || parent.level === 0 ? null : nodeRef(nodeType.group, parent, levels),
    path: node.path,
  };
};

const itemOf = (place: NodePlace, all: readonly Node[], node: Node, now: Instant): Item => {
  const fields = valuesOf(place, all, node);
  const version = createHash("sha256").update(JSON.stringify([node.path, node.start, node.finish])).digest("base64url").slice(0, 16);
  const page = place.nodeType.group === "areas" ? "_settings/work-team?_a=areas" : "_sprints";
  return { type: place.nodeType.name, id: node.id, url: `${place.site.base}/${segment(place.project.name)}/${page}`, project: place.named, name: node.name, version, changedAt: now, fields };
};

/** All nodes of the type, or those of these ids, as they are now. */
export const nodeItems = async (place: NodePlace, ids?: readonly string[]): Promise<readonly Item[]> => {
  const all = await place.nodes.fresh(place.nodeType.group);
  const now = await serverNow(place.site);
  return all.filter((node) => isOurs(place, node) && (ids === undefined || ids.includes(node.id))).map((node) => itemOf(place, all, node, now));
};

/** Nothing here has a workflow; but the iterations may look as if they were of another type (levels.ts). */
export const inspectNodes = async ({ nodes, nodeType, levels, project }: NodePlace): Promise<Inspection> => {
  const alike = nodeType.group === "areas" ? [] : likeSprints(await nodes.all("iterations"), levels);
  const [first] = alike;
  if (first === undefined) return { workflow: "any", hiding: [] };
  const says = `iterations of ${project.name} that have dates and nothing below them count as releases`;
  const repair = `where they are sprints, set the option releaseLevels to 0 (for this project: { ${JSON.stringify(project.name)}: 0 }), or sprintNames to what sprints are called; before the first iteration, as their type is part of what is known of them`;
  return { workflow: "any", hiding: [], mistyped: { says, repair, items: alike.length, example: first.path } };
};

// ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────

const refused = (kind: "refused" | "doubtful" | "missing" | "changed", reason: string, problems: readonly FieldProblem[] = []): WriteResult => ({ ok: false, kind, reason, problems });

const FORBIDDEN = /[\\/:*?"<>|#$&+]/;

const nameProblem = (name: string): string | undefined => {
  if (name === "") return "it needs a name";
  return FORBIDDEN.test(name) ? `"${name}" holds a sign that no name of a node may have: \\ / : * ? " < > | # $ & +` : undefined;
};

const dayOf = (value: Value | undefined, otherwise: string | null): string | null => (value === undefined ? otherwise : typeof value === "string" && value !== "" ? value.slice(0, 10) : null);

/** The parent a value means; undefined: there is none such. */
const parentOf = (all: readonly Node[], value: Value | undefined): Node | undefined => {
  if (value === null || value === undefined) return all.find((node) => node.level === 0);
  return isItemRef(value) ? all.find((node) => node.id === value.ref.toLowerCase()) : undefined;
};

/** Where and under which name it stands decides of which type it is. */
const typeProblem = ({ nodeType, levels }: NodePlace, parent: Node, name: string): string | undefined => {
  if (nodeTypeAt(nodeType.group, `${parent.path}\\${name}`, levels) === nodeType.name) return undefined;
  if (nodeType.name === SPRINT) return "a sprint lies below a release: map its parent; or set the option releaseLevels to 0, or sprintNames to what sprints are called";
  return levels.isSprintName(name) ? `"${name}" is called like a sprint (option sprintNames)` : `a release lies at most ${levels.releases} levels below the project, and in no sprint (option releaseLevels)`;
};

const refusalOf = (reply: Reply, name: string): WriteResult => {
  if (isTakenName(reply.status, reply.body)) return refused("refused", `there is a node called "${name}" at this place: ${complaint(reply)}`, [{ field: "name", reason: "the name is taken" }]);
  return refused(reply.status === 404 ? "missing" : "refused", complaint(reply));
};

/** A new sprint is on no team's list until it is put there. A team without a backlog iteration refuses. */
const offerToTeam = async (place: NodePlace, id: string): Promise<readonly FieldProblem[]> => {
  const { client, api, options } = place.site;
  if (options.team === undefined || place.nodeType.name !== SPRINT) return [];
  const reply = await client.ask({ method: "POST", path: `/${segment(place.project.name)}/${segment(options.team)}/${WORK}/teamsettings/iterations`, json: { id }, version: api });
  return reply.status < 300 ? [] : [{ field: "path", reason: `team ${options.team} does not take the sprint: ${complaint(reply)}` }];
};

const written = async (place: NodePlace, id: string, problems: readonly FieldProblem[], others: readonly string[]): Promise<WriteResult> => {
  const [item] = await nodeItems(place, [id]);
  return { ok: true, id, ...(item?.url === undefined ? {} : { url: item.url }), problems, ...(item === undefined ? {} : { after: { item, others } }) };
};

const createOne = async (place: NodePlace, { fields }: Draft): Promise<WriteResult> => {
  const { nodeType, nodes, site, project } = place;
  const all = await nodes.all(nodeType.group);
  const name = String(fields["name"] ?? "").trim();
  const parent = parentOf(all, fields["parent"]) ?? parentOf(await nodes.fresh(nodeType.group), fields["parent"]);
  if (parent === undefined) return refused("refused", "its parent does not exist", [{ field: "parent", reason: "there is no such node" }]);
  const wrong = nameProblem(name) ?? typeProblem(place, parent, name);
  if (wrong !== undefined) return refused("refused", wrong);
  const [start, finish] = [dayOf(fields["start_date"], null), dayOf(fields["end_date"], null)];
  const dates = nodeDates(start, finish);
  const problems = dates === undefined ? [{ field: start === null ? "end_date" : "start_date", reason: "an iteration has both dates or none" }] : [];
  const attributes = nodeType.group === "areas" || start === null || finish === null ? {} : { attributes: dates };
  const reply = await site.client.ask({ method: "POST", path: nodeAddress(project, nodeType.group, parent.path), json: { name, ...attributes }, version: site.api });
  nodes.forget();
  if (reply.status >= 300 || !isObject(reply.body)) {
    const result = refusalOf(reply, name);
    return !result.ok && result.kind === "missing" ? { ...result, kind: "refused" } : result;
  }
  const { id } = nodeOf(reply.body, parent.level + 1, parent.id);
  return written(place, id, [...problems, ...(await offerToTeam(place, id))], []);
};

interface Change {
  readonly body: Json;
  readonly parent?: Node;
  readonly problems: readonly FieldProblem[];
}

const changeOf = (place: NodePlace, all: readonly Node[], node: Node, fields: Fields): Change => {
  const problems: FieldProblem[] = [];
  const body: Record<string, unknown> = {};
  if (fields["name"] !== undefined) {
    const name = String(fields["name"] ?? "").trim();
    const wrong = nameProblem(name);
    if (wrong !== undefined) problems.push({ field: "name", reason: wrong });
    else if (name !== node.name) body["name"] = name;
  }
  if (fields["start_date"] !== undefined || fields["end_date"] !== undefined) {
    const dates = nodeDates(dayOf(fields["start_date"], node.start), dayOf(fields["end_date"], node.finish));
    if (dates !== undefined) body["attributes"] = dates;
    else for (const field of ["start_date", "end_date"]) if (fields[field] !== undefined) problems.push({ field, reason: "an iteration has both dates or none" });
  }
  for (const field of Object.keys(fields)) if (!place.nodeType.schema.fields.some((one) => one.name === field && one.onUpdate)) problems.push({ field, reason: "cannot be written" });
  const called = typeof body["name"] === "string" ? body["name"] : node.name;
  const parent = fields["parent"] === undefined ? undefined : parentOf(all, fields["parent"]);
  const misplaced = fields["parent"] === undefined ? undefined : parent === undefined ? "there is no such node" : typeProblem(place, parent, called);
  if (misplaced !== undefined) problems.push({ field: "parent", reason: misplaced });
  const moves = misplaced === undefined ? parent : undefined;
  const above = moves ?? all.find(({ id }) => id === node.parent);
  const misnamed = body["name"] === undefined || above === undefined ? undefined : typeProblem(place, above, called);
  if (misnamed !== undefined) {
    delete body["name"];
    problems.push({ field: "name", reason: misnamed });
  }
  return { body, problems, ...(moves === undefined || moves.id === node.parent ? {} : { parent: moves }) };
};

const changedMeanwhile = (place: NodePlace, before: Item, now: Fields): readonly string[] => place.nodeType.schema.fields.filter((field) => field.name in before.fields && !sameValue(before.fields[field.name], now[field.name], field)).map(({ name }) => name);

const updateOne = async (place: NodePlace, patch: Patch): Promise<WriteResult> => {
  const { nodeType, nodes, site, project } = place;
  const { client, api } = site;
  const all = await nodes.fresh(nodeType.group);
  const node = all.find((one) => one.id === patch.id);
  if (node === undefined || !isOurs(place, node)) return refused("missing", `there is no ${nodeType.name} ${patch.id}`);
  const held = valuesOf(place, all, node);
  const meanwhile = changedMeanwhile(place, patch.before, held);
  // Nodes have no revision to be met: what somebody changed since it was read is left alone, and planned anew.
  const touched = nodeType.schema.fields.filter((field) => meanwhile.includes(field.name) && field.name in patch.fields && !sameValue(held[field.name], patch.fields[field.name], field)).map(({ name }) => name);
  if (touched.length > 0) return refused("changed", `somebody changed ${touched.join(", ")} since it was read`);
  const { body, parent, problems } = changeOf(place, all, node, patch.fields);
  const due = Object.keys(body).length > 0;
  if (problems.length > 0 && problems.length >= Object.keys(patch.fields).length) return refused("refused", problems.map(({ reason }) => reason).join("; "), problems);
  if (due) {
    const reply = await client.ask({ method: "PATCH", path: nodeAddress(project, nodeType.group, node.path), json: body, version: api, repeatable: true });
    nodes.forget();
    if (reply.status >= 300) return refusalOf(reply, String(body["name"] ?? node.name));
  }
  const moved = parent === undefined ? undefined : await client.ask({ method: "POST", path: nodeAddress(project, nodeType.group, parent.path), json: { id: node.number }, version: api, repeatable: true });
  nodes.forget();
  const stuck = moved !== undefined && moved.status >= 300 ? [{ field: "parent", reason: complaint(moved) }] : [];
  if (stuck.length > 0 && !due) return refused("refused", stuck[0]?.reason ?? "", [...problems, ...stuck]);
  return written(place, node.id, [...problems, ...stuck], meanwhile.filter((name) => !(name in patch.fields) && name !== "path"));
};

const removeOne = async (place: NodePlace, id: string): Promise<WriteResult> => {
  const { nodeType, nodes, site, project } = place;
  const all = await nodes.fresh(nodeType.group);
  const node = all.find((one) => one.id === id);
  if (node === undefined || !isOurs(place, node)) return refused("missing", `there is no ${nodeType.name} ${id}`);
  if (all.some((one) => one.parent === id)) return refused("refused", `${node.path} has nodes below it, which would go with it: remove them first`);
  const field = nodeType.group === "areas" ? "System.AreaPath" : "System.IterationPath";
  const used = await askIds(place, `[${field}] UNDER ${quoted(node.path)}`, "[System.Id]", 1);
  if (used.tooMany || used.ids.length > 0) return refused("refused", `${node.path} is in use (item ${used.ids[0] ?? "…"}): move its items first`);
  const reply = await site.client.ask({ method: "DELETE", path: nodeAddress(project, nodeType.group, node.path), version: site.api });
  nodes.forget();
  return reply.status < 300 ? { ok: true, id, problems: [] } : refusalOf(reply, node.name);
};

/** One at a time: a later one may be about what an earlier one changed. Doubt about one says nothing about the others. */
const each = <T>(all: readonly T[], stop: Stop | undefined, work: (member: T) => Promise<WriteResult>): Promise<readonly WriteResult[]> =>
  eachUntil(all, stop, async (member) => {
    try {
      return await work(member);
    } catch (error) {
      if (!isDoubtful(error)) throw error;
      return refused("doubtful", error.message);
    }
  });

export const createNodes = (place: NodePlace, drafts: readonly Draft[], stop?: Stop): Promise<readonly WriteResult[]> => each(drafts, stop, (draft) => createOne(place, draft));
export const updateNodes = (place: NodePlace, patches: readonly Patch[], stop?: Stop): Promise<readonly WriteResult[]> => each(patches, stop, (patch) => updateOne(place, patch));
export const removeNodes = (place: NodePlace, ids: readonly string[], stop?: Stop): Promise<readonly WriteResult[]> => each(ids, stop, (id) => removeOne(place, id));

/** A name is unique below its parent, and nothing else marks a node: one of this name is it, of several nobody knows. */
export const findNodes = async (place: NodePlace, intents: readonly SoughtIntent[]): Promise<FindResult> => {
  const found = new Map<string, { readonly id: string; readonly url?: string }>();
  const undecided = new Set<string>();
  const items = intents.length === 0 ? [] : await nodeItems(place);
  for (const { intent, name } of intents) {
    const hits = items.filter((item) => sameWord(item.name, name));
    const [hit] = hits;
    if (hits.length === 1 && hit !== undefined) found.set(intent, { id: hit.id, ...(hit.url === undefined ? {} : { url: hit.url }) });
    else if (hits.length > 1) undecided.add(intent);
  }
  return { found, undecided };
};

/** The tree is read whole, so what is not in it is gone. */
export const deletedNodes = async (place: NodePlace, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const all = await place.nodes.fresh(place.nodeType.group);
  return new Set(all.length === 0 ? [] : ids.filter((id) => !all.some((node) => node.id === id)));
};

