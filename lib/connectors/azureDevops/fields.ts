// What a field of a work item is: how it is shown in the schema, read from an item, and written (azure-devops.md §9.1, §10,
// §11). The list of a type's fields is put together in types.ts. Makes no call: nodes and people are known before.

import { cutText } from "../../core/text/cut.ts";
import { fromPlain, plainText } from "../../core/text/normal.ts";
import { asList, type FieldSchema, isChoice, isItemRef, isPerson, type ItemRef, type Single, type Value } from "../../core/types.ts";
import { schemaOf } from "../schemaOf.ts";
import { dayIn, startOfDay } from "./days.ts";
import { AREA, type Levels, nodeTypeAt, nodeTypeOf, RELEASE, releasePath, SPRINT } from "./levels.ts";
import type { Group, Node, Nodes } from "./nodes.ts";
import type { People } from "./people.ts";
import { fittingText, MOST_TEXT, readText, type TextForm } from "./texts.ts";
import { instantOf, isGuid, isItemId, type Json, lastSegment, numberOf, objectsAt, own, sameWord, textAt, textOf } from "./wire.ts";

/** A value as Azure DevOps takes it, or why it cannot be given. Of links: the ids or addresses at the other end. */
export type Encoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

export type Place =
  | { readonly kind: "field"; readonly reference: string; readonly codec: Codec }
  | { readonly kind: "link"; readonly rel: string; readonly single: boolean }
  /** A part of the iteration: several fields of ours, one of theirs. */
  | { readonly kind: "iteration"; readonly part: "release" | "sprint" };

export type Codec = "string" | "html" | "plain" | "xml" | "number" | "boolean" | "dateTime" | "day" | "choice" | "person" | "node" | "tags";

export interface FieldDef {
  readonly schema: FieldSchema;
  readonly place: Place;
  readonly read: (item: Json) => Value;
  readonly encode: (value: Value, form?: TextForm) => Encoded;
}

const good = (value: unknown): Encoded => ({ ok: true, value });
const bad = (reason: string): Encoded => ({ ok: false, reason });

export interface FieldContext {
  readonly nodes: Nodes;
  readonly people: People;
  readonly zone: string;
  readonly levels: Levels;
  /** Types of items as far as they were seen; a link does not tell them. */
  readonly itemTypes: ReadonlyMap<string, string>;
}

const fieldAt = (item: Json, reference: string): unknown => own(own(item, "fields"), reference);

export const formOf = (item: Json, reference: string): TextForm => (sameWord(textAt(own(item, "multilineFieldsFormat"), reference), "markdown") ? "markdown" : "html");

const line = (value: Value): string => (isChoice(value) ? value.choice : String(value)).replace(/\s*[\r\n]+\s*/g, " ");

const encodeNumber = (value: Value, whole: boolean, label: string): Encoded => {
  if (typeof value !== "number" || !Number.isFinite(value)) return bad(`"${String(value)}" is no number`);
  return whole && !Number.isInteger(value) ? bad(`${label} takes whole numbers only, not ${value}`) : good(value);
};

const encodePerson = (context: FieldContext, value: Value): Encoded => {
  if (!isPerson(value)) return bad("names nobody");
  const known = context.people.byId(value.person);
  const login = known?.login ?? value.login;
  // §13: a shown name may be two people's; an id is nobody else's.
  if (isGuid(value.person)) return good({ id: value.person, ...(login === undefined ? {} : { uniqueName: login }) });
  return value.person === "" ? bad("names nobody") : good(value.person);
};

/** Without its empty value: a field is emptied by an empty text, whatever it holds (§8). */
const oneField = (context: FieldContext, schema: FieldSchema, codec: Codec, whole: boolean) => (value: Value, form?: TextForm): Encoded => {
  switch (codec) {
    case "html":
      return good(fittingText(String(value), form));
    case "plain":
      return good(plainText(cutText(String(value), MOST_TEXT, (text) => plainText(text).length)));
    case "xml":
      return String(value).length > MOST_TEXT ? bad(`the text has ${String(value).length} characters; Azure DevOps takes ${MOST_TEXT}`) : good(String(value));
    case "number":
      return encodeNumber(value, whole, schema.label);
    case "boolean":
      return good(value === true);
    case "dateTime":
      return instantOf(value) === undefined ? bad(`"${String(value)}" is no point in time`) : good(instantOf(value));
    case "day":
      return typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && instantOf(value) !== undefined ? good(startOfDay(context.zone, value)) : bad(`"${String(value)}" is no date`);
    case "person":
      return encodePerson(context, value);
    default:
      return good(line(value));
  }
};

/** A field whose value is one of a list of names; `open`: others may be written too. */
const encodeChoice = (schema: FieldSchema, open: boolean, numeric: boolean, value: Value): Encoded => {
  const wanted = isChoice(value) ? value.choice : String(value);
  const list = schema.choices ?? [];
  const found = list.find((entry) => entry.name === wanted) ?? list.find((entry) => sameWord(entry.name, wanted));
  if (found === undefined && !open) return bad(`${schema.label} has no value "${wanted}"`);
  const name = found?.name ?? wanted;
  return good(numeric ? (numberOf(name) ?? name) : name);
};

