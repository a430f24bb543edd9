// A work item as Azure DevOps shows it → the normal form; and reading many by id (azure-devops.md §6, §7).

import { RemoteError } from "../../core/errors.ts";
import type { Fields, Item } from "../../core/types.ts";
import type { ListedItem, WantedExtras } from "../connector.ts";
import { chunks } from "../paging.ts";
import { MOST_IDS, shownItems } from "./assumed.ts";
import { endOf, type FieldDef, formOf, HYPERLINK, ITERATION, MARK, relationsOf } from "./fields.ts";
import type { Group } from "./nodes.ts";
import type { Site } from "./session.ts";
import type { ItemPlace, TypeDef } from "./types.ts";
import { idOf, instantOf, isItemId, isObject, type Json, numberOf, own, sameWord, segment, textAt, textOf } from "./wire.ts";

const ALWAYS = ["System.Title", "System.WorkItemType", "System.TeamProject", "System.CreatedDate", "System.ChangedDate", "System.ChangedBy"];

/** With their revisions; what cannot be read any more stays in the list, for it was there. */
export const listed = async ({ site }: ItemPlace, ids: readonly string[]): Promise<readonly ListedItem[]> => {
  const revs = new Map((await readRaw(site, ids, { fields: ["System.Rev"] })).map((raw) => [idOf(raw), String(revOf(raw))]));
  return ids.map((id) => {
    const version = revs.get(id);
    return { id, ...(version === undefined ? {} : { version }) };
  });
};

/** Does reading these fields need the relations too? */
export const needsRelations = (type: TypeDef, names: readonly string[]): boolean => names.some((name) => type.fields.get(name)?.place.kind === "link");

/** Files come with the relations (§18). */
const comesWhole = (type: TypeDef, names: readonly string[], extras: WantedExtras): boolean => extras.attachments === true || needsRelations(type, names);

export const COMMENT_COUNT = "System.CommentCount";

/** §7: fields and relations exclude each other in one call; with relations every field comes. */
const wantedOf = (type: TypeDef, names: readonly string[], extras: WantedExtras): Json => {
  if (comesWhole(type, names, extras)) return { $expand: "relations" };
  const references = names.flatMap((name) => {
    const place = type.fields.get(name)?.place;
    return place?.kind === "field" ? [place.reference] : place?.kind === "iteration" ? [ITERATION] : [];
  });
  return { fields: [...new Set([...ALWAYS, ...references, ...(type.intentField === undefined ? [] : [type.intentField]), ...(extras.comments === true ? [COMMENT_COUNT] : [])])] };
};

/** A server that has no batch reads answers the older question for a list (§7). */
const readPart = async ({ client, api: version }: Site, ids: readonly string[], wanted: Json): Promise<readonly Json[]> => {
  const ask = { method: "POST", path: "/_apis/wit/workitemsbatch", json: { ids: ids.map(Number), errorPolicy: "omit", ...wanted }, version, reads: true } as const;
  const reply = await client.ask(ask);
  if (reply.status === 404 || reply.status === 405) {
    const rest = Object.entries(wanted).map(([name, value]): [string, string] => [name, Array.isArray(value) ? value.join(",") : String(value)]);
    return shownItems(await client.list({ method: "GET", path: "/_apis/wit/workitems", query: { ids: ids.join(","), errorPolicy: "omit", ...Object.fromEntries(rest) }, version }));
  }
  if (reply.status >= 300) throw client.failure(ask, reply);
  return shownItems(client.demandList(ask, reply.body, "value"));
};

/** Work items by id, wherever they are now; what does not exist or may not be seen is left out. */
export const readRaw = async (site: Site, ids: readonly string[], wanted: Json): Promise<readonly Json[]> =>
  (await Promise.all(chunks([...new Set(ids)].filter(isItemId), MOST_IDS).map((part) => readPart(site, part, wanted)))).flat();

const typeIn = (raw: Json): string => textAt(own(raw, "fields"), "System.WorkItemType");

/** An item that does not tell its type or its project is an answer gone wrong, not one of another: left out, it would count as gone. */
export const belongs = ({ site, type, project }: ItemPlace, raw: Json): boolean => {
  const home = textAt(own(raw, "fields"), "System.TeamProject");
  if (typeIn(raw) === "" || home === "") throw new RemoteError(`${site.name}: work item ${idOf(raw)} came without its ${typeIn(raw) === "" ? "type" : "project"}`, "does a proxy change what Azure DevOps answers? run it again");
  return typeIn(raw) === type.name && sameWord(home, project.name);
};

