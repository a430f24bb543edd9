// Deleting many by id. Never without ids, and never with children that nobody asked to delete: what the server does with
// those is not published (alm-qc.md §8, §12).

import { DoubtfulError } from "../http.ts";
import type { WriteResult } from "../connector.ts";
import { LEFT, type Stop } from "../left.ts";
import { chunks } from "../paging.ts";
import { bulkEntriesOf, isMissing, reasonOf } from "./faults.ts";
import { type Place, pathOf } from "./items.ts";
import { readAll } from "./pages.ts";
import { anyId, isId, where } from "./query.ts";
import { textAt } from "./wire.ts";

const MOST_IDS = 100;

type Existing = (ids: readonly string[]) => Promise<ReadonlySet<string>>;

const missing = (id: string): WriteResult => ({ ok: false, kind: "missing", reason: `${id} does not exist, or the account may not see it`, problems: [] });
const refused = (reason: string): WriteResult => ({ ok: false, kind: "refused", reason, problems: [] });

/** Id → how many hang below it. */
const readChildren = async (place: Place, ids: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>();
  if (ids.length === 0 || place.session.options.deleteChildren) return counts;
  for (const collection of place.type.below)
    for (const child of await readAll(place.session, { path: `${place.project.path}/${collection}`, fields: ["id", "parent-id"], where: where("parent-id", anyId(ids)), limit: place.session.options.pageSize })) {
      const parent = textAt(child, "parent-id");
      // A child that goes as well is no obstacle; ids count per type.
      if (collection !== place.type.collection || !ids.includes(textAt(child, "id"))) counts.set(parent, (counts.get(parent) ?? 0) + 1);
    }
  return counts;
};

const removeChunk = async (place: Place, ids: readonly string[], existing: Existing): Promise<ReadonlyMap<string, WriteResult>> => {
  const results = new Map<string, WriteResult>();
  const there = await existing(ids);
  for (const id of ids) if (!there.has(id)) results.set(id, missing(id));
  const children = await readChildren(place, [...there]);
  for (const [id, count] of children) results.set(id, refused(`its ${count} children would be deleted or moved with it: move them first, or set options.deleteChildren`));
  const due = ids.filter((id) => !results.has(id));
  if (due.length === 0) return results;
  try {
    const reply = await place.session.ask({ method: "DELETE", path: pathOf(place), query: { "ids-to-delete": due.join(","), ...(place.session.options.deleteChildren ? { "force-delete-children": "y" } : {}) } });
    if (reply.status < 300) for (const id of due) results.set(id, { ok: true, id, problems: [] });
    else {
      const entries = bulkEntriesOf(reply.body, reply.status) ?? [];
      const left = await existing(due);
      for (const id of due) {
        const entry = entries.find((one) => one.entityId === id);
        if (!left.has(id)) results.set(id, entry !== undefined && !entry.good && isMissing(entry.fault) ? missing(id) : { ok: true, id, problems: [] });
        else results.set(id, refused(reasonOf(entry === undefined || entry.good ? reply.fault : entry.fault)));
      }
    }
  } catch (error) {
    if (!(error instanceof DoubtfulError)) throw error;
    for (const id of due) results.set(id, { ok: false, kind: "doubtful", reason: error.message, problems: [] });
  }
  return results;
};

/** In the order of `ids`, each once asked for; what is not there counts as missing. */
export const removeIds = async (place: Place, ids: readonly string[], existing: Existing, stop?: Stop): Promise<readonly WriteResult[]> => {
  const results = new Map<string, WriteResult>();
  for (const part of chunks([...new Set(ids)].filter((id) => isId(id) && !place.type.roots.includes(id)), MOST_IDS)) for (const [id, result] of stop?.aborted === true ? part.map((one) => [one, LEFT] as const) : await removeChunk(place, part, existing)) results.set(id, result);
  return ids.map((id) => results.get(id) ?? missing(id));
};
