// Entities as they travel, in XML and in JSON: two envelopes and four forms of "empty" become one shape (alm-qc.md §3, §4).
// Nothing here trusts a shape or knows a field's meaning.

import { childNamed, childrenNamed, escapeXml, parseXml, type Tag } from "./xml.ts";
import { isObject, type Json, own, parseJson } from "../json.ts";

export { isObject, type Json, own } from "../json.ts";

export const objectsOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : []);

/** What came: a document, JSON, a page for people, or nothing. */
export type Body = { readonly kind: "xml"; readonly root: Tag } | { readonly kind: "json"; readonly value: unknown } | { readonly kind: "page"; readonly title: string } | { readonly kind: "none" };

const titleOf = (page: string): string => /<title[^>]*>([^<]*)</i.exec(page)?.[1]?.trim() ?? "";

/** By its first sign, not by its Content-Type: errors come in another form than was asked for (alm-qc.md §3). */
export const bodyOf = (text: string): Body => {
  const start = text.trimStart();
  if (start === "") return { kind: "none" };
  try {
    if (/^[[{]/.test(start)) return { kind: "json", value: parseJson(start) };
    if (start.startsWith("<") && !/^<(!doctype|html)/i.test(start)) return { kind: "xml", root: parseXml(start) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { kind: "page", title: titleOf(start) };
};

export interface Held {
  readonly value: string;
  /** The display text of a reference. */
  readonly label?: string;
}

/** A field that came empty has no values; a field that did not come is not in the map. */
export interface Entity {
  readonly type: string;
  readonly values: ReadonlyMap<string, readonly Held[]>;
}

const held = (value: unknown, label: unknown): readonly Held[] =>
  value === undefined || value === null || value === "" ? [] : [{ value: String(value), ...(typeof label === "string" && label !== "" ? { label } : {}) }];

const entityOfXml = (tag: Tag): Entity => ({
  type: tag.attributes["Type"] ?? "",
  values: new Map(childrenNamed(childNamed(tag, "Fields"), "Field").map((field) => [field.attributes["Name"] ?? "", childrenNamed(field, "Value").flatMap((value) => held(value.text, value.attributes["ReferenceValue"]))])),
});

const entityOfJson = (json: Json): Entity => ({
  type: String(own(json, "Type") ?? ""),
  values: new Map(objectsOf(own(json, "Fields")).map((field) => [String(own(field, "Name") ?? ""), objectsOf(own(field, "values")).flatMap((value) => held(own(value, "value"), own(value, "ReferenceValue")))])),
});

export interface Envelope {
  readonly entities: readonly Entity[];
  /** All that match, not all that came. */
  readonly total: number | undefined;
}

const count = (value: unknown): number | undefined => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 ? number : undefined;
};

/** A collection or one bare entity; undefined when the answer is neither. */
export const envelopeOf = (body: Body): Envelope | undefined => {
  if (body.kind === "xml") {
    const { root } = body;
    if (root.name === "Entity") return { entities: [entityOfXml(root)], total: 1 };
    return root.name === "Entities" ? { entities: childrenNamed(root, "Entity").map(entityOfXml), total: count(root.attributes["TotalResults"]) } : undefined;
  }
  if (body.kind !== "json") return undefined;
  const list = own(body.value, "entities");
  const total = count(own(body.value, "TotalResults"));
  // One of a list may stand there without it, none as null.
  if (Array.isArray(list) || isObject(list) || (list === null && total === 0)) return { entities: objectsOf(list).map(entityOfJson), total };
  return Array.isArray(own(body.value, "Fields")) ? { entities: objectsOf(body.value).map(entityOfJson), total: 1 } : undefined;
};

/** The entity inside a bulk entry. */
export const entityIn = (part: Tag | Json | undefined): Entity | undefined => {
  if (part === undefined) return undefined;
  if ("attributes" in part && "children" in part) return entityOfXml(part as Tag);
  return entityOfJson(part as Json);
};

/** The first value, as it stands; empty where there is none. */
export const textAt = (entity: Entity | undefined, name: string): string => entity?.values.get(name)?.[0]?.value ?? "";

// ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Field → its values as text; none: the field is emptied. The order counts (alm-qc.md §4.3). */
export type Values = ReadonlyMap<string, readonly string[]>;

export type Format = "xml" | "json";

const XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

/** Emptied by an empty text in both forms (alm-qc.md §4.3). */
const filled = (values: readonly string[]): readonly string[] => (values.length === 0 ? [""] : values);

const xmlOf = (type: string, values: Values): string =>
  `<Entity Type="${escapeXml(type)}"><Fields>${[...values].map(([name, list]) => `<Field Name="${escapeXml(name)}">${filled(list).map((value) => `<Value>${escapeXml(value)}</Value>`).join("")}</Field>`).join("")}</Fields></Entity>`;

const jsonOf = (type: string, values: Values): Json => ({ Type: type, Fields: [...values].map(([name, list]) => ({ Name: name, values: filled(list).map((value) => ({ value })) })) });

export interface Written {
  readonly contentType: string;
  readonly text: string;
}

/** One entity. */
export const writeEntity = (format: Format, type: string, values: Values): Written =>
  format === "json" ? { contentType: "application/json", text: JSON.stringify(jsonOf(type, values)) } : { contentType: "application/xml", text: `${XML_HEAD}${xmlOf(type, values)}` };

/** Several, always with the word that says so: without it the server takes nothing or something else (alm-qc.md §9). */
export const writeEntities = (format: Format, type: string, all: readonly Values[]): Written =>
  format === "json"
    ? { contentType: "application/json;type=collection", text: JSON.stringify({ entities: all.map((values) => jsonOf(type, values)) }) }
    : { contentType: "application/xml;type=collection", text: `${XML_HEAD}<Entities>${all.map((values) => xmlOf(type, values)).join("")}</Entities>` };
