// The work item types of a project with their fields: asked for once, put together from the type's own list, the
// collection's definitions and the kinds of links (azure-devops.md §9, §10). Also the three types that are nodes.

import { ConfigError } from "../../core/errors.ts";
import type { TypeSchema } from "../../core/types.ts";
import { schemaOf } from "../schemaOf.ts";
import { atBirth, type Codec, CREATED_BY, type FieldContext, type FieldDef, hyperlinkField, ITERATION, iterationField, linkField, locked, nodeField, plainField, readOnly, tagsField } from "./fields.ts";
import { type Levels, levelsOf, RELEASE } from "./levels.ts";
import { Nodes } from "./nodes.ts";
import { NODE_TYPES, type NodeType } from "./nodeTypes.ts";
import type { People } from "./people.ts";
import { type Project, remembered, type Site } from "./session.ts";
import { type Json, listAt, objectsAt, own, sameWord, segment, textAt, textOf } from "./wire.ts";

export interface TypeDef {
  readonly schema: TypeSchema;
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldDef>;
  /** State → states one step away; "" leads to those an item may begin in. */
  readonly steps: ReadonlyMap<string, readonly string[]>;
  /** Reference name of the field that carries the intent's uuid, where this type has it. */
  readonly intentField?: string;
}

export interface Place {
  readonly site: Site;
  readonly project: Project;
  /** As the caller named it. */
  readonly named: string;
  readonly nodes: Nodes;
  readonly levels: Levels;
  readonly people: People;
  /** Item → its fields that hold Markdown, as last read (§9.4). */
  readonly formats: Map<string, ReadonlySet<string>>;
  /** Item → its type, "" for one that cannot be seen. */
  readonly itemTypes: Map<string, string>;
}

export interface ItemPlace extends Place {
  readonly type: TypeDef;
}

/** Inner workings, doubles of other fields, and what has a door of its own. */
const HIDDEN = /^System\.(Watermark|PersonId|AuthorizedAs|AuthorizedDate|RevisedDate|AreaId|IterationId|NodeName|NodeType|AreaLevel\d|IterationLevel\d|History|Parent|Rev|CommentCount|\w+LinkCount|AttachedFileCount|TeamProject|AttachedFiles|LinkedFiles|BISLinks|InAdminMaintenance\w*|IsDeleted)$/;
/** What rules and history write, whatever the definition says (§9.1). */
const READ_ONLY = /^(System\.(Id|WorkItemType|CreatedBy|CreatedDate|ChangedBy|ChangedDate|BoardColumn|BoardColumnDone|BoardLane)|Microsoft\.VSTS\.Common\.StateChangeDate)$/;
/** §9.1: XML inside a field of rich text: carried as it is. */
const XML = ["Microsoft.VSTS.TCM.Steps", "Microsoft.VSTS.TCM.Parameters", "Microsoft.VSTS.TCM.LocalDataSource"];
/** §15: test artefacts cannot be deleted by this interface. */
const UNDELETABLE = /^Microsoft\.VSTS\.WorkItemTypes\.(Test|SharedStep|SharedParameter)/;

/** §8.2. Without a mark an item in another's name could not be told from one that this person made. */
const isNameable = ({ options }: Site, listed: readonly Json[]): boolean => options.unsafeBypassRules && (options.intentLink || listed.some((field) => options.intentField !== undefined && sameWord(textAt(field, "referenceName"), options.intentField)));

const UNLOCK = "options.unsafeBypassRules of the data source lets it say in whose name a new item is made";

const CODECS: Readonly<Record<string, Codec>> = { string: "string", html: "html", plaintext: "plain", integer: "number", double: "number", datetime: "dateTime", boolean: "boolean", guid: "string", identity: "person", picklistinteger: "choice", picklistdouble: "choice", picklistdecimal: "choice", pickliststring: "choice", treepath: "node" };
const KINDS: Readonly<Record<Exclude<Codec, "node" | "tags">, "string" | "text" | "number" | "boolean" | "dateTime" | "date" | "choice" | "person">> = { string: "string", html: "text", plain: "text", xml: "string", number: "number", boolean: "boolean", dateTime: "dateTime", day: "date", choice: "choice", person: "person" };

