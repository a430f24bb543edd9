// A request as the vendor reads it, and answers in the vendor's forms: JSON or XML, headers, pages that are no API answer (sheet §1, §2.2).

import { parseJson } from "../foreignJson.ts";
import type { SandboxReply, SandboxRequest } from "../imitation.ts";
import { badRequest, errorBody, SnowError } from "./model.ts";
import type { ServiceNowOptions } from "./options.ts";

export interface Call {
  readonly method: string;
  /** Decoded, after "api/now" and the version. */
  readonly segments: readonly string[];
  /** "", "v1", "v2" …, as asked. */
  readonly version: string;
  readonly path: string;
  readonly params: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly form: "json" | "xml";
  /** "https://host" */
  readonly base: string;
  /** "/api/now" with the version that was asked for. */
  readonly api: string;
}

export type Reply = SandboxReply;

const baseOf = (headers: Call["headers"], options: ServiceNowOptions): string => {
  if (options.publicUrl !== "") return options.publicUrl.replace(/\/+$/, "");
  const scheme = (headers["x-forwarded-proto"] ?? "http").split(",")[0]?.trim() ?? "http";
  return `${scheme}://${headers["x-forwarded-host"] ?? headers.host ?? "localhost"}`;
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest("Requested URI does not represent any resource");
  }
};

const OVERRIDES: ReadonlySet<string> = new Set(["PUT", "PATCH", "DELETE"]);

const methodOf = (request: SandboxRequest): string => {
  const override = (request.headers["x-http-method-override"] ?? "").toUpperCase();
  return request.method === "POST" && OVERRIDES.has(override) ? override : request.method;
};

export const formOf = (headers: Call["headers"], options: ServiceNowOptions, strict: boolean): Call["form"] => {
  const accept = headers.accept ?? "";
  if (accept === "" && options.missingAccept === "refuse" && strict) throw badRequest("Accept header is missing");
  const kinds = accept.split(",").map((kind) => kind.split(";")[0]?.trim().toLowerCase() ?? "");
  const found = kinds.map((kind) => (/^(application|text)\/xml$/.test(kind) ? "xml" : /^(\*\/\*|application\/\*|application\/json)$/.test(kind) || kind === "" ? "json" : null)).find((kind) => kind !== null);
  if (found !== undefined) return found;
  if (strict) throw new SnowError(406, "Not acceptable", `Media type ${accept} is not supported`);
  return "json";
};

/** Attachments give their bytes whatever Accept says. */
const givesBytes = (path: string): boolean => /\/attachment\/[^/]+\/file\/?$/.test(path);

export const readCall = (request: SandboxRequest, options: ServiceNowOptions): Call => {
  const [, , ...rest] = request.path.split("/").filter((segment, at) => segment !== "" || at === 0);
  const [first = "", ...others] = rest[0] === "now" ? rest.slice(1) : rest;
  const version = /^v\d+$/.test(first) ? first : "";
  const segments = (version === "" ? [first, ...others] : others).map(decoded);
  return {
    method: methodOf(request),
    segments: segments.filter((segment) => segment !== ""),
    version,
    path: request.path,
    params: request.query,
    headers: request.headers,
    body: request.body,
    form: formOf(request.headers, options, !givesBytes(request.path)),
    base: baseOf(request.headers, options),
    api: version === "" ? "/api/now" : `/api/now/${version}`,
  };
};

export const baseOfRequest = (request: SandboxRequest, options: ServiceNowOptions): string => baseOf(request.headers, options);

export const isTrue = (call: Call, name: string): boolean => call.params.get(name)?.toLowerCase() === "true";

export const listParam = (call: Call, name: string): readonly string[] => (call.params.get(name) ?? "").split(",").map((word) => word.trim()).filter((word) => word !== "");

/** A whole number that is not negative; anything else is as if not given. */
export const countParam = (call: Call, name: string, otherwise: number): number => {
  const text = (call.params.get(name) ?? "").trim();
  return /^\d+$/.test(text) ? Number(text) : otherwise;
};

const unescapeXml = (text: string): string =>
  text
    .replace(/<!\[CDATA\[([^]*?)\]\]>/g, (_whole, inner: string) => inner.replace(/&/g, "&amp;"))
    .replace(/&#x([0-9a-f]+);/gi, (_whole, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, "&");

/** <request><entry><field>value</field></entry></request> */
const readXml = (text: string): Record<string, unknown> => {
  const inner = /<entry>([^]*)<\/entry>/.exec(text)?.[1] ?? /<request>([^]*)<\/request>/.exec(text)?.[1];
  if (inner === undefined) throw badRequest("Exception while reading request", "The payload is not valid XML.");
  return Object.fromEntries([...inner.matchAll(/<([A-Za-z_][\w.-]*)\s*(?:\/>|>([^]*?)<\/\1>)/g)].map((found) => [found[1] ?? "", unescapeXml(found[2] ?? "")]));
};

export const readJson = (text: string): unknown => {
  try {
    return parseJson(text);
  } catch (error) {
    throw badRequest("Exception while reading request", `The payload is not valid JSON. ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** One flat object. Several records in one body are refused. */
export const readBody = (call: Call): Readonly<Record<string, unknown>> => {
  const text = call.body.toString("utf8");
  if (text.trim() === "") return {};
  const type = (call.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/xml" || type === "text/xml") return readXml(text);
  if (type === "") throw badRequest("Content-Type header is missing");
  if (type !== "application/json" && !/^application\/[\w.]+\+json$/.test(type)) throw new SnowError(415, "Unsupported Media Type", `Content-Type ${type} is not supported`);
  const body = readJson(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw badRequest("Exception while reading request", "The payload must be one JSON object.");
  return body as Readonly<Record<string, unknown>>;
};

const escapeXml = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const xmlOf = (name: string, value: unknown): string => {
  if (Array.isArray(value)) return value.map((one) => xmlOf(name, one)).join("");
  if (value === null || value === undefined || value === "") return `<${name}/>`;
  if (typeof value !== "object") return `<${name}>${escapeXml(String(value))}</${name}>`;
  return `<${name}>${Object.entries(value).map(([key, inner]) => xmlOf(key, inner)).join("")}</${name}>`;
};

type Headers = Readonly<Record<string, string | readonly string[]>>;

export const answer = (form: Call["form"], body: unknown, status = 200, headers: Headers = {}): Reply => {
  if (form === "json") return { status, headers: { "Content-Type": "application/json;charset=UTF-8", ...headers }, body: Buffer.from(JSON.stringify(body), "utf8") };
  return { status, headers: { "Content-Type": "application/xml;charset=UTF-8", ...headers }, body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${xmlOf("response", body)}`, "utf8") };
};

export const empty = (status: number, headers: Headers = {}): Reply => ({ status, headers });

export const refusal = (form: Call["form"], error: SnowError): Reply => answer(form, errorBody(error.message, error.detail), error.status, error.headers);

export const page = (status: number, title: string, text: string): Reply => ({
  status,
  headers: { "Content-Type": "text/html;charset=UTF-8" },
  body: `<!DOCTYPE html>\n<html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>\n`,
});

export const wrongMethod = (call: Call): SnowError => new SnowError(405, "Method not supported", `${call.method} is not supported on ${call.path}`);

export const wrongPath = (_call: Call, options: ServiceNowOptions): SnowError => new SnowError(options.wrongPathStatus, "Requested URI does not represent any resource");
