// How the imitated server refuses: one class, and the three forms of an error body (sheet, section 10).

import { DECLARATION, element, escapeXml, leaf } from "./xml.ts";

export type Format = "xml" | "json" | "other";

export class QcError extends Error {
  readonly status: number;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, id: string, title: string, headers: Readonly<Record<string, string>> = {}) {
    super(title);
    this.status = status;
    this.id = `qccore.${id}`;
    this.headers = headers;
  }
}

export const notFound = (type: string, id: string): QcError => new QcError(404, "entity-not-found", `The ${type} with id ${id} does not exist.`);

export const noSuchPath = (path: string): QcError => new QcError(404, "general-error", `There is no resource at ${path}.`);

export const wrongMethod = (method: string): QcError => new QcError(405, "general-error", `The method ${method} is not allowed on this resource.`);

export const unknownField = (type: string, name: string): QcError => new QcError(400, "unknown-field-name", `The field ${name} does not exist on ${type}.`);

export const badValue = (label: string, why: string): QcError => new QcError(400, "invalid-value-type-for-field", `The value of the field '${label}' is not allowed: ${why}.`);

export const badParameter = (name: string, value: string): QcError => new QcError(404, "invalid-query-value", `The value '${value}' of the parameter ${name} is not allowed.`);

export const badBody = (why: string): QcError => new QcError(400, "general-error", `The body cannot be read: ${why}.`);

export const forbidden = (why: string): QcError => new QcError(403, "operation-forbidden", why);

/** A broken rule between entities: 500, and only the title says what is wrong. */
export const brokenRule = (title: string): QcError => new QcError(500, "general-error", title);

export const exceptionParts = (id: string, title: string): string => leaf("Id", id) + leaf("Title", title);

export const errorXml = (id: string, title: string): string => `${DECLARATION}${element("QCRestException", [], `${exceptionParts(id, title)}<ExceptionProperties/>`)}`;

export const errorJson = (id: string, title: string): unknown => ({ Id: id, Title: title, ExceptionProperties: null, StackTrace: null });

export const errorHtml = (status: number, title: string): string =>
  `<!DOCTYPE html><html><head><title>Error ${status}</title></head><body><h1>HTTP Status ${status}</h1><p>${escapeXml(title)}</p></body></html>`;
