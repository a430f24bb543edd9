// Entities as clients send them, in XML and JSON, one or many (sheet, sections 4, 8, 9).

import { badBody, QcError } from "./errors.ts";
import { type Body, isCollectionBody, type QcRequest, readBody } from "./wire.ts";
import { childrenOf, type Element } from "./xml.ts";

export interface Input {
  readonly type: string | null;
  readonly id: string | null;
  /** In the order in which they were sent; an empty list clears. */
  readonly fields: readonly (readonly [string, readonly string[]])[];
}

const filled = (values: readonly string[]): readonly string[] => values.filter((value) => value !== "");

const inputOf = (type: string | null, fields: readonly (readonly [string, readonly string[]])[]): Input => ({
  type,
  id: fields.find(([name]) => name === "id")?.[1][0] ?? null,
  fields: fields.filter(([name]) => name !== "id"),
});

const entityFromXml = (element: Element): Input => {
  if (element.name !== "Entity") throw badBody(`<Entity> is expected, not <${element.name}>`);
  const fields = childrenOf(element, "Fields").flatMap((one) => childrenOf(one, "Field")).map((field): readonly [string, readonly string[]] => {
    const name = field.attributes.Name ?? field.attributes.name;
    if (name === undefined) throw badBody("a <Field> has no Name");
    return [name, filled(childrenOf(field, "Value").map(({ text }) => text))];
  });
  return inputOf(element.attributes.Type ?? element.attributes.type ?? null, fields);
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") throw badBody("a value is no text");
  return String(value);
};

const valuesFromJson = (values: unknown): readonly string[] => {
  if (values === undefined || values === null) return [];
  if (!Array.isArray(values)) throw badBody("values is no list");
  return filled(values.map((entry: unknown) => (isObject(entry) ? textOf(entry.value) : textOf(entry))));
};

const entityFromJson = (value: unknown): Input => {
  if (!isObject(value) || !Array.isArray(value.Fields)) throw badBody("an object with Fields is expected");
  const fields = value.Fields.map((field: unknown): readonly [string, readonly string[]] => {
    if (!isObject(field) || typeof field.Name !== "string") throw badBody("a field has no Name");
    return [field.Name, valuesFromJson(field.values)];
  });
  return inputOf(typeof value.Type === "string" ? value.Type : null, fields);
};

const isMany = (body: Body): boolean => ("xml" in body ? body.xml.name === "Entities" : isObject(body.json) && Array.isArray(body.json.entities));

const listOf = (body: Body): readonly Input[] => {
  if ("xml" in body) return childrenOf(body.xml, "Entity").map(entityFromXml);
  return isObject(body.json) && Array.isArray(body.json.entities) ? body.json.entities.map(entityFromJson) : [];
};

export interface Inputs {
  readonly many: boolean;
  readonly entities: readonly Input[];
}

/** A collection without `;type=collection` is refused: 400 in XML, 500 in JSON. */
export const readInputs = (request: QcRequest): Inputs => {
  if (request.body.length === 0) throw badBody("it is empty");
  const body = readBody(request);
  const many = isMany(body);
  if (many && !isCollectionBody(request)) throw "xml" in body ? badBody("a collection needs the type collection") : new QcError(500, "general-error", "Unexpected content in the body.");
  if (!many && isCollectionBody(request)) throw badBody("a collection is expected");
  if (many) return { many, entities: listOf(body) };
  return { many, entities: ["xml" in body ? entityFromXml(body.xml) : entityFromJson(body.json)] };
};

/** For one entity by its id; some clients wrap it in a collection of one. */
export const readOne = (request: QcRequest): Input => {
  const { entities } = readInputs(request);
  const [only] = entities;
  if (!only || entities.length !== 1) throw badBody("exactly one entity is expected");
  return only;
};