const readOne = (context: FieldContext, codec: Codec, raw: unknown, form: TextForm): Single | null => {
  if (raw === undefined || raw === null || raw === "") return null;
  switch (codec) {
    case "html":
      return readText(String(raw), form) || null;
    case "plain":
      return fromPlain(String(raw)) || null;
    case "number":
      return numberOf(raw) ?? null;
    case "boolean":
      return raw === true || raw === "true" || raw === 1;
    case "dateTime":
      return instantOf(raw) ?? null;
    case "day":
      return instantOf(raw) === undefined ? null : dayIn(context.zone, String(raw));
    case "choice":
      return { choice: String(raw), id: String(raw) };
    case "person":
      return context.people.learn(raw) ?? null;
    default:
      return textOf(raw) ?? null;
  }
};

export interface FieldMore {
  readonly codec: Codec;
  /** Integers only, and choices of them. */
  readonly whole?: boolean;
  readonly open?: boolean;
}

/** A field of one value that is kept under its reference name. */
export const plainField = (context: FieldContext, schema: FieldSchema, { codec, whole = false, open = false }: FieldMore): FieldDef => {
  const reference = schema.name;
  const encode = oneField(context, schema, codec, whole);
  return {
    schema: codec === "number" && whole ? { ...schema, whole: true } : schema,
    place: { kind: "field", reference, codec },
    // A plain reading leaves out the id among the fields (§6).
    read: (item) => readOne(context, codec, fieldAt(item, reference) ?? (reference === "System.Id" ? own(item, "id") : undefined), formOf(item, reference)),
    encode: (value, form) => {
      // There is no empty yes or no.
      if (value === null && codec === "boolean") return good(false);
      if (value === null || value === "") return schema.required && !schema.multiple ? bad(`${schema.label} cannot be empty`) : good("");
      return codec === "choice" ? encodeChoice(schema, open, whole, value) : encode(value, form);
    },
  };
};

// ── tags ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const MOST_TAGS = 100;

const tagsOf = (raw: unknown): readonly string[] => (typeof raw === "string" ? raw.split(";").map((tag) => tag.trim()).filter((tag) => tag !== "") : []);

export const tagsField = (reference: string, label: string): FieldDef => ({
  schema: schemaOf(reference, label, "string", { multiple: true }),
  place: { kind: "field", reference, codec: "tags" },
  // In one order, whatever the server's is (§11).
  read: (item) => tagsOf(fieldAt(item, reference)).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  encode: (value) => {
    const tags = asList(value).map((tag) => line(tag).trim()).filter((tag) => tag !== "");
    const wrong = tags.find((tag) => /[,;]/.test(tag));
    if (wrong !== undefined) return bad(`a tag cannot hold a comma or semicolon: "${wrong}"`);
    const once = tags.filter((tag, index) => tags.findIndex((other) => sameWord(other, tag)) === index);
    return once.length > MOST_TAGS ? bad(`${once.length} tags; an item takes ${MOST_TAGS}`) : good(once.join("; "));
  },
});

// ── areas and iterations ──────────────────────────────────────────────────────────────────────────────────────────

/** A node that cannot be seen in the tree is no empty value: nobody's partner, but something. */
const unknownNode = (path: string): ItemRef => ({ ref: `path:${path}`, name: path.split("\\").at(-1) ?? path });

export const nodeRef = (group: Group, node: Node, levels: Levels): ItemRef => ({ ref: node.id, type: nodeTypeOf(group, node, levels), name: node.name });

/** The project itself is the node of everything that was put nowhere: it counts as empty. */
export const nodeField = (context: FieldContext, reference: string, label: string, group: Group): FieldDef => {
  const { nodes, levels } = context;
  const refersTo = group === "areas" ? [AREA] : levels.releases === 0 ? [SPRINT] : [SPRINT, RELEASE];
  return {
    schema: schemaOf(reference, label, "reference", { refersTo }),
    place: { kind: "field", reference, codec: "node" },
    read: (item) => {
      const path = textOf(fieldAt(item, reference));
      if (path === undefined) return null;
      const node = nodes.byPath(group, path);
      if (node === undefined) return unknownNode(path);
      return node.level === 0 ? null : nodeRef(group, node, levels);
    },
    encode: (value) => {
      if (value === null) {
        const root = nodes.root(group);
        return root === undefined ? bad("the project's tree cannot be read") : good(root.path);
      }
      const node = isItemRef(value) ? nodes.byId(group, value.ref) : undefined;
      return node === undefined ? bad(`there is no ${group === "areas" ? "area" : "iteration"} ${isItemRef(value) ? (value.name ?? value.ref) : String(value)}`) : good(node.path);
    },
  };
};

export const ITERATION = "System.IterationPath";

