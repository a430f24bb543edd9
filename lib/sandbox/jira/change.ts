// Every change of an issue passes here: what differs becomes one history entry, and `updated` moves as the switches say (sheet §17).

import type { Field, HistoryItem, Issue } from "./model.ts";
import { historyItems } from "./showValue.ts";
import type { World } from "./world.ts";

/** Now, as precise as this database keeps it (sheet §3: whole seconds on many Data Center databases). */
export const stamp = (world: World): number => (world.options.secondPrecision ? Math.floor(world.now() / 1000) * 1000 : world.now());

export const item = (field: string, from: string | null, fromText: string | null, to: string | null, toText: string | null): HistoryItem => ({ field, fieldtype: "jira", from, fromText, to, toText });

const own = (world: World, id: string, field: string, from: string | null, fromText: string | null, to: string | null, toText: string | null): HistoryItem =>
  ({ ...item(field, from, fromText, to, toText), ...(world.cloud ? { fieldId: id } : {}) });

const fieldOf = (world: World, custom: string): Field | undefined => [...world.tables.fields.values()].find((field) => field.custom?.endsWith(`:${custom}`));

const agileItem = (world: World, custom: string, name: string, from: string, fromText: string, to: string, toText: string): HistoryItem => {
  const field = fieldOf(world, custom);
  return { field: field?.name ?? name, fieldtype: "custom", ...(world.cloud && field ? { fieldId: field.id } : {}), from, fromText, to, toText };
};

const keyOf = (world: World, id: number | null): string | null => (id === null ? null : world.issues.get(id)?.key ?? null);
const idOf = (id: number | null): string | null => (id === null ? null : String(id));

const placeItems = (world: World, before: Issue, after: Issue): readonly HistoryItem[] => {
  const items: HistoryItem[] = [];
  const { tables } = world;
  if (before.projectId !== after.projectId) {
    items.push(own(world, "project", "project", before.projectId, tables.projects.get(before.projectId)?.name ?? null, after.projectId, tables.projects.get(after.projectId)?.name ?? null));
    items.push(item("Key", null, before.key, null, after.key));
  }
  if (before.typeId !== after.typeId) items.push(own(world, "issuetype", "issuetype", before.typeId, tables.types.get(before.typeId)?.name ?? null, after.typeId, tables.types.get(after.typeId)?.name ?? null));
  if (before.statusId !== after.statusId) items.push(own(world, "status", "status", before.statusId, tables.statuses.get(before.statusId)?.name ?? null, after.statusId, tables.statuses.get(after.statusId)?.name ?? null));
  return items;
};

const treeItems = (world: World, before: Issue, after: Issue): readonly HistoryItem[] => {
  const items: HistoryItem[] = [];
  if (before.parentId !== after.parentId) {
    items.push(item(world.cloud ? "IssueParentAssociation" : "Parent", idOf(before.parentId), keyOf(world, before.parentId), idOf(after.parentId), keyOf(world, after.parentId)));
  }
  if (before.epicId !== after.epicId) items.push(agileItem(world, "gh-epic-link", "Epic Link", idOf(before.epicId) ?? "", keyOf(world, before.epicId) ?? "", idOf(after.epicId) ?? "", keyOf(world, after.epicId) ?? ""));
  if (before.sprints.join() !== after.sprints.join()) {
    const names = (ids: readonly string[]): string => ids.map((id) => world.tables.sprints.get(id)?.name ?? id).join(", ");
    items.push(agileItem(world, "gh-sprint", "Sprint", before.sprints.join(", "), names(before.sprints), after.sprints.join(", "), names(after.sprints)));
  }
  if (before.rank !== after.rank) items.push(agileItem(world, "gh-lexo-rank", "Rank", "", "", "", after.rank < before.rank ? "Ranked higher" : "Ranked lower"));
  return items;
};

const differences = (world: World, before: Issue, after: Issue): readonly HistoryItem[] => {
  const items: HistoryItem[] = [...placeItems(world, before, after)];
  if (before.values !== after.values) {
    for (const field of world.tables.fields.values()) items.push(...historyItems(world, field, before.values[field.id], after.values[field.id]));
  }
  return [...items, ...treeItems(world, before, after)];
};

interface ChangeOptions {
  /** History lines that no field tells: links, attachments, work. */
  readonly extra?: readonly HistoryItem[];
  /** True moves `updated` even without history (comments), false leaves it although there is some. */
  readonly moves?: boolean;
  readonly metadata?: unknown;
}

const epicOf = (world: World, issue: Issue): number | null => {
  const parent = issue.epicId ?? issue.parentId;
  const type = parent === null ? undefined : world.tables.types.get(world.issues.get(parent)?.typeId ?? "");
  return type && type.hierarchyLevel === 1 ? parent : null;
};

/** Adds one history entry; the issue is saved. */
const record = (world: World, author: string | null, issue: Issue, items: readonly HistoryItem[], moves: boolean, metadata?: unknown): Issue => {
  const entry = { id: String(world.next("history")), author, created: world.now(), items, ...(metadata === undefined ? {} : { metadata }) };
  const next: Issue = { ...issue, histories: items.length > 0 ? [...issue.histories, entry] : issue.histories, updated: moves ? stamp(world) : issue.updated };
  world.save(next);
  return next;
};

/** An epic notes who joined and left (sheet §17.2). */
const tellEpics = (world: World, author: string | null, before: Issue | null, after: Issue): void => {
  const [left, joined] = [before ? epicOf(world, before) : null, epicOf(world, after)];
  if (left === joined) return;
  const epicLeft = left === null ? undefined : world.issues.get(left);
  if (epicLeft) record(world, author, epicLeft, [item("Epic Child", String(after.id), after.key, null, null)], true);
  const epicJoined = joined === null ? undefined : world.issues.get(joined);
  if (epicJoined) record(world, author, epicJoined, [item("Epic Child", null, null, String(after.id), after.key)], true);
};

/** Saves a changed issue with its history. A change of nothing leaves `updated` alone. */
export const change = (world: World, author: string | null, before: Issue, after: Issue, how: ChangeOptions = {}): Issue => {
  const items = [...differences(world, before, after), ...(how.extra ?? [])];
  const saved = record(world, author, after, items, how.moves ?? items.length > 0, how.metadata);
  tellEpics(world, author, before, saved);
  return world.issues.get(saved.id) ?? saved;
};

export const announce = (world: World, issue: Issue): void => tellEpics(world, issue.creator, null, issue);
