// Images that people put into the texts of an item: files that no link of the item names (azure-devops.md §9.4). Others cannot
// open their addresses, so they are carried as files. Opened at our own address only, never at the one in the text.

import type { Attachment } from "../connector.ts";
import { HttpStatusError } from "../http.ts";
import type { ItemPlace } from "./types.ts";
import { instantOf, type Json, own, segment, textAt } from "./wire.ts";

const ADDRESS = /\/_apis\/wit\/attachments\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\?[^"'\s<>()]*)?/gi;

const nameIn = (query: string | undefined): string => new URLSearchParams((query ?? "").replaceAll("&amp;", "&")).get("fileName") || "image.png";

/** Name by id, in the order of the texts; files that links name are left out. */
export const imagesIn = ({ type }: ItemPlace, raw: Json, linked: readonly string[]): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const { place } of type.fields.values()) {
    if (place.kind !== "field" || place.codec !== "html") continue;
    for (const [, id = "", query] of textAt(own(raw, "fields"), place.reference).matchAll(ADDRESS)) if (!linked.includes(id.toLowerCase()) && !found.has(id.toLowerCase())) found.set(id.toLowerCase(), nameIn(query));
  }
  return found;
};

export const openFile = async ({ site, project }: ItemPlace, { id, name }: Pick<Attachment, "id" | "name">): Promise<AsyncIterable<Uint8Array>> => {
  const path = `/${segment(project.id)}/_apis/wit/attachments/${segment(id)}`;
  return (await site.client.stream({ method: "GET", path, query: { fileName: name, download: "true" }, version: site.api })).body;
};

/** Nobody carries an image of that size over, and one whose content never ends is no larger for that. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Nothing but its content tells how large an image is; undefined: there is none, or it is of another organisation. */
const sizeOf = async (place: ItemPlace, file: Pick<Attachment, "id" | "name">): Promise<number | undefined> => {
  try {
    let size = 0;
    for await (const part of await openFile(place, file)) {
      size += part.length;
      if (size > MOST_BYTES) break;
    }
    return size;
  } catch (error) {
    if (error instanceof HttpStatusError && error.status === 404) return undefined;
    throw error;
  }
};

/** Remembers sizes: the content of a file never changes. */
export const imageReader = (): ((place: ItemPlace, raw: Json, linked: readonly string[]) => Promise<readonly Attachment[]>) => {
  const sizes = new Map<string, number | undefined>();
  return async (place, raw, linked) => {
    const images: Attachment[] = [];
    for (const [id, name] of imagesIn(place, raw, linked)) {
      if (!sizes.has(id)) sizes.set(id, await sizeOf(place, { id, name }));
      const size = sizes.get(id);
      if (size !== undefined) images.push({ id, name, size, createdAt: instantOf(own(own(raw, "fields"), "System.CreatedDate")) ?? "1970-01-01T00:00:00.000Z" });
    }
    return images;
  };
};