/** First to tell the form of its texts. */
const FORMS_SINCE = 7.1;

/** "whole": only an item with all its fields tells the form of its texts. */
const formsTold = new WeakMap<Site, "always" | "whole" | "never">();

const tellsForms = (raw: Json): boolean => isObject(own(raw, "multilineFieldsFormat"));

const richIn = (type: TypeDef, names: readonly string[]): readonly string[] => names.flatMap((name) => {
  const place = type.fields.get(name)?.place;
  return place?.kind === "field" && place.codec === "html" ? [place.reference] : [];
});

/** Whether an item of which some fields were asked for tells the form of a text stands nowhere (§6): the first text without a form is asked for whole, once. */
const learnForms = async ({ site, type }: ItemPlace, raws: readonly Json[], names: readonly string[]): Promise<void> => {
  if (!site.hosted || Number(site.api) < FORMS_SINCE || formsTold.has(site)) return;
  const withText = raws.find((raw) => richIn(type, names).some((reference) => textAt(own(raw, "fields"), reference) !== ""));
  if (withText === undefined) return;
  const whole = tellsForms(withText) ? [] : await readRaw(site, [idOf(withText)], {});
  formsTold.set(site, tellsForms(withText) ? "always" : whole.some(tellsForms) ? "whole" : "never");
};

/** Items of this type and project, raw. */
export const readWanted = async (place: ItemPlace, ids: readonly string[], names: readonly string[], extras: WantedExtras = {}): Promise<readonly Json[]> => {
  const { site, type } = place;
  const isRich = richIn(type, names).length > 0 && !comesWhole(type, names, extras);
  const read = (): Promise<readonly Json[]> => readRaw(site, ids, isRich && formsTold.get(site) === "whole" ? {} : wantedOf(type, names, extras));
  const raws = await read();
  if (isRich && formsTold.get(site) !== "whole") {
    await learnForms(place, raws, names);
    if (formsTold.get(site) === "whole") return (await read()).filter((raw) => belongs(place, raw));
  }
  return raws.filter((raw) => belongs(place, raw));
};

export const revOf = (raw: Json): number => numberOf(own(raw, "rev")) ?? 0;

const nodesNamed = (type: TypeDef, raws: readonly Json[], names: readonly string[]): readonly { readonly group: Group; readonly path: string }[] =>
  [...new Set(names)].flatMap((name) => {
    const place = type.fields.get(name)?.place;
    if (place?.kind !== "iteration" && (place?.kind !== "field" || place.codec !== "node")) return [];
    const reference = place.kind === "field" ? place.reference : ITERATION;
    const group: Group = reference === "System.AreaPath" ? "areas" : "iterations";
    return [...new Set(raws.flatMap((raw) => textOf(own(own(raw, "fields"), reference)) ?? []))].map((path) => ({ group, path }));
  });

const valuesOf = (type: TypeDef, raw: Json, names: readonly string[]): Fields =>
  Object.fromEntries(names.flatMap((name): [string, ReturnType<FieldDef["read"]>][] => {
    const field = type.fields.get(name);
    return field === undefined ? [] : [[name, field.read(raw)]];
  }));

/** undefined where the item was not made by us, or its mark is in a field. */
export const markOf = (raw: Json): string | undefined => relationsOf(raw).filter((relation) => textAt(relation, "rel") === HYPERLINK && textAt(relation, "url").startsWith(MARK)).map((relation) => endOf(relation).slice(MARK.length))[0];

export const linkTo = ({ site, project }: Pick<ItemPlace, "site" | "project">, id: string): { readonly id: string; readonly url: string } => ({ id, url: `${site.base}/${segment(project.name)}/_workitems/edit/${id}` });

/** What every item has: where it does not come, it is not told. Everything else that is empty does not come either (§6). */
const NEVER_EMPTY: readonly string[] = ["System.State", "System.AreaPath", ITERATION];

const unseenIn = (type: TypeDef, raw: Json, names: readonly string[]): readonly string[] =>
  names.filter((name) => {
    const place = type.fields.get(name)?.place;
    const reference = place?.kind === "field" ? place.reference : place?.kind === "iteration" ? ITERATION : "";
    return NEVER_EMPTY.includes(reference) && textAt(own(raw, "fields"), reference) === "";
  });