const allowed = (field: Json): readonly string[] => listAt(field, "allowedValues").flatMap((value) => textOf(value) ?? []);

const codecOf = (site: Site, reference: string, definition: Json, field: Json): Codec => {
  const type = textAt(definition, "type").toLowerCase();
  if (XML.includes(reference)) return "xml";
  if (own(definition, "isIdentity") === true) return "person";
  if (type === "datetime" && site.options.dayFields.some((name) => sameWord(name, reference))) return "day";
  const codec = CODECS[type] ?? "string";
  // A list of allowed values makes a choice of it, whatever its type (priorities are numbers).
  return (codec === "string" || codec === "number") && type !== "guid" && allowed(field).length > 0 ? "choice" : codec;
};

const fieldOf = (site: Site, context: FieldContext, definition: Json, field: Json, states: readonly string[]): FieldDef => {
  const reference = textAt(field, "referenceName");
  const label = textAt(field, "name") || textAt(definition, "name") || reference;
  if (reference === "System.Tags") return tagsField(reference, label);
  const codec = codecOf(site, reference, definition, field);
  if (codec === "node") return nodeField(context, reference, label, reference === "System.AreaPath" ? "areas" : "iterations");
  const type = textAt(definition, "type").toLowerCase();
  const isState = reference === "System.State";
  const names = isState && states.length > 0 ? states : allowed(field);
  const kind = isState ? "choice" : KINDS[codec === "tags" ? "string" : codec];
  const schema = schemaOf(reference, label, kind, {
    required: reference === "System.Title" || (own(field, "alwaysRequired") === true && textOf(own(field, "defaultValue")) === undefined && !isState && reference !== "System.Reason"),
    ...(codec === "string" && !isState ? { maxLength: 255 } : {}),
    ...(kind === "choice" ? { choices: names.map((name) => ({ id: name, name })) } : {}),
  });
  // Which reasons there are depends on the step a state takes (§8.3): the list is of all of them, or of none.
  const open = own(definition, "isPicklistSuggested") === true || names.length === 0 || reference === "System.Reason";
  return plainField(context, schema, { codec: isState ? "choice" : codec, whole: /integer/.test(type), open });
};

const systemLink = (rel: string, name: string, topology: string): Json => ({ referenceName: `System.LinkTypes.${rel}`, name, attributes: { usage: "workItemLink", topology } });

/** The kinds of links that every organisation has (§10), for a server that does not list its own. */
const SYSTEM_LINKS: readonly Json[] = [
  systemLink("Hierarchy-Forward", "Child", "tree"),
  systemLink("Hierarchy-Reverse", "Parent", "tree"),
  systemLink("Related", "Related", "network"),
  systemLink("Dependency-Forward", "Successor", "dependency"),
  systemLink("Dependency-Reverse", "Predecessor", "dependency"),
  systemLink("Duplicate-Forward", "Duplicate", "tree"),
  systemLink("Duplicate-Reverse", "Duplicate Of", "tree"),
];

/** Kinds of links that people may make between items of one organisation, one field for each end. */
const linkFields = (context: FieldContext, relationTypes: readonly Json[], types: readonly string[]): readonly FieldDef[] =>
  relationTypes.flatMap((raw) => {
    const attributes = own(raw, "attributes");
    const [rel, label] = [textAt(raw, "referenceName"), textAt(raw, "name")];
    if (textAt(attributes, "usage") !== "workItemLink" || own(attributes, "enabled") === false || own(attributes, "remote") === true) return [];
    const isTree = textAt(attributes, "topology").toLowerCase() === "tree" || own(attributes, "singleTarget") === true;
    // What it says of editing is about the kind, not about links of it.
    return [linkField(rel, label || rel, isTree && /-reverse$/i.test(rel), types, context.itemTypes)];
  });