/** The release or the sprint an iteration lies in, for systems that keep the two apart. */
export const iterationField = (context: FieldContext, part: "release" | "sprint"): FieldDef => {
  const { nodes, levels } = context;
  return {
    schema: schemaOf(part, part === "release" ? "Release (of the iteration path)" : "Sprint (of the iteration path)", "reference", { refersTo: [part] }),
    place: { kind: "iteration", part },
    read: (item) => {
      const whole = textOf(fieldAt(item, ITERATION)) ?? "";
      const isNowhere = !whole.includes("\\");
      const path = part === "release" ? releasePath(whole, levels) : isNowhere || nodeTypeAt("iterations", whole, levels) === RELEASE ? undefined : whole;
      if (path === undefined) return null;
      const node = nodes.byPath("iterations", path);
      return node === undefined ? unknownNode(path) : nodeRef("iterations", node, levels);
    },
    encode: (value) => {
      if (value === null) return good(null);
      const node = isItemRef(value) ? nodes.byId("iterations", value.ref) : undefined;
      return node === undefined ? bad(`there is no ${part} ${isItemRef(value) ? (value.name ?? value.ref) : String(value)}`) : good(node);
    },
  };
};

const below = (path: string, above: string): boolean => path.toLowerCase() === above.toLowerCase() || path.toLowerCase().startsWith(`${above.toLowerCase()}\\`);

/**
 * The iteration that a release and a sprint together mean; undefined: it stays as it is. A sprint lies in its release, so it
 * decides; a release alone keeps a sprint that lies in it.
 */
export const iterationFor = (nodes: Nodes, wished: { readonly release?: Node | null; readonly sprint?: Node | null }, before: { readonly release?: Value; readonly sprint?: Value }): string | undefined => {
  const nodeOfValue = (value: Value | undefined): Node | undefined => (isItemRef(value) ? nodes.byId("iterations", value.ref) : undefined);
  const root = nodes.root("iterations")?.path;
  if (wished.sprint !== undefined && wished.sprint !== null) return wished.sprint.path;
  const held = wished.sprint === null ? undefined : nodeOfValue(before.sprint);
  if (wished.release === null) return root;
  if (wished.release !== undefined) return held !== undefined && below(held.path, wished.release.path) ? undefined : wished.release.path;
  return nodeOfValue(before.release)?.path ?? root;
};

// ── links ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const HYPERLINK = "Hyperlink";

/** Our own mark on an item is no link of anybody's. */
export const MARK = "https://tandem.invalid/intent/";

export const relationsOf = (item: Json): readonly Json[] => objectsAt(item, "relations");

/** The other end of a relation as the values of a field name it. */
export const endOf = (relation: Json): string => (textAt(relation, "rel") === HYPERLINK ? textAt(relation, "url") : lastSegment(textAt(relation, "url")));

const endsOf = (item: Json, rel: string): readonly string[] => relationsOf(item).filter((relation) => textAt(relation, "rel") === rel && !textAt(relation, "url").startsWith(MARK)).map(endOf);

/** A kind of link between work items, as seen from one end (§10). `single`: at most one at a time, a parent. */
export const linkField = (rel: string, label: string, single: boolean, refersTo: readonly string[], itemTypes: ReadonlyMap<string, string>): FieldDef => ({
  schema: schemaOf(rel, label, "reference", { multiple: !single, refersTo }),
  place: { kind: "link", rel, single },
  read: (item) => {
    const refs = endsOf(item, rel).map((ref): ItemRef => ({ ref, ...((itemTypes.get(ref) ?? "") === "" ? {} : { type: itemTypes.get(ref) ?? "" }) }));
    return single ? (refs[0] ?? null) : refs;
  },
  encode: (value) => {
    const ids = asList(value).map((ref) => (isItemRef(ref) ? ref.ref : String(ref)));
    const wrong = ids.find((id) => !isItemId(id));
    if (wrong !== undefined) return bad(`"${wrong}" is no id of a work item`);
    return single && ids.length > 1 ? bad(`${label} takes one item`) : good([...new Set(ids)]);
  },
});

export const hyperlinkField = (): FieldDef => ({
  schema: schemaOf(HYPERLINK, "Hyperlinks", "string", { multiple: true }),
  place: { kind: "link", rel: HYPERLINK, single: false },
  read: (item) => endsOf(item, HYPERLINK),
  encode: (value) => {
    const urls = asList(value).map((url) => line(url).trim());
    const wrong = urls.find((url) => !/^https?:\/\/\S+$/i.test(url));
    return wrong === undefined ? good([...new Set(urls)]) : bad(`"${wrong}" is no address`);
  },
});

/** A field that only Azure DevOps writes. */
export const readOnly = (field: FieldDef): FieldDef => ({
  ...field,
  schema: { ...field.schema, onCreate: false, onUpdate: false, required: false },
  encode: () => bad(`${field.schema.label} can only be read`),
});

/** §8.2: who made an item. The rules write it; only who bypasses all of them may say it. */
export const CREATED_BY = "System.CreatedBy";

/** A field that is said once, of a new item. */
export const atBirth = (field: FieldDef): FieldDef => ({ ...field, schema: { ...field.schema, onCreate: true, onUpdate: false, required: false, atBirth: true } });

export const locked = (field: FieldDef, unlock: string): FieldDef => ({ ...field, schema: { ...field.schema, unlock } });
