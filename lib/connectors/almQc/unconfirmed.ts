// Every point where no public text says what ALM does, and what we assume. Each stands here and nowhere else, so that a
// trial on a real server needs to change one place. Pure.

import { sameName } from "../keptName.ts";
import { type Body, type Entity, isObject, type Json, objectsOf, own, textAt } from "./wire.ts";
import { allNamed, childText, type Tag } from "./xml.ts";

/** JSON of a bulk failure (alm-qc.md §9): the entries stand at some depth under this name, or under BulkEntry. */
export const bulkEntriesIn = (value: unknown, depth = 0): readonly Json[] => {
  if (depth > 8) return [];
  if (Array.isArray(value)) return value.flatMap((part) => bulkEntriesIn(part, depth + 1));
  if (!isObject(value)) return [];
  const entries = own(value, "BulkEntries") ?? own(value, "BulkEntry");
  const direct = Array.isArray(entries) ? objectsOf(entries) : objectsOf(own(entries, "BulkEntry") ?? entries);
  return direct.length > 0 ? direct : Object.values(value).flatMap((part) => bulkEntriesIn(part, depth + 1));
};

export const bulkEntryIsGood = (entry: Json): boolean => [true, "true"].includes((own(entry, "Succeeded") ?? own(entry, "Successful")) as boolean | string);

/**
 * Entries follow the order of the request (alm-qc.md §9). Where both sides name an item, the names must agree; otherwise
 * nobody knows, and that is said. The answer to one alone is its own, whatever the server made of its name.
 */
export const entriesInOrder = (sentNames: readonly (string | undefined)[], entities: readonly (Entity | undefined)[]): boolean =>
  sentNames.length === entities.length && (entities.length === 1 || entities.every((entity, index) => entity === undefined || sentNames[index] === undefined || !entity.values.has("name") || sameName(textAt(entity, "name"), sentNames[index] ?? "")));

/** Titles of refusals name fields by their label, sometimes by their column (alm-qc.md §8, §10). Wording is not published. */
export const fieldsInTitle = (title: string, fields: readonly { readonly name: string; readonly label: string; readonly column: string }[]): readonly string[] => {
  const holds = (text: string): boolean => text.length > 1 && new RegExp(`(^|[^\\w-])${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}($|[^\\w-])`).test(title);
  const named = fields.filter((field) => [field.name, field.label, field.column].some(holds));
  // "Target Release" holds "Release": the longest label goes before the ones inside it.
  return named.filter((field) => !named.some((other) => other !== field && other.label !== field.label && other.label.includes(field.label) && !holds(field.name) && !holds(field.column))).map((field) => field.name);
};

/** A business refusal comes as 500 with this id or with none (alm-qc.md §10), and it may have written all the same (§8). */
export const isVague = (fault: { readonly id: string }): boolean => ["", "qccore.general-error"].includes(fault.id);

/** Elements that hold mail and phone of a user (alm-qc.md §18). */
export const userDetails = (user: Tag): { readonly email: string; readonly phone: string } => {
  const first = (...names: readonly string[]): string => names.map((name) => childText(user, name)).find((text) => text !== "") ?? "";
  return { email: first("email", "Email", "EMail", "mail"), phone: first("phone", "Phone", "PhoneNumber") };
};

/** A user without a word about it is active (alm-qc.md §18). */
export const userIsActive = (user: Tag): boolean => !/^(false|n|no|0)$/i.test(childText(user, "UserActive"));

/** A file is addressed by its id with this parameter for reading; we assume the same for deleting (alm-qc.md §16). */
export const BY_ID = { "by-id": "true" } as const;

/**
 * A new file most likely moves its owner's last-modified, because it sets a flag on the owner's row; nobody says so
 * (alm-qc.md §17). So the project's files are asked too, which name their owner's type in one of these ways.
 */
export const isOwnerType = (parentType: string, type: string): boolean => [type, { defect: "bug", requirement: "req", release: "releases", "release-cycle": "release_cycles" }[type] ?? type].includes(parentType.toLowerCase());

/** Where a favorite keeps its filter, the likeliest first (alm-qc.md §19). */
const FAVORITE_FILTERS = ["filter-data", "filter", "query", "data", "layout-data"];

export const favoriteFilterOf = (favorite: Entity): string => FAVORITE_FILTERS.map((name) => textAt(favorite, name)).find((text) => text.trim() !== "") ?? "";

/** Does its module, whatever it is called, speak of this type? "defect", "defects", "DefectsModule". */
export const isFavoriteOf = (favorite: Entity, type: string): boolean => {
  const bare = (word: string): string => word.toLowerCase().replaceAll(/[^a-z]/g, "").replace(/module$/, "").replace(/s$/, "");
  return bare(textAt(favorite, "module") || textAt(favorite, "module-id")) === bare(type);
};

/**
 * A favorite's filter in the words of a query: either it is one already, or lines of ColumnName and LogicalFilter as the
 * desktop client's own filter text has them. undefined: neither, and then nobody guesses.
 */
export const favoriteConditions = (filter: string, fieldOf: (column: string) => string | undefined): string | undefined => {
  const text = filter.trim();
  if (/^\{[\s\S]*\}$/.test(text) && !text.includes("ColumnName")) return text;
  const pairs = [...text.matchAll(/ColumnName\s*:\s*([\w-]+)\s*,?\s*LogicalFilter\s*:\s*([\s\S]*?)\s*,?\s*VisualFilter\s*:/g)];
  if (pairs.length === 0 || pairs.length !== [...text.matchAll(/ColumnName\s*:/g)].length) return undefined;
  const conditions = pairs.map(([, column = "", condition = ""]) => {
    const field = fieldOf(column);
    const bare = condition.replaceAll('\\"', '"').trim();
    return field === undefined || bare === "" ? undefined : `${field}[${bare}]`;
  });
  return conditions.some((condition) => condition === undefined) ? undefined : `{${conditions.join(";")}}`;
};

/** What stands between two comments, and how a head begins (alm-qc.md §15): read leniently, written as seen in the field. */
export const COMMENT_RULE = "________________________________________";
export const COMMENT_HEAD = /^\s*(?<name>[^<>,:\n]{1,120}?)\s*(?:<(?<login>[^<>\s]{1,60})>)?\s*,\s*(?<when>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ ,]+\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?)?)\s*:\s*/iu;

/** The list of link types by its shipped name, and what it holds where the lists in use do not show it (alm-qc.md §14). */
export const LINK_TYPE_LIST = "Link Type";
export const SHIPPED_LINK_TYPES = ["Related", "Duplicate"] as const;
/** What says no more than that two things are linked. */
export const PLAIN_LINK_TYPE = "Related";

/** Which side of an audit is told: names of the entity types in `ParentType` are those of the collections (alm-qc.md §20). */
export const auditsIn = (body: Body): readonly Tag[] => (body.kind === "xml" ? (body.root.name === "Audit" ? [body.root] : allNamed(body.root, "Audit")) : []);
