// For systems whose texts show a file of their item by an address that holds the file's id: names become addresses on the way in,
// as far as the item has the files. What is not there yet stays a name. Makes one call for all patches, and only where needed.

import { toHtml } from "../core/text/html.ts";
import { filesIn } from "../core/text/images.ts";
import type { TypeSchema, Value } from "../core/types.ts";
import type { Attachment, AttachmentDoor, Patch } from "./connector.ts";

const shows = (value: Value | undefined): value is string => typeof value === "string" && filesIn(value).length > 0;

/** Lists files only of items whose texts show some; the same patches where none do. */
export const withAddresses = async (door: AttachmentDoor, schema: TypeSchema, project: string, patches: readonly Patch[], addressOf: (file: Attachment) => string): Promise<readonly Patch[]> => {
  const texts = schema.fields.filter((field) => field.kind === "text").map((field) => field.name);
  const due = patches.filter((patch) => texts.some((name) => shows(patch.fields[name])));
  if (due.length === 0) return patches;
  const files = await door.list({ type: schema.name, project, ids: due.map((patch) => patch.id) });
  return patches.map((patch): Patch => {
    const there = new Map((files.get(patch.id) ?? []).map((file) => [file.name, addressOf(file)]));
    if (there.size === 0) return patch;
    const shown = texts.flatMap((name) => {
      const value = patch.fields[name];
      return shows(value) ? [[name, toHtml(value, { resolveImage: (src) => there.get(src) })] as const] : [];
    });
    return { ...patch, fields: { ...patch.fields, ...Object.fromEntries(shown) } };
  });
};
