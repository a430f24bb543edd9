// What a reader wants of work items: fields or expansions, of now or of another time (sheet §6, §7).

import { type Call, enumOf, flag, listOption, option, readTime } from "./call.ts";
import { revisionAt } from "./compute.ts";
import { bad, noField } from "./errors.ts";
import type { Item, Revision } from "./model.ts";
import type { Wanted } from "./render.ts";
import { findField, lastOf, type World } from "./world.ts";

const EXPAND = { none: 0, relations: 1, fields: 2, links: 3, all: 4 } as const;
export const ERROR_POLICY = { fail: 1, omit: 2 } as const;

/** A name that exists nowhere is an error; a field that this type lacks is not. */
const readFields = (world: World, names: readonly string[]): readonly string[] =>
  names.map((name) => {
    const field = findField(world, name);
    if (field === undefined && /^WEF_[0-9A-F]{32}_/i.test(name)) return name;
    if (field === undefined || field.isDeleted) throw noField(name);
    return field.referenceName;
  });

export const readWanted = (call: Call, given: { readonly fields: readonly string[] | null; readonly expand: unknown }, single: boolean): Wanted => {
  const { options } = call.world;
  const expand = enumOf(given.expand, EXPAND, "none", "$expand");
  const fields = given.fields === null || given.fields.length === 0 ? null : readFields(call.world, given.fields);
  const tolerated = expand === "none" || (expand === "links" && options.fieldsWithLinks);
  if (fields !== null && !tolerated) throw bad("ConflictingParametersException", "The expand parameter can not be used with the fields parameter.");
  return {
    fields, everything: expand === "all" || (expand === "fields" && options.expandFieldsShowsAll), relations: expand === "relations" || expand === "all",
    links: expand === "links" || expand === "all" || (single && fields === null) || (single && expand === "none"),
  };
};

export const wantedIn = (call: Call, single: boolean): Wanted => readWanted(call, { fields: listOption(call, "fields"), expand: option(call, "$expand") }, single);

export const asOfIn = (call: Call): number | null => {
  const text = option(call, "asOf");
  return text === null || text === "" ? null : readTime(text, "asOf");
};

/** Before it was made, an item counts as missing. */
export const revisionFor = (item: Item, asOf: number | null): Revision | undefined => (asOf === null ? lastOf(item) : revisionAt(item, asOf));

export const writeFlags = (call: Call): { readonly validateOnly: boolean; readonly bypass: boolean; readonly silent: boolean } => ({ validateOnly: flag(call, "validateOnly"), bypass: flag(call, "bypassRules"), silent: flag(call, "suppressNotifications") });