const stepsOf = (raw: Json): ReadonlyMap<string, readonly string[]> => {
  const transitions = own(raw, "transitions");
  return new Map(typeof transitions === "object" && transitions !== null ? Object.entries(transitions).map(([from, to]) => [from, (Array.isArray(to) ? to : []).flatMap((one) => textOf(own(one, "to")) ?? [])]) : []);
};

interface Known {
  readonly project: Project;
  readonly types: readonly Json[];
  readonly definitions: ReadonlyMap<string, Json>;
  readonly relationTypes: readonly Json[];
  readonly context: FieldContext;
  readonly people: People;
}

const intentFieldOf = (site: Site, known: Known, fields: ReadonlyMap<string, FieldDef>): string | undefined => {
  const wanted = site.options.intentField;
  if (wanted === undefined) return undefined;
  const definition = known.definitions.get(wanted.toLowerCase());
  if (definition === undefined) throw new ConfigError([{ path: `dataSources.${site.name}.options.intentField`, message: `there is no field ${wanted}`, advice: "make a text field for the work item types that are synchronized, and write its reference name; or leave the option out" }]);
  return [...fields.keys()].find((name) => sameWord(name, wanted));
};

/** With their allowed values where the type has an address for them; the type itself tells its fields too (§9.2). */
const fieldsListed = async (site: Site, known: Known, raw: Json): Promise<readonly Json[]> => {
  const ask = { method: "GET", path: `/${segment(known.project.id)}/_apis/wit/workitemtypes/${segment(textAt(raw, "name"))}/fields`, query: { $expand: "all" }, version: site.api } as const;
  const reply = await site.client.ask(ask);
  const told = objectsAt(raw, "fields");
  if ((reply.status === 404 || reply.status === 405) && told.length > 0) return told;
  if (reply.status >= 300) throw site.client.failure(ask, reply);
  return site.client.demandList(ask, reply.body, "value");
};

const readType = async (site: Site, known: Known, raw: Json): Promise<TypeDef> => {
  const name = textAt(raw, "name");
  const listed = await fieldsListed(site, known, raw);
  const states = objectsAt(raw, "states").map((state) => textAt(state, "name"));
  const wanted = listed.filter((field) => !HIDDEN.test(textAt(field, "referenceName")));
  const plain = wanted.map((field): FieldDef => {
    const reference = textAt(field, "referenceName");
    const definition = known.definitions.get(reference.toLowerCase()) ?? {};
    if (own(definition, "isIdentity") === true) for (const person of objectsAt(field, "allowedValues")) known.people.learn(person);
    const def = fieldOf(site, known.context, definition, field, states);
    const isOurs = site.options.intentField !== undefined && sameWord(reference, site.options.intentField);
    if (reference === CREATED_BY && def.place.kind === "field" && def.place.codec === "person") return isNameable(site, listed) ? atBirth(def) : locked(readOnly(def), UNLOCK);
    return READ_ONLY.test(reference) || own(definition, "readOnly") === true || isOurs ? readOnly(def) : def;
  });
  const links = linkFields(known.context, known.relationTypes, known.types.filter((type) => own(type, "isDisabled") !== true).map((type) => textAt(type, "name")));
  const hasParts = known.context.levels.releases > 0 && plain.some((field) => field.schema.name === ITERATION);
  const all = [...plain, ...(hasParts ? [iterationField(known.context, "release"), iterationField(known.context, "sprint")] : []), ...links, hyperlinkField()];
  const fields = new Map(all.map((field) => [field.schema.name, field]));
  const intentField = intentFieldOf(site, known, fields);
  return {
    name,
    schema: { name, label: name, fields: all.map((field) => field.schema), nameField: "System.Title", ...(fields.has("System.State") ? { statusField: "System.State" } : {}), canCreate: own(raw, "isDisabled") !== true, canDelete: !UNDELETABLE.test(textAt(raw, "referenceName")) },
    fields,
    steps: stepsOf(raw),
    ...(intentField === undefined ? {} : { intentField }),
  };
};

