// Deleting work items, one call each, into the recycle bin; and asking the bin, or the feed, for proof (azure-devops.md §12, §15).

import type { WriteResult } from "../connector.ts";
import { eachUntil, type Stop } from "../left.ts";
import { isDoubtful } from "../http.ts";
import { chunks } from "../paging.ts";
import { isGoneItem, MOST_IDS } from "./assumed.ts";
import { feed, NoFeedError, typeQuery } from "./changes.ts";
import { complaint } from "./client.ts";
import type { ItemPlace } from "./types.ts";
import { isItemId, numberOf, own, segment, textAt, textOf } from "./wire.ts";

const failed = (kind: "refused" | "doubtful" | "missing", reason: string): WriteResult => ({ ok: false, kind, reason, problems: [] });

const removeOne = async ({ site, project, type }: ItemPlace, id: string): Promise<WriteResult> => {
  // Anything but a number would be another address; 0 is none (§19).
  if (!isItemId(id)) return failed("missing", `${id} is no id of a work item`);
  if (!type.schema.canDelete) return failed("refused", `a ${type.name} cannot be deleted by this interface: delete it in Test Plans`);
  try {
    // Sent twice it says the same, or that the item is gone.
    const reply = await site.client.ask({ method: "DELETE", path: `/${segment(project.id)}/_apis/wit/workitems/${id}`, version: site.api, repeatable: true });
    if (reply.status < 300) return { ok: true, id, problems: [] };
    return failed(isGoneItem(reply.status, textAt(reply.body, "message"), textAt(reply.body, "typeKey")) ? "missing" : "refused", complaint(reply));
  } catch (error) {
    if (!isDoubtful(error)) throw error;
    return failed("doubtful", error.message);
  }
};

/** Into the bin, one after the other. */
export const removeItems = (place: ItemPlace, ids: readonly string[], stop?: Stop): Promise<readonly WriteResult[]> => eachUntil(ids, stop, (id) => removeOne(place, id));

const isTrue = (value: unknown): boolean => value === true || /^true$/i.test(textOf(value) ?? "");

/** Where a server has no bin, the newest revision of an item says in the feed that it was deleted (§12.1, rule 7), or nothing does. */
const deletedInFeed = async (place: ItemPlace, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const newest = new Map<string, { readonly rev: number; readonly deleted: boolean }>();
  // All short fields: an unknown one among those asked for would be refused, and nobody promises this one (§7).
  const query = { ...typeQuery(place.type.name), includeDeleted: "true", includeLatestOnly: "true" };
  try {
    for await (const entries of feed(place, `/${segment(place.project.id)}/_apis/wit/reporting/workitemrevisions`, undefined, query))
      for (const entry of entries) {
        const [id, rev] = [textAt(entry, "id"), numberOf(own(entry, "rev")) ?? 0];
        if (ids.includes(id) && rev >= (newest.get(id)?.rev ?? 0)) newest.set(id, { rev, deleted: isTrue(own(own(entry, "fields"), "System.IsDeleted")) });
      }
  } catch (error) {
    if (!(error instanceof NoFeedError)) throw error;
  }
  return new Set([...newest].flatMap(([id, { deleted }]) => (deleted ? [id] : [])));
};

const hasNoBin = (status: number): boolean => status === 404 || status === 405;

/** Those that lie in the bin. What was destroyed for ever, moved away or hidden from us proves nothing. */
export const binnedItems = async (place: ItemPlace, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const { site, project } = place;
  const found = new Set<string>();
  for (const part of chunks([...new Set(ids)].filter(isItemId), MOST_IDS)) {
    const ask = { method: "GET", path: `/${segment(project.id)}/_apis/wit/recyclebin`, query: { ids: part.join(",") }, version: site.api } as const;
    const reply = await site.client.ask(ask);
    if (hasNoBin(reply.status)) return deletedInFeed(place, ids);
    if (reply.status >= 300) throw site.client.failure(ask, reply);
    // Each has an answer of its own; ids may be texts there, and an unknown one comes without a time of deletion.
    for (const entry of site.client.demandList(ask, reply.body, "value")) if ((numberOf(own(entry, "code")) ?? 200) < 300 && textOf(own(entry, "deletedDate")) !== undefined && part.includes(textAt(entry, "id"))) found.add(textAt(entry, "id"));
  }
  return found;
};
