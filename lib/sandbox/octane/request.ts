// Reading a request as leniently as the vendor's clients write it (sheet, sections 3 and 20): raw quotes and braces in URLs, stray `&`, gzip bodies.

import { gunzipSync } from "node:zlib";
import { parseJson } from "../foreignJson.ts";
import type { SandboxRequest } from "../imitation.ts";
import { CODES, OctaneError } from "./errors.ts";

export interface OctaneRequest {
  readonly method: string;
  readonly path: string;
  /** Decoded, without the empty ones. */
  readonly segments: readonly string[];
  readonly params: ReadonlyMap<string, string>;
  readonly body: Buffer;
  header(name: string): string | undefined;
}

const decode = (text: string): string => {
  const blanks = text.replace(/\+/g, " ");
  try {
    return decodeURIComponent(blanks);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return blanks.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replace(/%/g, ""), "hex").toString("utf8"));
  }
};

const decodeSegment = (text: string): string => decode(text.replace(/\+/g, "%2B"));

const readParams = (search: string): ReadonlyMap<string, string> =>
  new Map(
    search
      .split("&")
      .filter((part) => part !== "" && part !== "=")
      .map((part) => {
        const at = part.indexOf("=");
        return at < 0 ? [decode(part), ""] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
      }),
  );

const unpacked = (body: Buffer, encoding: string | undefined): Buffer => {
  if (!encoding || encoding === "identity" || body.length === 0) return body;
  if (encoding !== "gzip") throw new OctaneError(415, CODES.badBody, `The content encoding ${encoding} is not supported.`);
  try {
    return gunzipSync(body);
  } catch (error) {
    throw new OctaneError(400, CODES.badBody, `The body is no gzip: ${String(error)}`);
  }
};

export const readRequest = (request: SandboxRequest): OctaneRequest => {
  const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const target = request.target.replace(/^https?:\/\/[^/?#]*/i, "").replace(/#.*$/, "");
  const cut = target.indexOf("?");
  const path = cut < 0 ? target : target.slice(0, cut);
  const header = (name: string): string | undefined => headers.get(name);
  return {
    method: request.method.toUpperCase(),
    path,
    segments: path.split("/").filter((part) => part !== "").map(decodeSegment),
    params: readParams(cut < 0 ? "" : target.slice(cut + 1)),
    body: unpacked(request.body, header("content-encoding")?.trim().toLowerCase()),
    header,
  };
};

export const mediaType = (value: string | undefined): string => (value ?? "").split(";")[0]!.trim().toLowerCase();

/** Is one of `types` acceptable; no header accepts all. */
export const accepts = (request: OctaneRequest, types: readonly string[]): boolean => {
  const header = request.header("accept");
  if (header === undefined || header.trim() === "") return true;
  return header.split(",").map(mediaType).some((range) => range === "*/*" || types.some((type) => type === range || range === `${type.split("/")[0]}/*`));
};

/** JSON of the body; anything but JSON is refused as the document says: 415 for another type, 400 for a broken text. */
export const jsonBody = (request: OctaneRequest): Readonly<Record<string, unknown>> => {
  const type = mediaType(request.header("content-type"));
  if (type !== "" && type !== "application/json") throw new OctaneError(415, CODES.badBody, `The content type ${type} is not supported; application/json is.`);
  const fail = (why: string): never => {
    throw new OctaneError(400, CODES.badBody, `The body cannot be read: ${why}.`);
  };
  if (request.body.length === 0) return fail("it is empty");
  let parsed: unknown;
  try {
    parsed = parseJson(request.body.toString("utf8"));
  } catch (error) {
    return fail(String(error));
  }
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : fail("an object is expected");
};

const PREVIEW_CLIENTS = new Set(["ALM_OCTANE_TECH_PREVIEW", "HPE_REST_API_TECH_PREVIEW"]);

const clientTypes = (request: OctaneRequest): readonly string[] => (request.header("hpeclienttype") ?? "").split(",").map((one) => one.trim()).filter((one) => one !== "");

/** New header, old spelling, and the client types of the oldest versions. */
export const wantsPreview = (request: OctaneRequest): boolean =>
  /^\s*true\s*$/i.test(request.header("alm-octane-tech-preview") ?? request.header("alm_octane_tech_preview") ?? "") || clientTypes(request).some((one) => PREVIEW_CLIENTS.has(one));

export const reservedClients = (request: OctaneRequest): readonly string[] => clientTypes(request).filter((one) => /^(HPE|OCTANE)/.test(one) && !PREVIEW_CLIENTS.has(one));