export interface Types {
  of(project: string): Promise<readonly TypeSchema[]>;
  /** A work item type with its place. Throws ConfigError for one the project does not have. */
  one(project: string, type: string): Promise<ItemPlace | (Place & { readonly nodeType: NodeType })>;
  place(project: string): Promise<Place>;
  /** What was learnt of items and of the trees; types stay. */
  forgetItems(): void;
}

const BUSY = 3;

export const createTypes = (open: () => Promise<Site>, people: People): Types => {
  const relationTypes = remembered(async () => {
    const site = await open();
    const ask = { method: "GET", path: "/_apis/wit/workitemrelationtypes", version: site.api } as const;
    const reply = await site.client.ask(ask);
    if (reply.status === 404) return SYSTEM_LINKS;
    if (reply.status >= 300) throw site.client.failure(ask, reply);
    return site.client.demandList(ask, reply.body, "value");
  });
  const places: Place[] = [];
  const place = remembered(async (named): Promise<Place> => {
    const site = await open();
    const project = await site.project(named);
    const made: Place = { site, project, named, nodes: new Nodes(site, project), levels: levelsOf(site.options, [project.name, project.id]), people, formats: new Map(), itemTypes: new Map() };
    places.push(made);
    return made;
  });
  const known = remembered(async (named): Promise<Known> => {
    const { site, project, nodes, levels, itemTypes } = await place(named);
    const ask = (what: string): Promise<readonly Json[]> => site.client.list({ method: "GET", path: `/${segment(project.id)}/_apis/wit/${what}`, version: site.api });
    const [types, definitions, relations] = await Promise.all([ask("workitemtypes"), ask("fields"), relationTypes("")]);
    const context: FieldContext = { nodes, people, zone: site.options.zone, levels, itemTypes };
    return { project, types, definitions: new Map(definitions.map((field) => [textAt(field, "referenceName").toLowerCase(), field])), relationTypes: relations, context, people };
  });
  const defs = new Map<string, Promise<TypeDef>>();
  const def = async (named: string, type: string): Promise<TypeDef> => {
    const found = await known(named);
    const raw = found.types.find((one) => textAt(one, "name") === type) ?? found.types.find((one) => sameWord(textAt(one, "name"), type));
    const { site } = await place(named);
    if (raw === undefined) throw new ConfigError([{ path: `dataSources.${site.name}`, message: `project ${named} has no work item type ${type}`, advice: `it has ${[...found.types.map((one) => textAt(one, "name")), ...NODE_TYPES.map((one) => one.name)].join(", ")}` }]);
    const key = JSON.stringify([named, textAt(raw, "name")]);
    const reading = defs.get(key) ?? readType(site, found, raw);
    defs.set(key, reading);
    reading.catch(() => defs.delete(key));
    return reading;
  };
  const nodeTypes = ({ levels }: Place): readonly NodeType[] => NODE_TYPES.filter((type) => type.name !== RELEASE || levels.releases > 0);
  return {
    place,
    of: async (named) => {
      const found = await known(named);
      const names = found.types.map((type) => textAt(type, "name"));
      const all: TypeSchema[] = [];
      for (let at = 0; at < names.length; at += BUSY) all.push(...(await Promise.all(names.slice(at, at + BUSY).map(async (name) => (await def(named, name)).schema))));
      return [...all, ...nodeTypes(await place(named)).map((type) => type.schema)];
    },
    one: async (named, type) => {
      const where = await place(named);
      const nodeType = nodeTypes(where).find((one) => one.name === type);
      return nodeType === undefined ? { ...where, type: await def(named, type) } : { ...where, nodeType };
    },
    forgetItems: () => {
      for (const { nodes, formats, itemTypes } of places) {
        nodes.forget();
        formats.clear();
        itemTypes.clear();
      }
    },
  };
};
