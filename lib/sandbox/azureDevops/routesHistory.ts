// One item's history: revisions as snapshots, updates as differences (sheet §12.4). A link-only update repeats the revision.

import { type Call, type Handlers, itemIn, listed, numberOption, ok } from "./call.ts";
import { filledRefs, valueOf } from "./compute.ts";
import { AdoError } from "./errors.ts";
import type { Item, Revision, Update, Value } from "./model.ts";
import { identityRef } from "./people.ts";
import { type Json, shownItem, shownNote, shownValue } from "./render.ts";
import { FAR_FUTURE } from "./text.ts";
import { projectOfItem } from "./world.ts";
import { wantedIn } from "./wanted.ts";

const page = <T>(call: Call, rows: readonly T[]): readonly T[] => {
  const skip = numberOption(call, "$skip", 0);
  return rows.slice(skip, skip + Math.min(numberOption(call, "$top", call.world.options.updatesPage), call.world.options.updatesPage));
};

const noRevision = (item: Item, number: string): AdoError => new AdoError(404, "WorkItemRevisionNotFoundException", `VS403320: Work item ${item.id} does not have a revision ${number}.`);

const shownRevision = (call: Call, item: Item, revision: Revision, single: boolean): Json => shownItem(call.view, item, revision, wantedIn(call, single), `/revisions/${revision.rev}`);

const revisions = (call: Call): ReturnType<typeof ok> => {
  const item = itemIn(call, call.params["id"]);
  const number = call.params["revisionNumber"];
  if (number === undefined) return listed(page(call, item.revisions).map((revision) => shownRevision(call, item, revision, false)));
  const found = item.revisions.find((revision) => revision.rev === Number(number));
  if (found === undefined) throw noRevision(item, number);
  return ok(shownRevision(call, item, found, true));
};

/** Counted from neighbours, not part of what a revision changed. */
const NOT_DIFFED = new Set(["System.Id", "System.Parent", "System.RelatedLinkCount", "System.BoardColumnDone", "System.NodeName", "System.AuthorizedAs", "System.PersonId"]);

const diff = (call: Call, item: Item, revision: Revision): Json => {
  const before = item.revisions.find((one) => one.rev === revision.rev - 1);
  const refs = new Set([...filledRefs(revision), ...(before === undefined ? [] : filledRefs(before))]);
  const changes: [string, Json][] = [];
  for (const ref of refs) {
    if (NOT_DIFFED.has(ref) && !(ref === "System.Id" && before === undefined)) continue;
    const old = before === undefined || ref === "System.History" ? undefined : valueOf(call.world, item, before, ref);
    const value = valueOf(call.world, item, revision, ref);
    if (old === value || (value === undefined && ref === "System.History")) continue;
    const shown = (one: Value): unknown => shownValue(call.view, ref, one);
    changes.push([ref, { ...(old === undefined ? {} : { oldValue: shown(old) }), ...(value === undefined ? {} : { newValue: shown(value) }) }]);
  }
  return Object.fromEntries(changes);
};

const shownUpdate = (call: Call, item: Item, update: Update): Json => {
  const { world, base, view } = call;
  const revision = item.revisions.find((one) => one.rev === update.rev);
  const by = world.tables.users.get(update.by);
  const next = item.updates.find((one) => one.id > update.id);
  const notes = Object.fromEntries((["added", "removed", "updated"] as const).flatMap((kind) => (update[kind] === undefined ? [] : [[kind, update[kind].map((note) => shownNote(view, note))]])));
  return {
    id: update.id, workItemId: item.id, rev: update.rev, ...(by === undefined ? {} : { revisedBy: { ...identityRef(by, base), name: `${by.name} <${by.uniqueName}>` } }), revisedDate: next === undefined ? FAR_FUTURE : next.date,
    ...(update.revised && revision !== undefined ? { fields: diff(call, item, revision) } : {}), ...(Object.keys(notes).length === 0 ? {} : { relations: notes }),
    url: `${base}/${projectOfItem(world, item).id}/_apis/wit/workItems/${item.id}/updates/${update.id}`,
  };
};

const updates = (call: Call): ReturnType<typeof ok> => {
  const item = itemIn(call, call.params["id"]);
  const number = call.params["updateNumber"];
  if (number === undefined) return listed(page(call, item.updates).map((update) => shownUpdate(call, item, update)));
  const found = item.updates.find((update) => update.id === Number(number));
  if (found === undefined) throw new AdoError(404, "WorkItemUpdateNotFoundException", `VS403321: Work item ${item.id} does not have an update ${number}.`);
  return ok(shownUpdate(call, item, found));
};

export const historyHandlers: Handlers = { revisions: { GET: revisions }, updates: { GET: updates } };