const itemOf = (place: ItemPlace, raw: Json, names: readonly string[]): Item => {
  const { type, people } = place;
  const fields = own(raw, "fields");
  const changedAt = instantOf(own(fields, "System.ChangedDate"));
  if (changedAt === undefined) throw new RemoteError(`${place.site.name}: work item ${idOf(raw)} came without the time of its last change`, "does a proxy or an app in between change what Azure DevOps answers? run it again");
  const createdAt = instantOf(own(fields, "System.CreatedDate"));
  const changedBy = people.learn(own(fields, "System.ChangedBy"));
  const intent = type.intentField === undefined ? markOf(raw) : textOf(own(fields, type.intentField));
  const unseen = unseenIn(type, raw, names);
  return {
    type: type.name,
    ...linkTo(place, idOf(raw)),
    project: place.named,
    name: textAt(fields, "System.Title"),
    version: String(revOf(raw)),
    changedAt,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(changedBy === undefined ? {} : { changedBy }),
    ...(intent === undefined ? {} : { intent }),
    fields: valuesOf(type, raw, names.filter((name) => !unseen.includes(name))),
    ...(unseen.length === 0 ? {} : { unseen }),
  };
};

const noteFormats = (place: ItemPlace, raw: Json): void => {
  const formats = own(raw, "multilineFieldsFormat");
  const markdown = isObject(formats) ? Object.keys(formats).filter((reference) => formOf(raw, reference) === "markdown") : [];
  if (markdown.length > 0) place.formats.set(idOf(raw), new Set(markdown));
  else place.formats.delete(idOf(raw));
};

/** A link names its other end by the id alone; what type that is of is asked for once. */
const learnTypes = async ({ site, type, itemTypes }: ItemPlace, raws: readonly Json[], names: readonly string[]): Promise<void> => {
  for (const raw of raws) if (typeIn(raw) !== "") itemTypes.set(idOf(raw), typeIn(raw));
  const rels = new Set(names.flatMap((name) => {
    const place = type.fields.get(name)?.place;
    return place?.kind === "link" && place.rel !== HYPERLINK ? [place.rel] : [];
  }));
  if (rels.size === 0) return;
  const unknown = [...new Set(raws.flatMap((raw) => relationsOf(raw).filter((relation) => rels.has(textAt(relation, "rel"))).map(endOf)))].filter((id) => !itemTypes.has(id));
  const found = unknown.length === 0 ? [] : await readRaw(site, unknown, { fields: ["System.WorkItemType"] });
  for (const id of unknown) itemTypes.set(id, "");
  for (const raw of found) itemTypes.set(idOf(raw), typeIn(raw));
};

const peopleNamed = (type: TypeDef, raws: readonly Json[], names: readonly string[]): readonly unknown[] => {
  const references = names.flatMap((name) => {
    const place = type.fields.get(name)?.place;
    return place?.kind === "field" && place.codec === "person" ? [place.reference] : [];
  });
  return raws.flatMap((raw) => ["System.ChangedBy", ...references].map((reference) => own(own(raw, "fields"), reference)));
};

/** Areas, iterations, people and types that items name, all at once. */
export const learnNamed = async (place: ItemPlace, raws: readonly Json[], names: readonly string[]): Promise<void> => {
  await place.people.meet(peopleNamed(place.type, raws, names));
  await place.nodes.learn(nodesNamed(place.type, raws, names));
  await learnTypes(place, raws, names);
};

/** In the normal form. What they name is learnt first. */
export const itemsOf = async (place: ItemPlace, raws: readonly Json[], names: readonly string[]): Promise<readonly Item[]> => {
  await learnNamed(place, raws, names);
  return raws.map((raw) => {
    noteFormats(place, raw);
    return itemOf(place, raw, names);
  });
};

/** Unknown names are a mistake of the mapping, told before anything is read. */
export const demandFields = (place: ItemPlace, names: readonly string[]): readonly string[] => {
  const wrong = names.filter((name) => name !== "name" && !place.type.fields.has(name));
  if (wrong.length > 0) throw new RemoteError(`${place.site.name}: ${place.type.name} has no field ${wrong.join(", ")}`, "name fields by their reference names: System.Title, Microsoft.VSTS.Common.Priority, Custom.Something");
  return names.filter((name) => place.type.fields.has(name));
};
