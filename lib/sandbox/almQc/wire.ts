// One call, read as leniently as clients write it: raw braces and quotes in queries, `+` for blanks, loose cookies. And the answers in XML or JSON.

import { parseJson } from "../foreignJson.ts";
import type { SandboxReply, SandboxRequest } from "../imitation.ts";
import { badBody, errorHtml, errorJson, errorXml, type Format, type QcError, QcError as Refusal } from "./errors.ts";
import { DECLARATION, type Element, parseXml, XmlError } from "./xml.ts";

export interface QcRequest {
  readonly method: string;
  readonly path: string;
  /** Decoded, below /qcbin, without empty ones; null where the path is elsewhere. */
  readonly segments: readonly string[] | null;
  readonly params: ReadonlyMap<string, string>;
  readonly cookies: ReadonlyMap<string, string>;
  readonly format: Format;
  readonly body: Buffer;
  readonly target: string;
  /** Scheme, host and port as the caller wrote them. */
  readonly origin: string;
  header(name: string): string | undefined;
}

/** A document in both languages; only the one asked for is made. */
export interface Doc {
  readonly xml: () => string;
  readonly json: () => unknown;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replace(/%/g, ""), "hex").toString("utf8"));
  }
};

const readParams = (search: string): ReadonlyMap<string, string> =>
  new Map(
    search
      .split("&")
      .filter((part) => part !== "")
      .map((part) => {
        const [name = "", ...value] = part.replace(/\+/g, " ").split("=");
        return [decode(name), decode(value.join("="))];
      }),
  );

const readCookies = (header: string | undefined): ReadonlyMap<string, string> =>
  new Map(
    (header ?? "").split(/[;,]/).flatMap((part) => {
      const at = part.indexOf("=");
      return at > 0 ? [[part.slice(0, at).trim(), part.slice(at + 1).trim().replace(/^"|"$/g, "")] as const] : [];
    }),
  );

export const mediaType = (value: string | undefined): string => (value ?? "").split(";")[0]?.trim().toLowerCase() ?? "";

export const acceptedTypes = (accept: string | undefined): readonly string[] =>
  (accept ?? "")
    .split(",")
    .filter((part) => part.trim() !== "")
    .map((part) => ({ type: mediaType(part), weight: Number(/;\s*q=([\d.]+)/i.exec(part)?.[1] ?? 1) }))
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ type }) => type);

const FORMATS: Readonly<Record<string, Format>> = { "application/xml": "xml", "text/xml": "xml", "application/json": "json" };

const formatOf = (accept: string | undefined, alt: string | undefined): Format => {
  for (const type of [mediaType(alt), ...acceptedTypes(accept)]) {
    const format = FORMATS[type];
    if (format) return format;
  }
  return "other";
};

export const readRequest = (request: SandboxRequest): QcRequest => {
  const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const target = request.target.replace(/^https?:\/\/[^/?#]*/i, "").replace(/#.*$/, "");
  const cut = target.indexOf("?");
  const path = (cut < 0 ? target : target.slice(0, cut)).replace(/;jsessionid=[^/]*/i, "");
  const params = readParams(cut < 0 ? "" : target.slice(cut + 1));
  const [root, ...segments] = path.split("/").filter((part) => part !== "").map(decode);
  return {
    method: request.method.toUpperCase(),
    path,
    segments: root?.toLowerCase() === "qcbin" ? segments : null,
    params,
    cookies: readCookies(headers.get("cookie")),
    format: formatOf(headers.get("accept"), params.get("alt")),
    body: request.body,
    target,
    origin: `${headers.get("x-forwarded-proto") ?? "http"}://${headers.get("host") ?? "localhost"}`,
    header: (name) => headers.get(name),
  };
};

/** XML where neither language was asked for. */
export const answer = (request: QcRequest, doc: Doc, status = 200, headers: Readonly<Record<string, string>> = {}): SandboxReply =>
  request.format === "json"
    ? { status, headers: { "Content-Type": "application/json;charset=utf-8", ...headers }, body: JSON.stringify(doc.json()) }
    : { status, headers: { "Content-Type": "application/xml;charset=utf-8", ...headers }, body: DECLARATION + doc.xml() };

export const refusal = (request: { readonly format: Format }, { status, id, message, headers }: QcError): SandboxReply => {
  if (request.format === "json") return { status, headers: { "Content-Type": "application/json;charset=utf-8", ...headers }, body: JSON.stringify(errorJson(id, message)) };
  if (request.format === "xml") return { status, headers: { "Content-Type": "application/xml;charset=utf-8", ...headers }, body: errorXml(id, message) };
  return { status, headers: { "Content-Type": "text/html;charset=utf-8", ...headers }, body: errorHtml(status, message) };
};

export type Body = { readonly xml: Element } | { readonly json: unknown };

export const isCollectionBody = (request: QcRequest): boolean => /;\s*type\s*=\s*"?collection"?/i.test(request.header("content-type") ?? "");

export const xmlOf = (text: string): Element => {
  try {
    return parseXml(text);
  } catch (error) {
    if (error instanceof XmlError) throw badBody(error.message);
    throw error;
  }
};

export const jsonOf = (text: string): unknown => {
  try {
    return parseJson(text);
  } catch (error) {
    throw badBody(error instanceof Error ? error.message : String(error));
  }
};

/** UTF-8 (sheet, section 3), unless a mark, the Content-Type or the document itself says otherwise: XML clients do. */
const bodyText = (request: QcRequest): string => {
  const { body } = request;
  const mark = body[0] === 0xff && body[1] === 0xfe ? "utf-16le" : body[0] === 0xfe && body[1] === 0xff ? "utf-16be" : undefined;
  const said = /charset\s*=\s*"?([\w.:-]+)/i.exec(request.header("content-type") ?? "")?.[1] ?? /^\ufeff?<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)/.exec(body.subarray(0, 200).toString("latin1").replace(/^\u00ef\u00bb\u00bf/, ""))?.[1];
  try {
    return new TextDecoder(mark ?? said ?? "utf-8").decode(body);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badBody(`the encoding ${said ?? ""} is not known`);
  }
};

/** The body by its Content-Type: 415 for other types and for none. */
export const readBody = (request: QcRequest): Body => {
  const type = mediaType(request.header("content-type"));
  const text = bodyText(request);
  if (type === "application/xml") return { xml: xmlOf(text) };
  if (type === "application/json") return { json: jsonOf(text) };
  throw new Refusal(415, "general-error", `The content type '${type}' is not supported.`);
};
