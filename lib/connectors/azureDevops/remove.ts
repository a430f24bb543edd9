// Deleting work items, one call each, into the recycle bin; and asking the bin for proof (azure-devops.md §15).

import type { WriteResult } from "../connector.ts";
import { chunks } from "../paging.ts";
import { isGoneItem, MOST_IDS } from "./assumed.ts";
import { complaint, isDoubtful } from "./client.ts";
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

export const removeItems = async (place: ItemPlace, ids: readonly string[]): Promise<readonly WriteResult[]> => {
  const results: WriteResult[] = [];
  for (const id of ids) results.push(await removeOne(place, id));
  return results;
};

/** Those that lie in the bin. What was destroyed for ever, moved away or hidden from us proves nothing. */
export const binnedItems = async ({ site, project }: ItemPlace, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  for (const part of chunks([...new Set(ids)].filter(isItemId), MOST_IDS)) {
    const ask = { method: "GET", path: `/${segment(project.id)}/_apis/wit/recyclebin`, query: { ids: part.join(",") }, version: site.api } as const;
    const reply = await site.client.ask(ask);
    if (reply.status === 404) continue;
    if (reply.status >= 300) throw site.client.failure(ask, reply);
    // Each has an answer of its own; ids may be texts there, and an unknown one comes without a time of deletion.
    for (const entry of site.client.demandList(ask, reply.body, "value")) if ((numberOf(own(entry, "code")) ?? 200) < 300 && textOf(own(entry, "deletedDate")) !== undefined && part.includes(textAt(entry, "id"))) found.add(textAt(entry, "id"));
  }
  return found;
};
