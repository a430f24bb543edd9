// The uuid of a create. It is told from what is created for what, not drawn: a store that was put back from a backup, or
// made anew, finds by it what its lost days made.

import { hash } from "node:crypto";
import type { SyncSet } from "../mapping/model.ts";
import type { Side } from "../types.ts";

/** Written otherwise it is the same address. */
const addressOf = (url: string): string => url.trim().toLowerCase().replace(/\/+$/, "");

/**
 * `side` is the one written to, `fromId` the item on the other, `generation` how often the cross references of the sync set
 * were deleted on purpose: what is created afterwards is another item. In the shape of a random uuid (version 4), because
 * ServiceNow's rows are known by it.
 */
export const createIntentOf = ({ key, master, target }: Pick<SyncSet, "key" | "master" | "target">, generation: number, side: Side, fromId: string): string => {
  const hex = hash("sha256", JSON.stringify(["create", key, addressOf(master.url), addressOf(target.url), generation, side, fromId]), "hex");
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
